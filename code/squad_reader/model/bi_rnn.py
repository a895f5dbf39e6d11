"""Bidirectional GRU or LSTM without dropout of its own, for models with several of them.

`encoder.RNNEncoder` is the baseline's, with the 2018 code's dropout and initial weights.

Sources:
    Cho et al. 2014, GRU: https://arxiv.org/abs/1406.1078
    Hochreiter and Schmidhuber 1997, LSTM: https://doi.org/10.1162/neco.1997.9.8.1735
"""

import keras
from keras import ops

from squad_reader.model import gru_training, lstm_training

CELLS = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM}
TRAINING = {"gru": gru_training.hidden_states, "lstm": lstm_training.hidden_states}


@keras.saving.register_keras_serializable(package="squad_reader")
class BiRNN(keras.layers.Layer):
    """A forward and a backward layer side by side.

    Args:
        hidden_size: units of one direction (H).
        cell: "gru" or "lstm".
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, hidden_size, cell="gru", seed=None, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size, self.cell, self.seed = hidden_size, cell, seed
        initializers = keras.initializers.GlorotUniform, keras.initializers.Orthogonal
        self.forward, self.backward = make_both_ways(cell, hidden_size, initializers, seed)

    def build(self, inputs_shape, token_mask_shape=None):
        """Make the weights of both directions."""
        self.forward.build(inputs_shape)
        self.backward.build(inputs_shape)

    def call(self, inputs, token_mask, training=False):
        """Read a batch of sequences.

        Args:
            inputs: float, (B, L, D).
            token_mask: bool, (B, L). True at real tokens, which come before the padding.
            training: read in the way that is fast with a gradient. The hidden states are the same,
                up to rounding; there is no dropout here.

        Returns:
            float, (B, L, 2H). Forward and backward hidden states side by side. What stands at
                padding has no meaning.
        """
        if not training:
            return read_both_ways(self.forward, self.backward, inputs, token_mask)
        read = TRAINING[self.cell]
        first = read(self.forward, inputs, token_mask)  # (B, L, H)
        last = read(self.backward, inputs, token_mask, backwards=True)  # (B, L, H)
        return ops.concatenate([first, last], axis=-1)  # (B, L, 2H)

    def get_config(self):
        """Constructor arguments."""
        own = {"hidden_size": self.hidden_size, "cell": self.cell, "seed": self.seed}
        return {**super().get_config(), **own}


def make_both_ways(cell, hidden_size, initializers, seed):
    """The two layers that `read_both_ways` takes.

    Args:
        cell, hidden_size, seed: as of `BiRNN`.
        initializers: classes of Keras, for the kernel and for the recurrent kernel.
    """
    kernel, recurrent = initializers
    return [
        CELLS[cell](
            hidden_size,
            return_sequences=True,
            go_backwards=backwards,
            kernel_initializer=kernel(seed=_seed(seed, backwards)),
            recurrent_initializer=recurrent(seed=_seed(seed, 2 + backwards)),
            name=name,
        )
        for name, backwards in (("forward", False), ("backward", True))
    ]


def read_both_ways(forward, backward, inputs, token_mask, training=False):
    """The hidden states of two layers side by side, of which the second goes backwards.

    The forward one needs no mask: padding stands at the end, where it can't influence any real
    token. The backward one meets the padding first, and its mask keeps its state at zero there.

    Args:
        forward, backward: Keras layers such as GRU, with H units, that return sequences.
        inputs, token_mask, training: as in `BiRNN.call`.

    Returns:
        float, (B, L, 2H). What stands at padding has no meaning.
    """
    # An empty row counts as one token: cuDNN, which Keras takes on a GPU, refuses one without any.
    mask = ops.logical_or(token_mask, ops.arange(ops.shape(inputs)[1]) == 0)  # (B, L)
    first = forward(inputs, training=training)  # (B, L, H)
    last = backward(inputs, mask=mask, training=training)  # (B, L, H), last token first
    return ops.concatenate([first, ops.flip(last, axis=1)], axis=-1)  # (B, L, 2H)


def _seed(seed, place):
    return None if seed is None else 10 * seed + place
