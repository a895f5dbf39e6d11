"""What lower case loses of a token: capitals, digits, punctuation."""

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.tokenized import Texts


class Kinds(WordFeature):
    """Gives a model `word_kinds` float32 (U, 4), 0 or 1 each.

    In this order: begins with a capital; more than one letter, all capitals; has a digit; has
    neither letter nor digit.
    """

    name, size = "kinds", 4

    def encode(self, texts: Texts) -> np.ndarray:
        """float32, (S, 4)."""
        kinds = [_kinds(source) for source in texts.sources]
        return np.array(kinds, dtype=np.float32).reshape(-1, self.size)


def _kinds(source: str) -> tuple[bool, bool, bool, bool]:
    return (
        source[:1].isupper(),
        len(source) > 1 and source.isupper(),
        any(letter.isdigit() for letter in source),
        not any(letter.isalnum() for letter in source),
    )
