"""The shape of a word that GloVe lacks: "1,066" is "0,0", and shares a vector with "2,400"."""

from collections import Counter
from typing import Any

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.features.word_forms import shape_of
from squad_reader.data.tokenized import Texts, TokenizedData
from squad_reader.data.vector_source import VectorSource


class Shapes(WordFeature):
    """Gives a model `word_shape` int32 (U,): 0 for a word with a vector in GloVe or a rare shape.

    Args:
        number: how many of the most frequent shapes of training words that GloVe lacks have a
            number of their own, from 1 on.
    """

    name = "shape"

    def __init__(self, number: int = 500) -> None:
        self.number = number
        self.shapes: list[str] = []

    def bind(self, vectors: VectorSource) -> None:
        """Look up here which words have a vector."""
        self._vectors = vectors

    def fit(self, train: TokenizedData) -> None:
        """Choose the shapes: ties in alphabetical order."""
        counts = Counter(map(shape_of, self._without_vector(train.words)))
        self.shapes = sorted(counts, key=lambda shape: (-counts[shape], shape))[: self.number]

    def _without_vector(self, words: list[str]) -> list[str]:
        have = set(self._vectors.lookup(words)[0])
        return [word for word in words if word not in have]

    def state(self) -> dict[str, Any]:
        """The shapes."""
        return {"shapes": self.shapes}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take them from a checkpoint."""
        self.shapes = list(state["shapes"])

    def encode(self, texts: Texts) -> np.ndarray:
        """int32, (S,)."""
        numbers = {shape: 1 + i for i, shape in enumerate(self.shapes)}
        missing = set(self._without_vector(texts.words))
        found = [numbers.get(shape_of(w), 0) if w in missing else 0 for w in texts.words]
        return np.array(found, dtype=np.int32)[texts.source_words]
