"""Aligned question embedding: for each context word, the question words that mean the same.

A soft form of exact match: "car" in the context finds "vehicle" in the question.

Source:
    Chen et al. 2017 (DrQA), section 3.2, f_align: https://arxiv.org/abs/1704.00051
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_softmax


@keras.saving.register_keras_serializable(package="squad_reader")
class AlignedQuestion(keras.layers.Layer):
    """Attention by dot products of ReLU(W e + b), with one W for both sides.

    Args:
        size: numbers in ReLU(W e + b) (K).
        use_bias: whether there is a b.
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, size, use_bias=True, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.use_bias, self.seed = size, use_bias, seed
        self.projection = keras.layers.Dense(
            size,
            "relu",
            use_bias=use_bias,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
            name="projection",
        )

    def build(self, keys_shape, question_shape, question_mask_shape=None):
        """Make the weights, for vectors of the question's size."""
        self.projection.build(question_shape)

    def project(self, vectors):
        """ReLU(W e + b) of vectors (., L, D): (., L, K). Needed once for each context."""
        return self.projection(vectors)

    def scores(self, keys, question):
        """How well each context word (B, T, K) fits to each question word (B, J, D): (B, T, J)."""
        return ops.matmul(keys, ops.swapaxes(self.project(question), 1, 2))

    def call(self, keys, question, question_mask):
        """Look from every context word at all question words.

        Args:
            keys: float, (B, T, K). `project` of the context's word vectors.
            question: float, (B, J, D). Word vectors of the question.
            question_mask: bool, (B, J). True at real tokens.

        Returns:
            aligned: float, (B, T, D). Average of `question`, weighted by `weights`.
            weights: float32, (B, T, J). Each row sums to 1 and is 0 at padding (all 0 if the
                whole question is padding).
        """
        scores = self.scores(keys, question)
        weights = masked_softmax(scores, question_mask[:, None])  # (B, T, J)
        return ops.matmul(ops.cast(weights, question.dtype), question), weights

    def get_config(self):
        """Constructor arguments."""
        own = {"size": self.size, "use_bias": self.use_bias, "seed": self.seed}
        return {**super().get_config(), **own}
