"""Self-attention: each token of a text looks at all the others.

It brings together what stands far apart, such as a name and what is said of it in another sentence.

Source:
    Clark and Gardner 2018, section 3.1, self-attention: https://aclanthology.org/P18-1078/
"""

import keras
from keras import ops

from squad_reader.model.attention import masked_softmax


@keras.saving.register_keras_serializable(package="squad_reader")
class SelfAttention(keras.layers.Layer):
    """Attention by scaled dot products of a query and a key of each token; none looks at itself.

    Args:
        size: numbers in a query and in a key (K).
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, size, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.seed = size, seed
        self.query = self._dense("query", 0)
        self.key = self._dense("key", 1)

    def _dense(self, name, place):
        seed = None if self.seed is None else self.seed + place
        glorot = keras.initializers.GlorotUniform(seed=seed)
        return keras.layers.Dense(self.size, use_bias=False, kernel_initializer=glorot, name=name)

    def build(self, tokens_shape, token_mask_shape=None):
        """Make the weights."""
        self.query.build(tokens_shape)
        self.key.build(tokens_shape)

    def call(self, tokens, token_mask):
        """What each token finds in the others.

        Args:
            tokens: float, (B, T, D).
            token_mask: bool, (B, T). True at real tokens.

        Returns:
            float, (B, T, D). The average of the other real tokens, by how much it looks at them;
                zeros where there is no other.
        """
        query, key = self.query(tokens), self.key(tokens)  # (B, T, K)
        scores = ops.matmul(query, ops.swapaxes(key, 1, 2)) / self.size**0.5  # (B, T, T)
        places = ops.arange(ops.shape(token_mask)[1])
        others = ops.logical_and(token_mask[:, None], (places[:, None] != places)[None])
        weights = ops.cast(masked_softmax(scores, others), tokens.dtype)
        return ops.matmul(weights, tokens)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "size": self.size, "seed": self.seed}
