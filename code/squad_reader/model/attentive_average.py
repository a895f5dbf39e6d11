"""One vector for a whole question: an average in which a learned weight says what counts.

Source:
    Chen et al. 2017 (DrQA), section 3.2, question encoding: https://arxiv.org/abs/1704.00051
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_softmax


@keras.saving.register_keras_serializable(package="squad_reader")
class AttentiveAverage(keras.layers.Layer):
    """The sum of b_j q_j, where b is the softmax over j of w · q_j.

    Args:
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.importance = keras.layers.Dense(
            1,
            use_bias=False,  # the softmax would not depend on it
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed),
            name="importance",
        )

    def build(self, inputs_shape, token_mask_shape=None):
        """Make the weights."""
        self.importance.build(inputs_shape)

    def call(self, inputs, token_mask):
        """Average a batch of sequences.

        Args:
            inputs: float, (B, L, D).
            token_mask: bool, (B, L). True at real tokens.

        Returns:
            float, (B, D). Zeros for a sequence that is all padding.
        """
        scores = ops.squeeze(self.importance(inputs), axis=-1)  # (B, L)
        weights = ops.cast(masked_softmax(scores, token_mask), inputs.dtype)
        return ops.squeeze(ops.matmul(weights[:, None], inputs), axis=1)  # (B, D)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "seed": self.seed}
