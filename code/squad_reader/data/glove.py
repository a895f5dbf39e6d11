"""Reads from a GloVe text file the vectors of the words at hand, and no others.

The 2018 code read all 400,000 vectors into its graph. Here the file is indexed once: where each
word's line starts. Then words are looked up as they come, and only their lines are turned into
numbers. The index is cached, keyed by the content of the file; so are the vectors of a data set,
keyed by its words too, so that a second training reads next to nothing.

Source:
    Pennington et al. 2014, GloVe: https://nlp.stanford.edu/projects/glove/
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import BinaryIO

import numpy as np

from squad_reader.data.cache import read_cache, write_cache
from squad_reader.data.line_index import LineIndex
from squad_reader.data.vector_file import VectorFile, reading
from squad_reader.data.vector_numbers import parse_numbers
from squad_reader.errors import InputError

CACHE_VERSION = 1
LINES_AT_ONCE = 1000
WORDS_TO_CACHE = 1000  # from so many on they are a data set's, which will be asked for again
NUM_PIECES, PIECE_BYTES = 64, 1 << 16  # of a large file that its cache is known by


class GloveFile:
    """A GloVe text file as a `VectorSource`; indexed by the first lookup.

    Attributes:
        size: numbers in a vector (D).
        name: path of the file.

    Args:
        path: GloVe text file, of any dimension; one of fastText or word2vec too.
        embedding_size: numbers that a vector must have; None for as many as the file has.
        cache_dir: folder of the caches, of the index and of the vectors of data sets, made if
            missing; None for no cache.

    Raises:
        InputError: the file can't be read, is not GloVe text, or has vectors of another size.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        embedding_size: int | None = None,
        cache_dir: str | os.PathLike[str] | None = None,
    ) -> None:
        self._file = VectorFile(os.fspath(path))
        self.size: int = self._file.size
        self.name: str = self._file.path
        if embedding_size is not None and self.size != embedding_size:
            raise InputError(
                f"--embedding_size is {embedding_size}, but the vectors in --glove_path {path} "
                f"have {self.size} numbers"
            )
        self._cache_dir = cache_dir
        self._lock = Lock()  # two threads that come first would both index the file
        self._indexed: tuple[LineIndex, tuple[int, int]] | None = None

    def lookup(self, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
        """The vectors of some words, as `VectorSource` says. Of a word's lines the first counts.

        Raises:
            InputError: the file can't be read, was changed since the first lookup, or a line of
                one of the words has another number of numbers.
        """
        if self._cache_dir is None or len(words) < WORDS_TO_CACHE:
            return self._lookup(words)
        cache = Path(self._cache_dir) / f"glove-{_key(self.name, words)}.npz"
        arrays = read_cache(cache, ["places", "vectors"])
        if arrays is not None:
            return [words[i] for i in arrays["places"]], arrays["vectors"]
        found, vectors = self._lookup(words)
        place = {word: i for i, word in enumerate(words)}
        places = np.array([place[word] for word in found], dtype=np.int64)
        write_cache(cache, {"places": places, "vectors": vectors})
        return found, vectors

    def _lookup(self, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
        vectors = np.empty((len(words), self.size), dtype=np.float32)
        has_vector = np.zeros(len(words), dtype=bool)
        with reading(self.name) as file:
            entries = self._entries(file, [word.encode("utf-8", "surrogatepass") for word in words])
            while some := list(islice(entries, LINES_AT_ONCE)):
                places = [place for place, _ in some]
                vectors[places] = parse_numbers([line for _, line in some], self.size, self.name)
                has_vector[places] = True
        found = [word for word, has in zip(words, has_vector.tolist(), strict=True) if has]
        return found, vectors[has_vector]

    def read_all(self) -> tuple[list[str], np.ndarray, None]:
        """All words that are UTF-8, as in the file; their vectors as of `lookup`; no scales."""
        words: list[str] = []
        parts = [np.empty((0, self.size), dtype=np.float32)]
        entries = (
            (decoded, (number, numbers))
            for number, word, numbers in self._file.entries()
            if (decoded := word.decode("utf-8", "replace")).encode() == word
        )
        while some := list(islice(entries, LINES_AT_ONCE)):
            words += [word for word, _ in some]
            parts.append(parse_numbers([line for _, line in some], self.size, self.name))
        return words, np.concatenate(parts), None

    def _entries(
        self, file: BinaryIO, words: Sequence[bytes]
    ) -> Iterator[tuple[int, tuple[int, bytes]]]:
        """Which of the words, and number and numbers of its line; in the order of the file."""
        index = self._index_of(file)
        seen = set()
        for line, place in index.candidates(words):
            if place in seen:
                continue
            text, word = index.read(file, line), words[place]
            if text[: text.find(b" ")] == word and self._is_entry(file, index, line, text):
                seen.add(place)
                yield place, (line + 1, text[len(word) + 1 :].rstrip())

    def _is_entry(self, file: BinaryIO, index: LineIndex, line: int, text: bytes) -> bool:
        rest = (index.read(file, other) for other in range(line + 1, len(index.lines)))
        return self._file.is_entry(line + 1, text, rest)

    def _index_of(self, file: BinaryIO) -> LineIndex:
        status = os.fstat(file.fileno())
        state = status.st_size, status.st_mtime_ns
        with self._lock:
            if self._indexed is None:
                self._indexed = self._read_index(file), state
        index, expected = self._indexed
        if state != expected:
            raise InputError(f"--glove_path {self.name}: was changed while it was in use")
        return index

    def _read_index(self, file: BinaryIO) -> LineIndex:
        if self._cache_dir is None:
            return LineIndex.of(file)
        cache = Path(self._cache_dir) / f"glove-index-{_key(self.name)}.npz"
        arrays = read_cache(cache, list(LineIndex.NAMES))
        if arrays is not None:
            return LineIndex(**arrays)
        index = LineIndex.of(file)
        write_cache(cache, {name: getattr(index, name) for name in LineIndex.NAMES})
        return index


def open_vectors(
    path: str | os.PathLike[str],
    embedding_size: int | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> GloveFile:
    """The source of `--glove_path`; what else than GloVe's form is to be read joins here.

    Args and Raises: as `GloveFile`.
    """
    return GloveFile(path, embedding_size, cache_dir)


def _key(path: str, words: Sequence[str] = ()) -> str:
    """Changes with the words and with the content of the GloVe file.

    A large file is known by its time, its size and pieces of its content from all over it: to
    hash the whole would take longer than to index it.
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
