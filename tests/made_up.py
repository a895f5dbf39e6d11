"""Made-up parts that several tests use: sources of vectors, a small baseline."""

from functools import partial

import numpy as np

from squad_reader.config import make_config
from squad_reader.data.features.word_ids import WordIds
from squad_reader.model.models import make_model
from squad_reader.runtime import one_graph


class Traced:
    """A model's outputs as arrays, by a graph: one operation after the other takes far longer."""

    def __init__(self, model):
        self.model, self._graphs = model, {}

    def __call__(self, inputs, training=False):
        kind = (tuple(sorted(inputs)), training)
        if kind not in self._graphs:
            call = partial(self.model, training=training)
            self._graphs[kind] = one_graph(call, inputs) or call
        return {name: np.asarray(each) for name, each in self._graphs[kind](inputs).items()}


class Vectors:
    """A source of vectors: word -> numbers; it counts what it is asked for."""

    name = "/some/glove.txt"

    def __init__(self, vectors, size):
        self.vectors, self.size, self.asked = vectors, size, []

    def lookup(self, words):
        self.asked += words
        found = [word for word in words if word in self.vectors]
        numbers = np.array([self.vectors[word] for word in found], np.float32)
        return found, numbers.reshape(-1, self.size)


def small_baseline(**options):
    """A baseline with two trained words, and its options: fresh weights, no vectors."""
    small = {"hidden_size": 4, "embedding_size": 8, "dropout": 0.5, "trained_words": 2}
    config = make_config({**small, **options})
    words = WordIds(config.model_options.trained_words)
    words.bind(Vectors({}, config.embedding_size))
    words.set_state({"trained": ["x", "y"]})
    return make_model(config, [words]), config
