"""Bidirectional GRU that reads a sequence of word vectors from both ends.

As the 2018 code's `RNNEncoder` (`code/modules.py`): dropout on the input and on the output,
one set of weights for context and question. Two things differ. The GRU is Keras' own, which applies
the reset gate after the recurrent product (the form that cuDNN computes), where TensorFlow 1's
`GRUCell` applied it before; and both directions read the same dropped-out input.

Sources:
    Cho et al. 2014, GRU: https://arxiv.org/abs/1406.1078
    2018 code: https://github.com/abisee/cs224n-win18-squad, class RNNEncoder
"""

import keras

from squad_reader.model.bi_rnn import read_both_ways

# The 2018 code's initialisation: uniform, variance 1 / (number of inputs).
INITIALIZER = {
    "class_name": "VarianceScaling",
    "config": {"scale": 1.0, "mode": "fan_in", "distribution": "uniform"},
}


@keras.saving.register_keras_serializable(package="squad_reader")
class RNNEncoder(keras.layers.Layer):
    """A forward and a backward GRU side by side.

    Args:
        hidden_size: units of one direction (H).
        dropout: fraction of input and of output units set to 0 while training, in [0, 1).
        seed: of the dropout; None for a different one each time.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, hidden_size, dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
        self.dropout = dropout
        self.seed = seed
        self.input_dropout = keras.layers.Dropout(dropout, seed=seed, name="input_dropout")
        self.output_dropout = keras.layers.Dropout(
            dropout, seed=None if seed is None else seed + 1, name="output_dropout"
        )
        self.forward = self._make_gru("forward", seed=seed, go_backwards=False)
        self.backward = self._make_gru("backward", seed=seed, go_backwards=True)

    def _make_gru(self, name, seed, go_backwards):
        initializers = [keras.initializers.get(INITIALIZER) for _ in range(2)]
        for place, initializer in enumerate(initializers):
            initializer.seed = None if seed is None else 10 * seed + 2 * place + go_backwards
        return keras.layers.GRU(
            self.hidden_size,
            return_sequences=True,
            go_backwards=go_backwards,
            kernel_initializer=initializers[0],
            recurrent_initializer=initializers[1],
            name=name,
        )

    def build(self, inputs_shape, token_mask_shape=None):
        """Make the weights of both directions."""
        self.forward.build(inputs_shape)
        self.backward.build(inputs_shape)

    def call(self, inputs, token_mask, training=False):
        """Read a batch of sequences.

        Args:
            inputs: float, (B, L, D). Word vectors.
            token_mask: bool, (B, L). True at real tokens, which come before the padding.
            training: apply dropout.

        Returns:
            float, (B, L, 2H). Forward and backward hidden states side by side. What stands at
                padding has no meaning.
        """
        inputs = self.input_dropout(inputs, training=training)
        hidden = read_both_ways(self.forward, self.backward, inputs, token_mask, training)
        return self.output_dropout(hidden, training=training)

    def get_config(self):
        """Constructor arguments."""
        return {
            **super().get_config(),
            "hidden_size": self.hidden_size,
            "dropout": self.dropout,
            "seed": self.seed,
        }
