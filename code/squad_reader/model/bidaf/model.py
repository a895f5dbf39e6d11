"""BiDAF: words with characters, attention in both directions, two LSTMs upon it, one for the end.

The architecture of the paper's figure 1; its layers by their names there:

    1, 2  word = [GloVe (U, D); character convolution (U, F)] -> two highways (U, D + F)
    3     context, question -> BiLSTM, one for both -> h (W, T, 2H), u (B, J, 2H)
    4     attention flow -> G = [h; u~; h * u~; h * h~] (B, T, 8H)
    5     modelling: G -> BiLSTM -> BiLSTM -> M (B, T, 2H)
    6     start from [G; M]; M -> BiLSTM -> M2 (B, T, 2H), end from [G; M2]

Layers 1 and 2 do not look at a word's neighbours, so they run for each of a batch's own words and
not for each token: once for the contexts and once, with other dropout, for the questions. Layer 3
reads a context once for all its questions.

Sources:
    Seo et al. 2017, Bidirectional Attention Flow for Machine Comprehension:
        https://arxiv.org/abs/1611.01603
    The authors' code, for the size of a character's vector; it tells the end more of the start
        than the paper and this file do: https://github.com/allenai/bi-att-flow
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_logits
from squad_reader.model.attention_flow import AttentionFlow
from squad_reader.model.bi_rnn import BiRNN
from squad_reader.model.character_convolution import CharacterConvolution
from squad_reader.model.highway import Highway
from squad_reader.model.qa_model import QAModel
from squad_reader.model.word_vectors import WordVectors

# What a BiLSTM or the last linear layer reads, section 4; layer 1 has a dropout of its own.
DROPOUTS = ("context", "question", "flow", "modelled_once", "modelled", "end")


class BiDAF(QAModel):
    """See above, and `QAModel`.

    Args:
        options: `BiDAFOptions`.
        features: `ids` and `characters`.
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.Model`.
    """

    def __init__(self, options, features, seed=42, **kwargs):
        super().__init__(options, features, seed, **kwargs)
        words, hidden = features["ids"], options.hidden_size
        self.word_vectors = WordVectors(
            words.size, len(words.trained), seed=seed, name="word_vectors"
        )
        self.characters = CharacterConvolution(
            len(features["characters"].characters),
            options.character_size,
            options.filters,
            dropout=options.dropout,
            seed=seed + 100,
            name="characters",
        )
        self.words_size = words.size + options.filters
        self.highways = [
            Highway(self.words_size, seed=seed + 200 + i, name=f"highway_{i}") for i in (1, 2)
        ]
        self.encoder = BiRNN(hidden, "lstm", seed=seed + 300, name="encoder")
        self.model_once = BiRNN(hidden, "lstm", seed=seed + 301, name="model_once")
        self.model_twice = BiRNN(hidden, "lstm", seed=seed + 302, name="model_twice")
        self.read_end = BiRNN(hidden, "lstm", seed=seed + 303, name="read_end")
        self.attention = AttentionFlow(2 * hidden, seed=seed + 400, name="attention")
        self.start_of_flow = _score("start_of_flow", seed + 500)
        self.start_of_model = _score("start_of_model", seed + 501)
        self.end_of_flow = _score("end_of_flow", seed + 502)
        self.end_of_model = _score("end_of_model", seed + 503)
        self.dropouts = {
            name: keras.layers.SpatialDropout1D(options.dropout, seed=seed + 600 + i, name=name)
            for i, name in enumerate(f"{part}_dropout" for part in DROPOUTS)
        }

    def build(self, inputs_shape=None):
        """Make all weights; no batch is needed for it."""
        hidden = 2 * self.options.hidden_size
        self.word_vectors.build()
        self.characters.build()
        self.attention.build()
        for highway in self.highways:
            highway.build()
        for layer, size in (
            (self.encoder, self.words_size),
            (self.model_once, 4 * hidden),
            (self.model_twice, hidden),
            (self.read_end, hidden),
            (self.start_of_flow, 4 * hidden),
            (self.start_of_model, hidden),
            (self.end_of_flow, 4 * hidden),
            (self.end_of_model, hidden),
        ):
            layer.build((None, None, size))
        self.built = True

    def _words(self, inputs, training):
        """All that is known of the batch's own words, (U, D + F)."""
        number = ops.shape(inputs["word_ids"])[0]
        vectors = self.word_vectors(inputs, ops.arange(number))  # (U, D)
        characters = self.characters(inputs["word_characters"], training=training)  # (U, F)
        words = ops.concatenate([vectors, characters], axis=-1)
        for highway in self.highways:
            words = highway(words)
        return words

    def _read(self, inputs, side, training):
        """Hidden states of contexts or questions, (., L, 2H)."""
        words = self._words(inputs, training)
        tokens = ops.take(words, inputs[f"{side}_words"], axis=0)  # (., L, D + F)
        tokens = self._drop(side, tokens, training)
        return self.encoder(tokens, inputs[f"{side}_mask"], training=training)

    def _drop(self, name, values, training):
        return self.dropouts[f"{name}_dropout"](values, training=training)

    def read_context(self, inputs, training=False):
        """The context's hidden states, (W, T, 2H)."""
        return {"hidden": self._read(inputs, "context", training)}

    def score(self, context, inputs, training=False):
        """Let context and question look at each other, read what comes of it, score tokens."""
        mask, question_mask = context["context_mask"], inputs["question_mask"]
        question = self._read(inputs, "question", training)  # (B, J, 2H)
        flow, weights = self.attention(context["hidden"], question, mask, question_mask)
        flow = self._drop("flow", flow, training)  # G: (B, T, 8H)
        once = self.model_once(flow, mask, training=training)  # (B, T, 2H)
        once = self._drop("modelled_once", once, training)
        modelled = self.model_twice(once, mask, training=training)  # (B, T, 2H)
        modelled = self._drop("modelled", modelled, training)  # M: (B, T, 2H)
        end = self.read_end(modelled, mask, training=training)  # (B, T, 2H)
        end = self._drop("end", end, training)  # M2: (B, T, 2H)
        # A linear layer of [G; M] is the sum of one of G and one of M.
        start_logits = self.start_of_flow(flow) + self.start_of_model(modelled)  # (B, T, 1)
        end_logits = self.end_of_flow(flow) + self.end_of_model(end)  # (B, T, 1)
        return {
            "start_logits": _masked(start_logits, mask),
            "end_logits": _masked(end_logits, mask),
            "attention": weights,
        }


def _score(name, seed):
    """One number a token; a bias, the same for all, would not change the softmax over them."""
    glorot = keras.initializers.GlorotUniform(seed=seed)
    return keras.layers.Dense(1, use_bias=False, kernel_initializer=glorot, name=name)


def _masked(logits, mask):
    """float32, (B, T), from (B, T, 1)."""
    return masked_logits(ops.squeeze(logits, -1), mask)
