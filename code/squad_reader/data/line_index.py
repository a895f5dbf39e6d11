"""Finds the lines of a file by their first word, without a dict of all words in memory.

For each line there are a 32-bit hash of its word and the place where it starts: 16 bytes. Words
may share a hash, so the lines that a lookup finds are read and their words compared.
"""

import os
from array import array
from collections.abc import Iterator, Sequence
from typing import BinaryIO
from zlib import crc32

import numpy as np


class LineIndex:
    """The lines of a file, sorted by the hash of their first word.

    Attributes:
        hashes: uint32, (N,), ascending. Hash of the word of each line.
        lines: uint32, (N,). Which line that is, from 0; ascending where hashes are equal.
        starts: int64, (N + 1,). Byte where each line of the file starts; the last is its end.
    """

    NAMES = ("hashes", "lines", "starts")

    def __init__(self, hashes: np.ndarray, lines: np.ndarray, starts: np.ndarray) -> None:
        self.hashes, self.lines, self.starts = hashes, lines, starts

    @classmethod
    def of(cls, file: BinaryIO) -> "LineIndex":
        """Read a file once. A word ends before the first space, or the end of its line."""
        hashes, sizes, hash_of = array("I"), array("q"), crc32
        for line in file:
            hashes.append(hash_of(line[: line.find(b" ")]))
            sizes.append(len(line))
        return cls._sorted(hashes, sizes)

    @classmethod
    def of_words(cls, words: list[bytes]) -> "LineIndex":
        """The same of a file that has a word in each line and nothing else, in half the time."""
        return cls._sorted(array("I", map(crc32, words)), array("q", (len(w) + 1 for w in words)))

    @classmethod
    def _sorted(cls, hashes: array, sizes: array) -> "LineIndex":
        starts = np.append(0, np.cumsum(np.frombuffer(sizes, dtype=np.int64)))
        # One sort of both: the hash in the upper half, the line in the lower.
        both = np.frombuffer(hashes, dtype=np.uint32).astype(np.uint64) << np.uint64(32)
        both |= np.arange(len(both), dtype=np.uint64)
        both.sort()
        return cls((both >> np.uint64(32)).astype(np.uint32), both.astype(np.uint32), starts)

    def candidates(self, words: Sequence[bytes]) -> Iterator[tuple[int, int]]:
        """Pairs of a line and a position in `words`, whose hashes are equal; by line."""
        hashes = np.array([crc32(word) for word in words], dtype=np.uint32)
        begins = np.searchsorted(self.hashes, hashes, "left")
        counts = np.searchsorted(self.hashes, hashes, "right") - begins
        which = np.repeat(np.arange(len(words)), counts)
        nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        lines = self.lines[np.repeat(begins, counts) + nth]
        order = np.argsort(lines, kind="stable")
        return zip(lines[order].tolist(), which[order].tolist(), strict=True)

    def read(self, file: BinaryIO, line: int) -> bytes:
        """A line with its end."""
        start, end = self.starts[line : line + 2].tolist()
        if hasattr(os, "pread"):
            return os.pread(file.fileno(), end - start, start)
        file.seek(start)  # Windows; a whole buffer is read
        return file.read(end - start)
