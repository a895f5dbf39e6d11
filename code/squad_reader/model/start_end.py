"""The output layer: one logit for each context token as start, and one as end, of the answer.

Takes the place of the 2018 code's `SimpleSoftmaxLayer` (`code/modules.py`). It returns masked
logits; the softmax over them is taken where it is needed, in the loss and in the span decoder.
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_logits


@keras.saving.register_keras_serializable(package="squad_reader")
class SoftmaxLayer(keras.layers.Layer):
    """A linear layer to one number a token, with padding masked out.

    Args:
        seed: of the initial weights (Glorot uniform, as in the 2018 code).
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.linear = keras.layers.Dense(
            1, kernel_initializer=keras.initializers.GlorotUniform(seed=seed), name="linear"
        )

    def build(self, inputs_shape, token_mask_shape=None):
        """Make the weights."""
        self.linear.build(inputs_shape)

    def call(self, inputs, token_mask):
        """Score each token.

        Args:
            inputs: float, (B, T, H). One vector for each context token.
            token_mask: bool, (B, T). True at real tokens.

        Returns:
            float32, (B, T). Logits in nats; `MASKED_LOGIT` at padding.
        """
        logits = ops.squeeze(self.linear(inputs), axis=-1)  # (B, T)
        return masked_logits(logits, token_mask)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "seed": self.seed}
