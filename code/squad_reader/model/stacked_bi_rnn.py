"""Bidirectional RNNs one on the other, and the hidden states of all of them side by side.

Source:
    Chen et al. 2017 (DrQA), section 3.2 and, of the layers, 5.2: https://arxiv.org/abs/1704.00051
"""

import keras
from keras import ops

from squad_reader.model.bi_rnn import BiRNN


@keras.saving.register_keras_serializable(package="squad_reader")
class StackedBiRNN(keras.layers.Layer):
    """Each layer reads what the one before it made; a later part of a model reads all of them.

    Args:
        hidden_size: units of one direction of a layer (H).
        layers: how many there are (N).
        cell: "gru" or "lstm".
        dropout: fraction of each layer's output units set to 0 while training, the same units for
            all tokens of a sequence, in [0, 1).
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, hidden_size, layers=3, cell="lstm", dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size, self.layers, self.cell = hidden_size, layers, cell
        self.dropout, self.seed = dropout, seed
        seeds = [None if seed is None else seed + i for i in range(layers)]
        self.rnns = [
            BiRNN(hidden_size, cell, seed=each, name=f"layer_{i}") for i, each in enumerate(seeds)
        ]
        self.dropouts = [
            keras.layers.SpatialDropout1D(dropout, seed=each, name=f"dropout_{i}")
            for i, each in enumerate(seeds)
        ]

    def build(self, inputs_shape, token_mask_shape=None):
        """Make the weights of all layers."""
        for i, rnn in enumerate(self.rnns):
            rnn.build((*inputs_shape[:-1], 2 * self.hidden_size) if i else inputs_shape)

    def call(self, inputs, token_mask, training=False):
        """Read a batch of sequences.

        Args:
            inputs: float, (B, L, D).
            token_mask: bool, (B, L). True at real tokens, which come before the padding.
            training: apply dropout, and read in the way that is fast with a gradient.

        Returns:
            float, (B, L, 2HN). The first layer's hidden states, then the second's, ... What
                stands at padding has no meaning.
        """
        outputs = []
        for rnn, dropout in zip(self.rnns, self.dropouts, strict=True):
            states = rnn(inputs, token_mask, training=training)  # (B, L, 2H)
            inputs = dropout(states, training=training)
            outputs.append(inputs)
        return ops.concatenate(outputs, axis=-1)  # (B, L, 2HN)

    def get_config(self):
        """Constructor arguments."""
        names = "hidden_size layers cell dropout seed".split()
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
