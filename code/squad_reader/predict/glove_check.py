"""Notices another GloVe than the one that a checkpoint was trained with."""

import os

import numpy as np

from squad_reader.errors import InputError

# A checkpoint remembers GloVe's vectors of this many frequent words.
NUM_CHECK_WORDS = 5


def check_words(found: list[str], vectors: np.ndarray) -> dict[str, list[float]]:
    """The vectors of the first words, to be written into a checkpoint."""
    pairs = zip(found[:NUM_CHECK_WORDS], vectors[:NUM_CHECK_WORDS], strict=True)
    return {word: [float(number) for number in vector] for word, vector in pairs}


def check_glove(path: str, check: dict[str, list[float]], vectors: dict[str, np.ndarray]) -> None:
    """Raises InputError where GloVe is another one than that of the training."""
    for word, expected in check.items():
        if word not in vectors or not np.allclose(vectors[word], expected, atol=1e-4):
            raise InputError(
                f"--glove_path: the vector of {word!r} in {os.path.basename(path)} is not the one "
                "that the checkpoint was trained with; give the same GloVe file"
            )
