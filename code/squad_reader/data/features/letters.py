"""The letters of a word as hashed n-grams, so that words that GloVe lacks are told apart.

All numbers, most names and every rare spelling have no vector here; what they look like says much
of them. Each run of three letters of "<word>" is one of a fixed number of buckets, by CRC-32 of its
UTF-8 bytes, which is the same on every machine and in every version of Python.

Source:
    Bojanowski et al. 2017, Enriching Word Vectors with Subword Information:
    https://aclanthology.org/Q17-1010/
"""

import zlib

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.tokenized import Texts


class LetterGrams(WordFeature):
    """Gives a model `word_grams` int32 (U, G): buckets from 1 on, 0 where a word has no more.

    Args:
        buckets: how many there are, 0 included.
        longest: n-grams of a word that are read (G), the first ones.
        size: letters in an n-gram.
    """

    name = "grams"

    def __init__(self, buckets: int = 20_000, longest: int = 10, size: int = 3) -> None:
        self.buckets, self.longest, self.size = buckets, longest, size

    def encode(self, texts: Texts) -> np.ndarray:
        """int32, (S, G). Of the words as they are looked up: lower case."""
        words = texts.words
        rows = np.zeros((len(words), self.longest), dtype=np.int32)
        for row, word in zip(rows, words, strict=True):
            grams = self.grams(word)
            row[: len(grams)] = grams
        return rows[texts.source_words]

    def grams(self, word: str) -> list[int]:
        """The buckets of a word's first n-grams.

        Example:
            >>> LetterGrams(1000).grams("at") == [1 + zlib.crc32(b) % 999 for b in (b"<at", b"at>")]
            True
        """
        text = f"<{word}>"
        last = min(max(len(text) - self.size + 1, 1), self.longest)
        pieces = (text[i : i + self.size].encode("utf-8", "surrogatepass") for i in range(last))
        return [1 + zlib.crc32(piece) % (self.buckets - 1) for piece in pieces]
