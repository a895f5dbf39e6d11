"""What is added to the frozen vectors of a few words, so that they train.

A vector plus an offset that begins at zero trains as a copy of that vector would, while the frozen
vectors stay an input and a checkpoint holds the offsets alone.

Source:
    Chen et al. 2017 (DrQA), section 3.2, f_emb: https://arxiv.org/abs/1704.00051
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="squad_reader")
class WordOffsets(keras.layers.Layer):
    """A row that trains for each word with a rank, zeros for all others.

    Args:
        embedding_size: numbers in a vector (D).
        words: how many words have a rank.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, embedding_size, words, **kwargs):
        super().__init__(**kwargs)
        self.embedding_size, self.words = embedding_size, words

    def build(self, inputs_shape=None):
        """Make the rows; one where no word has a rank."""
        shape = (max(self.words, 1), self.embedding_size)
        self.rows = self.add_weight(shape=shape, initializer="zeros", name="rows")

    def call(self, ranks):
        """Look up rows.

        Args:
            ranks: int32, (...). From 1 on; 0 for a word without one, and at padding.

        Returns:
            float, (..., D).
        """
        rows = ops.take(self.rows, ops.maximum(ranks - 1, 0), axis=0)  # (..., D)
        return ops.where((ranks > 0)[..., None], rows, 0.0)

    def get_config(self):
        """Constructor arguments."""
        own = {"embedding_size": self.embedding_size, "words": self.words}
        return {**super().get_config(), **own}
