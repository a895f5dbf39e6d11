"""The word vectors of an exported checkpoint: a text file of words and a NumPy file of vectors.

Those of a shipped reader are of 8 bits, with a scale for each word in a third file.
"""

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
        vectors_path: NumPy file, (N, D), float32; the vectors of these words, in their order. Or
            int8, with scales.
        scales_path: NumPy file, float32, (N,), by which the numbers of each word are multiplied.

    Raises:
        InputError: a file can't be read, or they do not belong together.
    """

    def __init__(
        self,
        words_path: str | os.PathLike[str],
        vectors_path: str | os.PathLike[str],
        scales_path: str | os.PathLike[str] | None = None,
    ) -> None:
        self.name = os.fspath(vectors_path)
        try:
            self._matrix: np.ndarray = np.load(vectors_path, mmap_mode="r")
            self._scales = None if scales_path is None else np.load(scales_path)
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
        if self._scales is not None and self._scales.shape != (num_words,):
            raise InputError(
                f"{scales_path}: expected {num_words} scales, got {self._scales.shape}"
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
        found, taken = [words[place] for place in order], [rows[place] for place in order]
        vectors = np.array(self._matrix[taken], np.float32)
        if self._scales is not None:
            vectors *= self._scales[taken, None]
        return found, vectors

    def read_all(self) -> tuple[list[str], np.ndarray, np.ndarray | None]:
        """All words, and the vectors and scales as they are stored; None for no scales."""
        return self._words.decode().split("\n")[:-1], np.array(self._matrix), self._scales


def quantised(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors in 8 bits.

    Args:
        vectors: float32, (N, D).

    Returns:
        numbers: int8, (N, D). `numbers * scales[:, None]` is `vectors`, to half a scale.
        scales: float32, (N,).

    Example:
        >>> numbers, scales = quantised(np.array([[1.27, -0.5]], np.float32))
        >>> numbers.tolist(), round(float(scales[0]), 6)
        ([[127, -50]], 0.01)
    """
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)
