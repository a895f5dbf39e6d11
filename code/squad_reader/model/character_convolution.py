"""A word's vector from its characters: a convolution over them, and the largest of each filter.

Sources:
    Kim 2014, Convolutional Neural Networks for Sentence Classification:
        https://aclanthology.org/D14-1181/
    Seo et al. 2017 (BiDAF), section 2, layer 1: https://arxiv.org/abs/1611.01603
"""

import keras
from keras import ops

FIRST = 2  # 0 is padding, 1 all rare characters; see `data.features.characters`


@keras.saving.register_keras_serializable(package="squad_reader")
class CharacterConvolution(keras.layers.Layer):
    """Vectors of characters, a convolution with ReLU, the maximum over a word's places.

    A filter is centred on each character of the word in turn, and finds zeros beyond both ends. So
    a word of one character has a place too, and the maximum is over a word's own places alone.

    Args:
        characters: how many have a vector of their own, beside that of all rare ones.
        size: numbers in a character's vector (L).
        filters: of the convolution (F).
        width: characters that a filter sees.
        dropout: fraction of the numbers of the characters' vectors set to 0 while training.
        seed: of the weights and of the dropout.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, characters, size, filters, width=5, dropout=0.0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.characters, self.size, self.filters = characters, size, filters
        self.width, self.dropout, self.seed = width, dropout, seed
        self.input_dropout = keras.layers.Dropout(dropout, seed=seed, name="input_dropout")
        self.convolution = keras.layers.Conv1D(
            filters,
            width,
            padding="same",
            activation="relu",
            kernel_initializer=keras.initializers.GlorotUniform(
                seed=None if seed is None else seed + 1
            ),
            name="convolution",
        )

    def build(self, characters_shape=None):
        """Make the vectors and the filters."""
        # With this spread the filters' outputs begin about as large as GloVe's numbers.
        self.vectors = self.add_weight(
            shape=(FIRST + self.characters, self.size),
            initializer=keras.initializers.RandomNormal(stddev=1.0, seed=self.seed),
            name="vectors",
        )
        self.convolution.build((None, None, self.size))

    def call(self, characters, training=False):
        """Read words.

        Args:
            characters: int32, (U, C). Of each word; 0 after its end.
            training: apply dropout.

        Returns:
            float, (U, F). Zeros for a word without characters, which is padding.
        """
        vectors = ops.take(self.vectors, characters, axis=0)  # (U, C, L)
        is_character = ops.cast(characters > 0, vectors.dtype)[..., None]  # (U, C, 1)
        vectors = self.input_dropout(vectors * is_character, training=training)
        found = self.convolution(vectors)  # (U, C, F)
        return ops.max(found * is_character, axis=1)  # none is below 0, after the ReLU

    def get_config(self):
        """Constructor arguments."""
        names = "characters size filters width dropout seed".split()
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
