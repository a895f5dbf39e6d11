"""Start and end of the answer, where the end knows of the start.

The start is found from the question alone; the end from the question and from what stands where
the start is likely, so that both belong to one answer.

Source:
    Wang et al. 2017 (R-Net), section 3.4, after the pointer networks of Vinyals et al. 2015:
        https://aclanthology.org/P17-1018/, https://arxiv.org/abs/1506.03134
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_softmax
from squad_reader.model.attentive_average import AttentiveAverage
from squad_reader.model.bilinear_pointer import BilinearPointer


@keras.saving.register_keras_serializable(package="squad_reader")
class ChainedPointer(keras.layers.Layer):
    """Two bilinear pointers, one after the other.

    Args:
        size: numbers in a vector of a token and of a question word (D).
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, size, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.seed = size, seed
        seeds = [None if seed is None else seed + i for i in range(4)]
        self.average = AttentiveAverage(seed=seeds[0], name="average")
        self.start = BilinearPointer(size, use_bias=True, seed=seeds[1], name="start")
        self.end = BilinearPointer(size, use_bias=True, seed=seeds[2], name="end")
        self.end_query = keras.layers.Dense(
            size,
            "tanh",
            kernel_initializer=keras.initializers.GlorotUniform(seed=seeds[3]),
            name="end_query",
        )

    def build(self, tokens_shape, question_shape=None, question_mask_shape=None, mask_shape=None):
        """Make the weights."""
        self.average.build((None, None, self.size))
        self.start.build(tokens_shape, (None, self.size))
        self.end.build(tokens_shape, (None, self.size))
        self.end_query.build((None, 2 * self.size))

    def call(self, tokens, question, question_mask, mask):
        """Score each token.

        Args:
            tokens: float, (B, T, D).
            question: float, (B, J, D).
            question_mask: bool, (B, J). True at real tokens.
            mask: bool, (B, T). The same of `tokens`.

        Returns:
            start_logits, end_logits: float32, (B, T). In nats; `MASKED_LOGIT` at padding.
        """
        asked = self.average(question, question_mask)  # (B, D)
        start = self.start(tokens, asked, mask)  # (B, T)
        query = ops.concatenate([asked, self.expected_start(start, tokens, mask)], axis=-1)
        return start, self.end(tokens, self.end_query(query), mask)

    def expected_start(self, start, tokens, mask):
        """The mean of the tokens (B, T, D) by how likely each is the start: (B, D)."""
        likely = ops.cast(masked_softmax(start, mask), tokens.dtype)  # (B, T)
        return ops.squeeze(ops.matmul(likely[:, None], tokens), axis=1)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "size": self.size, "seed": self.seed}
