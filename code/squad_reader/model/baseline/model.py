"""The baseline: word vectors, encoder, attention, one hidden layer, start and end.

The baseline of the 2018 code's handout.

    context (W, T) words -> vectors (W, T, D) -> hidden (W, T, 2H) -+-> attention (B, T, 2H)
    question (B, J) words -> vectors (B, J, D) -> hidden (B, J, 2H) -+          |
                 concatenation of both (B, T, 4H) -> ReLU (B, T, H) -> start, end logits (B, T)
"""

import keras
from keras import ops

from squad_reader.model.attention import BasicAttention
from squad_reader.model.encoder import RNNEncoder
from squad_reader.model.qa_model import QAModel
from squad_reader.model.start_end import SoftmaxLayer
from squad_reader.model.word_vectors import WordVectors


class Baseline(QAModel):
    """The baseline reader; see `QAModel`.

    Args:
        options: `BaselineOptions`.
        features: `ids`, a `WordIds`.
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.Model`.
    """

    def __init__(self, options, features, seed=42, **kwargs):
        super().__init__(options, features, seed, **kwargs)
        words = features["ids"]
        self.word_vectors = WordVectors(
            words.size, len(words.trained), seed=seed, name="word_vectors"
        )
        self.encoder = RNNEncoder(
            options.hidden_size, options.dropout, seed=seed + 100, name="encoder"
        )
        self.attention = BasicAttention(options.dropout, seed=seed + 200, name="attention")
        self.blend = keras.layers.Dense(
            options.hidden_size,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed + 300),
            name="blend",
        )
        self.start = SoftmaxLayer(seed=seed + 400, name="start")
        self.end = SoftmaxLayer(seed=seed + 500, name="end")

    def build(self, inputs_shape=None):
        """Make all weights; no batch is needed for it."""
        hidden = 2 * self.options.hidden_size
        self.word_vectors.build()
        self.encoder.build((None, None, self.word_vectors.embedding_size))
        self.attention.build((None, None, hidden), (None, None, hidden))
        self.blend.build((None, None, 2 * hidden))
        self.start.build((None, None, self.options.hidden_size))
        self.end.build((None, None, self.options.hidden_size))
        self.built = True

    def read_context(self, inputs, training=False):
        """Hidden states (W, T, 2H), and their part of the hidden layer (W, T, H)."""
        vectors = self.word_vectors(inputs, inputs["context_words"])  # (W, T, D)
        hidden = self.encoder(vectors, inputs["context_mask"], training=training)  # (W, T, 2H)
        return {
            "hidden": hidden,
            "alone": ops.matmul(hidden, self.blend.kernel[: hidden.shape[-1]]),  # (W, T, H)
        }

    def score(self, context, inputs, training=False):
        """Let each context token look at the question, and score it."""
        question_mask = inputs["question_mask"]
        vectors = self.word_vectors(inputs, inputs["question_words"])  # (B, J, D)
        question = self.encoder(vectors, question_mask, training=training)  # (B, J, 2H)
        attended, weights = self.attention(
            context["hidden"], question, question_mask, training=training
        )  # (B, T, 2H), (B, T, J)
        blended = self._blend(context["alone"], attended)  # (B, T, H)
        return {
            "start_logits": self.start(blended, context["context_mask"]),
            "end_logits": self.end(blended, context["context_mask"]),
            "attention": weights,
        }

    def _blend(self, alone, attended):
        """`self.blend` of context and attended side by side, without making that (B, T, 4H).

        The context's part of the product, `alone`, was made before contexts were repeated.
        """
        kernel = self.blend.kernel[attended.shape[-1] :]
        return ops.relu(alone + ops.matmul(attended, kernel) + self.blend.bias)
