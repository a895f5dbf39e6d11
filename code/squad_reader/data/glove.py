"""Reads from a GloVe text file the vectors of the words at hand, and no others.

The seed read all 400,000 vectors into its graph. Here the words are known before (tokenizing
comes first), the file is scanned once, and only their lines are turned into numbers. What was
found is cached, keyed by the content of the GloVe file and the words, so that a second start
reads next to nothing.

A line of the file is `word n1 n2 ... nD`, separated by single spaces.

Source:
    Pennington et al. 2014, GloVe: https://nlp.stanford.edu/projects/glove/
"""

import hashlib
import os
from collections.abc import Sequence
from itertools import takewhile
from math import isfinite
from pathlib import Path

import numpy as np

from squad_reader.data.cache import read_cache, write_cache
from squad_reader.errors import InputError

PAD_ID, UNK_ID = 0, 1

CACHE_VERSION = 1
CHUNK_BYTES = 1 << 22
LINES_AT_ONCE = 1000
NUM_PIECES, PIECE_BYTES = 64, 1 << 16  # of a large file that its cache is known by


def read_glove(
    path: str | os.PathLike[str],
    words: Sequence[str],
    embedding_size: int | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> tuple[list[str], np.ndarray]:
    """The vectors of some words.

    Args:
        path: GloVe text file, of any dimension.
        words: distinct words to look for.
        embedding_size: numbers that a vector must have; None for as many as the file has.
        cache_dir: folder of the cache, made if missing; None for no cache.

    Returns:
        found: those of `words` that the file has, in their order.
        vectors: float32, (len(found), D).

    Raises:
        InputError: the file can't be read, is not GloVe text, or has vectors of another size.
    """
    path = os.fspath(path)
    size = _vector_size(path)
    if embedding_size is not None and size != embedding_size:
        raise InputError(
            f"--embedding_size is {embedding_size}, but the vectors in --glove_path {path} have "
            f"{size} numbers"
        )
    if cache_dir is None:
        return _found(words, _scan(path, words, size))
    cache = Path(cache_dir) / f"glove-{_key(path, words)}.npz"
    arrays = read_cache(cache, ["places", "vectors"])
    if arrays is None:
        arrays = _scan(path, words, size)
        write_cache(cache, arrays)
    return _found(words, arrays)


def all_words(path: str | os.PathLike[str]) -> list[str]:
    """The distinct words of a GloVe text file, in its order; those with a space are left out.

    Raises:
        InputError: the file can't be read, or is not GloVe text.
    """
    size = _vector_size(os.fspath(path))
    words: dict[str, None] = {}
    with open(path, "rb", buffering=CHUNK_BYTES) as file:
        for line in file:
            if line.count(b" ", 0, len(line.rstrip())) <= size:
                words[line[: line.find(b" ")].decode("utf-8", "replace")] = None
    return list(words)


def _found(words: Sequence[str], arrays: dict[str, np.ndarray]) -> tuple[list[str], np.ndarray]:
    return [words[i] for i in arrays["places"]], arrays["vectors"]


def _vector_size(path: str) -> int:
    """Numbers in the vector of the first line: all that stand at its end, after a first word."""
    try:
        with open(path, "rb") as file:
            line = file.readline(1 << 16)
    except OSError as error:
        raise InputError(f"--glove_path: cannot read {path}: {error.strerror}") from error
    parts = line.rstrip().split(b" ")
    size = sum(1 for _ in takewhile(_is_number, reversed(parts[1:])))
    if size < 2 or b"" in parts:  # also the first line of a word2vec text file: count and size
        raise InputError(
            f"--glove_path {path}: expected a word and its numbers in line 1, separated by single "
            f"spaces, got {line[:60]!r}"
        )
    return size


def _is_number(part: bytes) -> bool:
    try:
        return isfinite(float(part))
    except ValueError:
        return False


def _scan(path: str, words: Sequence[str], size: int) -> dict[str, np.ndarray]:
    """Read the file once; of a word that occurs twice the first vector counts.

    Returns:
        places: int64, (n,), ascending. Which of `words` the file has.
        vectors: float32, (n, D).
    """
    wanted = {word.encode("utf-8", "surrogatepass"): i for i, word in enumerate(words)}
    vectors = np.empty((len(words), size), dtype=np.float32)
    places: list[int] = []
    lines: list[tuple[int, bytes]] = []  # number and numbers of those still to be parsed
    with open(path, "rb", buffering=CHUNK_BYTES) as file:
        for number, line in enumerate(file, start=1):
            space = line.find(b" ")
            place = wanted.get(line[:space])
            if place is not None and line.count(b" ", 0, len(line.rstrip())) <= size:
                del wanted[line[:space]]  # more spaces: a word with a space, as in GloVe 840B
                places.append(place)
                lines.append((number, line[space + 1 :].rstrip()))
                if len(lines) == LINES_AT_ONCE:
                    vectors[places[-len(lines) :]] = _parse(lines, size, path)
                    lines.clear()
    if lines:
        vectors[places[-len(lines) :]] = _parse(lines, size, path)
    ordered = np.sort(np.array(places, dtype=np.int64))
    return {"places": ordered, "vectors": vectors[ordered]}


def _parse(lines: list[tuple[int, bytes]], size: int, path: str) -> np.ndarray:
    """The numbers of some lines, float32, (len(lines), size)."""
    plain = np.array([b"e" not in text for _, text in lines])  # 1e-05 is for the slow way
    numbers = np.empty((len(lines), size), dtype=np.float32)
    fast = _plain_numbers(
        [text for (_, text), is_plain in zip(lines, plain, strict=True) if is_plain], size
    )
    if fast is None:
        plain[:] = False
    else:
        numbers[plain] = fast
    for i in np.flatnonzero(~plain):
        numbers[i] = _numbers(lines[i][1].split(), size, f"{path}: line {lines[i][0]}")
    return numbers


def _plain_numbers(texts: list[bytes], size: int) -> np.ndarray | None:
    """Many lines of numbers like -0.25 at once; None if any is written in another way.

    The digits are read as whole numbers, and divided by a power of ten. Both are exact in float64,
    so the result is the one that parsing gives, in a fifth of the time.
    """
    if not texts:
        return None
    text = b" ".join(texts) + b" "
    raw = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(raw == ord(" "))
    starts = np.append(0, ends[:-1] + 1)
    points = np.append(-1, np.flatnonzero(raw == ord(".")))
    last_points = points[np.searchsorted(points, ends) - 1]
    has_point = last_points >= starts
    plain = (
        not text.translate(None, b"0123456789.- ")
        and len(ends) == len(texts) * size
        and np.all((ends > starts) & (ends - starts <= 16) & (raw[ends - 1] >= ord("0")))
        and np.count_nonzero(has_point) == len(points) - 1
        and np.count_nonzero(raw == ord("-")) == np.count_nonzero(raw[starts] == ord("-"))
    )
    if not plain:
        return None
    digits = np.fromstring(text.translate(None, b"."), dtype=np.int64, sep=" ")
    decimals = np.where(has_point, ends - last_points - 1, 0)
    return (digits / 10.0**decimals).astype(np.float32).reshape(-1, size)


def _numbers(parts: list[bytes], size: int, where: str) -> np.ndarray:
    try:
        if len(parts) != size:
            got = f"{len(parts)} numbers"
        else:
            with np.errstate(over="ignore"):  # 1e39 is infinite in float32
                numbers = np.array(parts, dtype=np.float32)
            if np.all(np.isfinite(numbers)):
                return numbers
            got = "one that is not finite"
    except ValueError:
        got = "something else"
    raise InputError(f"--glove_path {where}: expected {size} numbers, got {got}")


def _key(path: str, words: Sequence[str]) -> str:
    """Changes with the words and with the content of the GloVe file.

    A large file is known by its time, its size and pieces of its content from all over it: to
    hash the whole would take longer than to scan it for the words of a small data set.
    """
    digest = hashlib.sha256(f"{CACHE_VERSION} ".encode())
    digest.update("\n".join(words).encode("utf-8", "surrogatepass"))
    status = os.stat(path)
    starts = range(0, status.st_size, PIECE_BYTES)
    if len(starts) > NUM_PIECES:
        digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
        starts = range(0, status.st_size, -(-status.st_size // NUM_PIECES))
    with open(path, "rb", buffering=0) as file:
        for start in starts:
            file.seek(start)
            digest.update(file.read(PIECE_BYTES))
    return digest.hexdigest()[:32]
