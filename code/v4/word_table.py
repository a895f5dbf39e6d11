"""The fusion reader's words: vector, letters and kinds of each, and its first layer.

The sums of `squad_reader.model.word_input` and of the layer `words` of `squad_reader.model.fusion`,
once for each distinct token of a data set. In NumPy.
"""

from __future__ import division, unicode_literals

import numpy as np

from squad_reader.data.features.word_forms import (
    MOST_GRAMS,
    NUM_KINDS,
    grams_of,
    kinds_of,
    shape_of,
)
from squad_reader.errors import InputError
from v4.vectors import UNK_ID

TRAINED, SHAPES, GRAMS = ("qa_model/word_input/" + name for name in ("trained", "shapes", "grams"))
KERNEL, BIAS = "qa_model/words/kernel", "qa_model/words/bias"
WEIGHTS = (TRAINED, SHAPES, GRAMS, KERNEL, BIAS)  # the graph needs them no more


def expect(is_so, expected, got):
    """Raises InputError where the weights are not those of the model that is written here."""
    if not is_so:
        raise InputError(
            "--ckpt_load_dir: the checkpoint's fusion is of another version: expected %s, got %s; "
            "use Python 3 and TensorFlow 2.21" % (expected, got)
        )


class WordTable(object):
    """Rows of the words of a data set. S distinct sources.

    Attributes:
        matrix: float32, (1 + S, N). Row 0 is zeros, for PAD; row 1 + i is that of source i.

    Args:
        data: `squad.Data`.
        vocabulary: `vectors.Vocabulary` of its words.
        weights: dict of path -> float32 array, with those of `WEIGHTS`.
        shapes: the shapes that have a vector.

    Raises:
        InputError: the weights are of another version of the model.
    """

    def __init__(self, data, vocabulary, weights, shapes):
        for path in WEIGHTS:
            expect(path in weights, path, "none")
        words = [_vectors(data.words, vocabulary, weights, shapes), _letters(data.words, weights)]
        kernel, size = weights[KERNEL], words[0].shape[1] + words[1].shape[1]
        number = size + NUM_KINDS
        expect(len(kernel) == number, "%d rows in %s" % (number, KERNEL), len(kernel))
        by_word = np.concatenate(words, axis=1).dot(kernel[:size]) + weights[BIAS]
        kinds = np.array([kinds_of(source) for source in data.sources], dtype=np.float32)
        kinds = kinds.reshape(-1, NUM_KINDS).dot(kernel[size:])
        rows = np.maximum(by_word[data.source_words] + kinds, 0.0)
        self.matrix = np.concatenate([np.zeros_like(kernel[:1]), rows])

    def token_ids(self, data):
        """int32. The rows of all tokens of contexts, and of questions, of the same data."""
        sources = data.context_sources, data.question_sources
        return [(1 + each).astype(np.int32) for each in sources]


def _vectors(words, vocabulary, weights, shapes):
    """float32, (W, D). Of GloVe; of a trained word its own; of any other one its shape's."""
    ids = vocabulary.encode(words)
    vectors = vocabulary.matrix[ids]
    numbers = {shape: 1 + i for i, shape in enumerate(shapes)}
    for i in np.flatnonzero(ids == UNK_ID):
        vectors[i] = weights[SHAPES][numbers.get(shape_of(words[i]), 0)]
    place = ids - UNK_ID - 1
    is_trained = (place >= 0) & (place < vocabulary.num_trained)
    vectors[is_trained] = weights[TRAINED][place[is_trained]]
    return vectors


def _letters(words, weights):
    """float32, (W, L). The sum of the vectors of a word's n-grams over their number's root."""
    rows = np.zeros((len(words), MOST_GRAMS), dtype=np.int64)
    for row, word in zip(rows, words):
        grams = grams_of(word, len(weights[GRAMS]))
        row[: len(grams)] = grams
    vectors = np.concatenate([np.zeros_like(weights[GRAMS][:1]), weights[GRAMS][1:]])
    total = sum(vectors[column] for column in rows.T)
    return total / np.sqrt(np.sum(rows > 0, axis=1, keepdims=True)).astype(np.float32)
