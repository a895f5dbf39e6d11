"""The word vectors of an exported checkpoint: a text file of words and a NumPy file of vectors."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from squad_reader.data.line_index import LineIndex
from squad_reader.errors import InputError


class ExportedVectors:
    """Two files as a `VectorSource`. The vectors stay in their file; the words are indexed.

    Attributes:
        size: numbers in a vector (D).
        name: path of the file of vectors.

    Args:
        words_path: UTF-8 text, a word a line.
        vectors_path: NumPy file, float32, (N, D); the vectors of these words, in their order.

    Raises:
        InputError: a file can't be read, or they do not belong together.
    """

    def __init__(
        self, words_path: str | os.PathLike[str], vectors_path: str | os.PathLike[str]
    ) -> None:
        self.name = os.fspath(vectors_path)
        try:
            self._matrix: np.ndarray = np.load(vectors_path, mmap_mode="r")
            self._words = Path(words_path).read_bytes()
        except (OSError, EOFError, ValueError) as error:
            raise InputError(f"{self.name}, {words_path}: cannot read them: {error}") from error
        words = self._words.split(b"\n")[:-1]
        self._index, num_words = LineIndex.of_words(words), len(words)
        if self._matrix.ndim != 2 or len(self._matrix) != num_words:
            shape = self._matrix.shape
            raise InputError(
                f"{self.name}: expected {num_words} vectors, as {words_path} has words; got {shape}"
            )
        self.size: int = self._matrix.shape[1]

    def lookup(self, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
        """The vectors of some words, as `VectorSource` says."""
        wanted = [word.encode("utf-8", "surrogatepass") for word in words]
        starts = self._index.starts
        rows = {
            place: row
            for row, place in self._index.candidates(wanted)
            if self._words[starts[row] : starts[row + 1] - 1] == wanted[place]
        }
        order = sorted(rows)
        found = [words[place] for place in order]
        return found, np.array(self._matrix[[rows[place] for place in order]])
