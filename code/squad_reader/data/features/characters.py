"""The characters of a word as it stands in the text, for a convolution over them."""

from collections import Counter
from typing import Any

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.tokenized import Texts, TokenizedData

PADDING, UNKNOWN = 0, 1


class Characters(WordFeature):
    """Gives a model `word_characters` int32 (U, C): 0 after a word's end, 1 for a rare character.

    The frequent ones have the numbers from 2 on. "A" and "a" are two.

    Args:
        number: how many of the most frequent characters of the training data have a number of
            their own; there may be fewer in small data.
        longest: characters of a word that are read (C), the first ones.

    Attributes:
        characters: those with a number, most frequent first.
    """

    name = "characters"

    def __init__(self, number: int = 200, longest: int = 16) -> None:
        self.number, self.longest = number, longest
        self.characters = ""

    def fit(self, train: TokenizedData) -> None:
        """Choose the characters, by all tokens of the texts; ties in the order of code points."""
        counts: Counter[str] = Counter()
        tokens = np.concatenate([train.context_tokens, train.question_tokens])
        times = np.bincount(tokens, minlength=len(train.sources)).tolist()
        for source, count in zip(train.sources, times, strict=True):
            for character in source:
                counts[character] += count
        ordered = sorted(counts, key=lambda character: (-counts[character], character))
        self.characters = "".join(ordered[: self.number])

    def state(self) -> dict[str, Any]:
        """The characters."""
        return {"characters": self.characters}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take them from a checkpoint."""
        if not isinstance(state["characters"], str):
            raise TypeError(f"characters: expected a string, got {state['characters']!r}")
        self.characters = state["characters"]

    def encode(self, texts: Texts) -> np.ndarray:
        """int32, (S, C)."""
        numbers = {character: UNKNOWN + 1 + i for i, character in enumerate(self.characters)}
        rows = np.full((len(texts.sources), self.longest), PADDING, dtype=np.int32)
        for row, source in zip(rows, texts.sources, strict=True):
            found = [numbers.get(character, UNKNOWN) for character in source[: self.longest]]
            row[: len(found)] = found
        return rows
