"""Made-up parts that several tests use: sources of vectors, a small baseline."""

from functools import partial

import numpy as np

from squad_reader.config import make_config
from squad_reader.data.features.feature import WordFeature
from squad_reader.data.features.word_ids import WordIds
from squad_reader.model.models import make_model
from squad_reader.model.scorer import Scorer
from squad_reader.predict.members import Member
from squad_reader.predict.reader import Reader, Reading
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


class Wanted(WordFeature):
    """A number for each token, by how it stands in the text."""

    name = "wanted"

    def __init__(self, logits):
        self.logits = logits

    def encode(self, texts):
        return np.array([self.logits.get(s, 0.0) for s in texts.sources], np.float32)


class WantedScorer(Scorer):
    """These numbers as the logits of start and end."""

    def get_logits(self, batch):
        rows = batch.inputs["word_wanted"][batch.inputs["context_words"]]  # (W, T)
        logits = rows[batch.windows].copy()
        logits[~batch.context_mask] = 1e9  # has no meaning
        return logits, logits

    def get_attention(self, batch):
        """Each token of the context looks at the token of the question with its number."""
        shape = (*batch.context_mask.shape, batch.inputs["question_mask"].shape[1])
        return np.broadcast_to(np.eye(*shape[1:], dtype=np.float32), shape)


class LaterScorer(WantedScorer):
    """Of equal words the last one is best."""

    def get_logits(self, batch):
        logits, _ = super().get_logits(batch)
        logits += np.where(logits > 0, np.arange(logits.shape[1]) / 1000, 0)
        return logits, logits


class PhraseScorer(WantedScorer):
    """Tokens with a number above 0 begin an answer, those with one below 0 end it."""

    def get_logits(self, batch):
        logits, _ = super().get_logits(batch)
        return np.maximum(logits, 0), np.maximum(-logits, 0)


class BlindScorer(LaterScorer):
    """It has no attention to show."""

    def get_attention(self, batch):
        return None


def stub_reader(logits, context_len=600, temperature=1.0, scorer=None):
    """A reader whose answers are known: token as it stands -> logit; of others 0."""
    reading = Reading(context_len=context_len, max_answer_len=3)
    member = Member(scorer or WantedScorer(), (Wanted(logits),), temperature=temperature)
    return Reader([member], reading)


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
