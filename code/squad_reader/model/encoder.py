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

from squad_reader.model.bi_rnn import make_both_ways, read_both_ways


@keras.saving.register_keras_serializable(package="squad_reader")
class RNNEncoder(keras.layers.Layer):
    """A forward and a backward GRU side by side.

    Args:
        hidden_size: units of one direction (H).
        dropout: fraction of input and of output units set to 0 while training, in [0, 1).
        seed: of the initial weights and of the dropout; None for others each time.
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
        # The 2018 code's initialisation: uniform, variance 1 / (number of inputs).
        initializers = [keras.initializers.LecunUniform] * 2
        self.forward, self.backward = make_both_ways("gru", hidden_size, initializers, seed)

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
