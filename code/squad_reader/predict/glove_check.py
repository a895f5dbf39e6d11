"""Notices another GloVe than the one that a checkpoint was trained with."""

import os
from collections.abc import Mapping, Sequence

import numpy as np

from squad_reader.data.vector_source import VectorSource
from squad_reader.errors import InputError

# A checkpoint holds GloVe's vectors of this many frequent words.
NUM_CHECK_WORDS = 5
WORDS_AT_ONCE = 100


def check_words(vectors: VectorSource, words: Sequence[str]) -> dict[str, list[float]]:
    """The vectors of the first of some words that have one, to be written into a checkpoint.

    Args:
        vectors: where they are looked up.
        words: distinct words, the most frequent first.
    """
    found: list[str] = []
    for first in range(0, len(words), WORDS_AT_ONCE):  # most often the first are enough
        if len(found) < NUM_CHECK_WORDS:
            found += vectors.lookup(words[first : first + WORDS_AT_ONCE])[0]
    some, numbers = vectors.lookup(found[:NUM_CHECK_WORDS])
    return {word: vector.tolist() for word, vector in zip(some, numbers, strict=True)}


def check_glove(vectors: VectorSource, check: Mapping[str, Sequence[float]]) -> None:
    """Raises InputError where GloVe is another one than that of the training."""
    found, numbers = vectors.lookup(list(check))
    known = dict(zip(found, numbers, strict=True))
    for word, expected in check.items():
        if word not in known or not np.allclose(known[word], expected, atol=1e-4):
            raise InputError(
                f"--glove_path: the vector of {word!r} in {os.path.basename(vectors.name)} is not "
                "the one that the checkpoint was trained with; give the same GloVe file"
            )
