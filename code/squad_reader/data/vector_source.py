"""Where vectors of words come from: what all sources have in common."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np


class VectorSource(Protocol):
    """Word vectors that are looked up for words as they come, by one thread or by many.

    Attributes:
        size: numbers in a vector (D).
        name: the file, for messages.
    """

    @property
    def size(self) -> int: ...

    @property
    def name(self) -> str: ...

    def lookup(self, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
        """The vectors of some words.

        Args:
            words: distinct words to look for.

        Returns:
            found: those of `words` that the source has, in their order.
            vectors: float32, (len(found), D).

        Raises:
            InputError: the source can't be read, or is broken where one of the words stands.
        """
        ...
