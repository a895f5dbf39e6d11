"""The letters of a word as hashed n-grams, so that words that GloVe lacks are told apart.

All numbers, most names and every rare spelling have no vector here; what they look like says much
of them. Each run of three letters of "<word>" is one of a fixed number of buckets, by CRC-32 of its
UTF-8 bytes, which is the same on every machine and in every version of Python.

Source:
    Bojanowski et al. 2017, Enriching Word Vectors with Subword Information:
    https://aclanthology.org/Q17-1010/
"""

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.features.word_forms import MOST_GRAMS, SMALLEST_GRAM, grams_of
from squad_reader.data.tokenized import Texts


class LetterGrams(WordFeature):
    """Gives a model `word_grams` int32 (U, G): buckets from 1 on, 0 where a word has no more.

    Args:
        buckets: how many there are, 0 included.
        longest: n-grams of a word that are read (G), the first ones.
        size: letters in an n-gram.
    """

    name = "grams"

    def __init__(
        self, buckets: int = 20_000, longest: int = MOST_GRAMS, size: int = SMALLEST_GRAM
    ) -> None:
        self.buckets, self.longest, self.size = buckets, longest, size

    def encode(self, texts: Texts) -> np.ndarray:
        """int32, (S, G). Of the words as they are looked up: lower case."""
        words = texts.words
        rows = np.zeros((len(words), self.longest), dtype=np.int32)
        for row, word in zip(rows, words, strict=True):
            grams = grams_of(word, self.buckets, self.size, self.longest)
            row[: len(grams)] = grams
        return rows[texts.source_words]
