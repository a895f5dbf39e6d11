"""A place in the context by a bilinear product of each token with the question's vector.

Source:
    Chen et al. 2017 (DrQA), section 3.2, prediction: https://arxiv.org/abs/1704.00051
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_logits


@keras.saving.register_keras_serializable(package="squad_reader")
class BilinearPointer(keras.layers.Layer):
    """The logit of context token i is p_i W q, or p_i (W q + b).

    Args:
        size: numbers in a vector of the context (D).
        use_bias: whether there is a b: what speaks for a token whatever is asked.
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, size, use_bias=False, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.use_bias, self.seed = size, use_bias, seed
        self.bilinear = keras.layers.Dense(
            size,
            use_bias=use_bias,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
            name="bilinear",
        )

    def build(self, context_shape, question_shape, context_mask_shape=None):
        """Make the weights."""
        self.bilinear.build(question_shape)

    def call(self, context, question, context_mask):
        """Score each token.

        Args:
            context: float, (B, T, D).
            question: float, (B, Q). One vector for each question.
            context_mask: bool, (B, T). True at real tokens.

        Returns:
            float32, (B, T). Logits in nats; `MASKED_LOGIT` at padding.
        """
        query = self.bilinear(question)[..., None]  # (B, D, 1)
        logits = ops.squeeze(ops.matmul(context, query), axis=-1)  # (B, T)
        return masked_logits(logits, context_mask)

    def get_config(self):
        """Constructor arguments."""
        own = {"size": self.size, "use_bias": self.use_bias, "seed": self.seed}
        return {**super().get_config(), **own}
