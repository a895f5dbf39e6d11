"""Attention from one sequence to another: every context word looks at the question.

Takes the place of `BasicAttn` in the 2018 code (`code/modules.py`). There "keys attend to
values"; here the names are those of `keras.layers.Attention`: the sequence that looks is the
`query` (the context, T words), and the sequence that it looks at is the `value` (the question,
J words).

Sources:
    Luong et al. 2015, section 3.1, "dot" score: https://arxiv.org/abs/1508.04025
    2018 code: https://github.com/abisee/cs224n-win18-squad, class BasicAttn
"""

import keras
from keras import ops

# Logit of a padded position, as in the 2018 code: exp(-1e30) is exactly 0 in float32. Finite,
# because softmax makes NaN of a row of -inf (a question that is all padding), and
# tf.debugging.enable_check_numerics would stop there. Too large for float16, hence the
# cast to float32 in masked_softmax.
MASKED_LOGIT = -1e30


def masked_logits(logits, mask):
    """Logits in float32, with `MASKED_LOGIT` at padding.

    Args:
        logits: float, (..., n). In nats.
        mask: bool, broadcastable to `logits`. True at real tokens.

    Returns:
        float32, (..., n).
    """
    return ops.where(mask, ops.cast(logits, "float32"), MASKED_LOGIT)


def masked_softmax(logits, mask):
    """Softmax over the last axis that gives padded positions probability 0.

    Args:
        logits: float, (..., n). Unnormalised log-probabilities, in nats.
        mask: bool or 0/1, broadcastable to `logits`. True at real tokens, False at padding.

    Returns:
        float32, (..., n). Each row sums to 1, or is all 0 if the row has no real token.
    """
    mask = ops.cast(mask, "bool")
    return ops.where(mask, ops.softmax(masked_logits(logits, mask), axis=-1), 0.0)


def best_logits(logits, mask):
    """The highest logit of each row; 0 in a row without a real token, not that of padding.

    Args:
        logits: float, (..., n). In nats.
        mask: bool, broadcastable to `logits`. True at real tokens.

    Returns:
        float32, (...).
    """
    best = ops.max(masked_logits(logits, mask), axis=-1)
    return ops.where(ops.any(mask, axis=-1), best, 0.0)


@keras.saving.register_keras_serializable(package="squad_reader")
class BasicAttention(keras.layers.Layer):
    """Unscaled dot-product attention with dropout on its output and no weights.

    `keras.layers.Attention` computes the same sums (the tests compare the two), but drops
    attention weights where the 2018 code drops output vectors. This class does as the 2018 code.

    Args:
        dropout: fraction of output units set to 0 while training, in [0, 1).
        seed: of the dropout; None for a different one each time.
        **kwargs: passed to `keras.layers.Layer` (`name`, `dtype`, ...).

    Raises:
        ValueError: `dropout` is outside [0, 1).

    Example:
        >>> context, question = keras.ops.ones((2, 7, 4)), keras.ops.ones((2, 3, 4))
        >>> output, weights = BasicAttention()(context, question, keras.ops.ones((2, 3)))
        >>> tuple(output.shape), tuple(weights.shape)
        ((2, 7, 4), (2, 7, 3))
    """

    def __init__(self, dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0.0 <= dropout < 1.0:
            raise ValueError(f"dropout must be in [0, 1), got {dropout}")
        self.dropout = dropout
        self.seed = seed
        self.output_dropout = keras.layers.Dropout(
            dropout, seed=seed, dtype=self.dtype_policy, name="output_dropout"
        )

    def build(self, query_shape, value_shape, value_mask_shape=None):
        """Check that both sequences have vectors of one size; there are no weights to make."""
        if query_shape[-1] != value_shape[-1]:
            raise ValueError(
                "query and value vectors must have the same size for a dot product, got "
                f"query {tuple(query_shape)} and value {tuple(value_shape)}"
            )

    def call(self, query, value, value_mask, training=False):
        """Look from every `query` position at all `value` positions.

        Shape letters: B batch size, T query length, J value length, D vector size.

        Args:
            query: float, (B, T, D). Hidden states of the context.
            value: float, (B, J, D). Hidden states of the question.
            value_mask: bool or 0/1, (B, J). True at real tokens, False at padding.
            training: apply dropout to the output.

        Returns:
            output: float, (B, T, D). Average of `value`, weighted by `weights`.
            weights: float32, (B, T, J). Row t is what context word t looks at: it sums
                to 1 and is 0 at padding (all 0 if the whole question is padding).
        """
        logits = ops.matmul(query, ops.swapaxes(value, 1, 2))  # (B, T, J)
        weights = masked_softmax(logits, value_mask[:, None, :])  # (B, T, J)
        output = ops.matmul(ops.cast(weights, value.dtype), value)  # (B, T, D)
        return self.output_dropout(output, training=training), weights

    def get_config(self):
        """Constructor arguments, which is what `.keras` files store to rebuild the layer."""
        return {**super().get_config(), "dropout": self.dropout, "seed": self.seed}
