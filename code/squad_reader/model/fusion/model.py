"""The fusion reader: words with letters, three levels of GRUs, attention to question and self.

    words (W, T, E) -> ReLU (W, T, 128) -> GRU (W, T, 2H)                     once for each context
      -> attention to the question on words and on both levels, with match features
      -> ReLU (B, T, H) -> GRU (B, T, 2H) -> attention to itself -> ReLU (B, T, H)
      -> GRU (B, T, 2H) -> start from the question's summary -> end from that and the start

Sources:
    Huang et al. 2018, FusionNet, attention over the levels of a word, in symmetric form but without
        its diagonal matrix: https://arxiv.org/abs/1711.07341
    Liu et al. 2017, PhaseCond, a question encoder of its own for the values:
        https://arxiv.org/abs/1710.10504
    Clark and Gardner 2018, self-attention after attention: https://aclanthology.org/P18-1078/
"""

import keras
from keras import ops

from squad_reader.model.aligned_question import AlignedQuestion
from squad_reader.model.attention import best_logits, masked_softmax
from squad_reader.model.bi_rnn import BiRNN
from squad_reader.model.chained_pointer import ChainedPointer
from squad_reader.model.parts import matmul_of_parts
from squad_reader.model.qa_model import QAModel
from squad_reader.model.self_attention import SelfAttention
from squad_reader.model.word_input import WordInput

DROPOUTS = (
    *("context_tokens", "context_words", "context_hidden"),
    *("question_tokens", "question_words", "question_hidden"),
    *("value", "fused", "model_level", "own", "self_level"),
)


class Fusion(QAModel):
    """See above, and `QAModel`.

    Args:
        options: `FusionOptions`.
        features: `ids`, `shape`, `grams`, `kinds` and `match`.
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.Model`.
    """

    def __init__(self, options, features, seed=42, **kwargs):
        super().__init__(options, features, seed, **kwargs)
        hidden, ids = options.hidden_size, features["ids"]
        self.word_input = WordInput(
            ids.size,
            len(ids.trained),
            len(features["shape"].shapes),
            options.letter_buckets,
            options.letters_size,
            options.letters_dropout,
            seed=seed,
            name="word_input",
        )
        self.words_size = ids.size + options.letters_size + features["kinds"].size
        self.match_size = features["match"].size
        self.words = _dense("words", options.words_size, seed + 1, activation="relu")
        self.align_words = AlignedQuestion(64, use_bias=False, seed=seed + 2, name="align_words")
        self.align = AlignedQuestion(128, use_bias=False, seed=seed + 3, name="align")
        self.fuse_context = _dense("fuse_context", hidden, seed + 4)
        self.fuse = _dense("fuse", hidden, seed + 5, use_bias=False)
        self.self_attention = SelfAttention(64, seed=seed + 6, name="self_attention")
        self.fuse_self = _dense("fuse_self", hidden, seed + 8)
        self.pointer = ChainedPointer(2 * hidden, seed=seed + 9, name="pointer")
        self.read = BiRNN(hidden, seed=seed + 50, name="read")
        self.value = BiRNN(hidden, seed=seed + 51, name="value")
        self.model_level = BiRNN(hidden, seed=seed + 52, name="model_level")
        self.self_level = BiRNN(hidden, seed=seed + 53, name="self_level")
        self.dropouts = {
            name: keras.layers.SpatialDropout1D(options.dropout, seed=seed + 70 + i, name=name)
            for i, name in enumerate(DROPOUTS)
        }

    def build(self, inputs_shape=None):
        """Make all weights; no batch is needed for it."""
        words, hidden = self.options.words_size, self.options.hidden_size
        levels = words + 2 * hidden
        self.word_input.build()
        for layer, size in (
            (self.words, self.words_size),
            (self.fuse_context, levels),
            (self.fuse, 6 * hidden + 2 * words + self.match_size),
            (self.self_attention, 2 * hidden),
            (self.fuse_self, 4 * hidden + self.match_size),
            (self.pointer, 2 * hidden),
            (self.read, words),
            (self.value, 2 * hidden),
            (self.model_level, hidden),
            (self.self_level, hidden),
        ):
            layer.build((None, None, size))
        for layer, size in ((self.align_words, words), (self.align, levels)):
            layer.build((None, None, layer.size), (None, None, size))
        self.built = True

    def _read(self, inputs, side, training):
        """Words (., L, 128) and hidden states (., L, 2H) of contexts or questions."""
        table = self.word_input(inputs, training=training)  # (U, E)
        tokens = ops.take(table, inputs[f"{side}_words"], axis=0)  # (., L, E)
        words = self.words(self._drop(f"{side}_tokens", tokens, training))
        mask = inputs[f"{side}_mask"]
        given = self._drop(f"{side}_words", words, training)
        hidden = self.read(given, mask, training=training)  # (., L, 2H)
        return words, self._drop(f"{side}_hidden", hidden, training)

    def _drop(self, name, values, training):
        return self.dropouts[name](values, training=training)

    def read_context(self, inputs, training=False):
        """What of a context does not depend on the question."""
        words, hidden = self._read(inputs, "context", training)
        levels = ops.concatenate([words, hidden], axis=-1)  # (W, T, 128 + 2H)
        return {
            "words": words,
            "hidden": hidden,
            "keys": self.align.project(levels),  # (W, T, 128)
            "word_keys": self.align_words.project(words),  # (W, T, 64)
            "fused": self.fuse_context(levels),  # (W, T, H)
        }

    def score(self, context, inputs, training=False):
        """Fuse the context with the question, then with itself, and score its tokens."""
        question_mask, mask = inputs["question_mask"], context["context_mask"]
        match = ops.cast(inputs["pair_match"], context["hidden"].dtype)
        match = ops.reshape(match, (*ops.shape(match)[:2], self.match_size))  # (B, T, 5)
        words, hidden = self._read(inputs, "question", training)
        value = self.value(hidden, question_mask, training=training)
        value = self._drop("value", value, training)  # (B, J, 2H)
        fused, weights = self._fuse(context, words, hidden, value, question_mask, match)
        modelled = self.model_level(self._drop("fused", fused, training), mask, training=training)
        modelled = self._drop("model_level", modelled, training)  # (B, T, 2H)
        looked = self.self_attention(modelled, mask)  # (B, T, 2H)
        own = matmul_of_parts([modelled, looked, match], self.fuse_self.kernel)
        own = ops.relu(own + self.fuse_self.bias)  # (B, T, H)
        last = self.self_level(self._drop("own", own, training), mask, training=training)
        last = self._drop("self_level", last, training)  # (B, T, 2H)
        start, end = self.pointer(last, value, question_mask, mask)
        return {"start_logits": start, "end_logits": end, "attention": weights}

    def _fuse(self, context, words, hidden, value, question_mask, match):
        """Context and question, (B, T, H), and what each context token looked at, (B, T, J)."""
        seen = question_mask[:, None]  # (B, 1, J)
        levels = ops.concatenate([words, hidden], axis=-1)  # (B, J, 128 + 2H)
        scores = self.align.scores(context["keys"], levels)  # (B, T, J)
        weights = masked_softmax(scores, seen)
        attended = ops.matmul(weights, value)  # (B, T, 2H)
        aligned, _ = self.align_words(context["word_keys"], words, question_mask)  # (B, T, 128)
        back = masked_softmax(best_logits(scores, seen), context["context_mask"])  # (B, T)
        asked = ops.matmul(back[:, None], context["hidden"])  # (B, 1, 2H)
        parts = [attended, context["hidden"] * attended, context["hidden"] * asked]
        parts += [aligned, context["words"] * aligned, match]
        fused = context["fused"] + matmul_of_parts(parts, self.fuse.kernel)
        return ops.relu(fused), weights


def _dense(name, size, seed, activation=None, use_bias=True):
    glorot = keras.initializers.GlorotUniform(seed=seed)
    return keras.layers.Dense(
        size, activation, use_bias=use_bias, kernel_initializer=glorot, name=name
    )
