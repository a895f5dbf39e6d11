"""Word ids to vectors: frozen GloVe for the words at hand, and a few vectors that train.

The 2018 code kept all 400,002 rows of GloVe in its graph. Here the layer holds only the words that
occur in the data at hand, and the frozen part never enters a checkpoint: a checkpoint knows the
vectors that were trained, and GloVe comes from its own file.

Sources:
    Pennington et al. 2014, GloVe: https://aclanthology.org/D14-1162/
    Chen et al. 2017 (DrQA), section 3.2.1, trains the vectors of the 1,000 most frequent words.
"""

import keras
from keras import ops

from squad_reader.data.vocabulary import UNK_ID


@keras.saving.register_keras_serializable(package="squad_reader")
class WordVectors(keras.layers.Layer):
    """Looks up `ids`: PAD 0 -> zeros; UNK 1 and the trained words after it -> rows that train;
    all ids after those -> frozen rows.

    Args:
        num_words: rows of the frozen table, all ids included, at least `trained_words` + 2.
        embedding_size: numbers in a vector (D).
        trained_words: words with a vector of their own that trains, beside UNK.
        seed: of the rows that train.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, num_words, embedding_size, trained_words=0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.num_words = num_words
        self.embedding_size = embedding_size
        self.trained_words = trained_words
        self.seed = seed

    def build(self, ids_shape):
        """Make the frozen table (filled by `set_frozen`) and the rows that train."""
        self.frozen = self.add_weight(
            shape=(self.num_words, self.embedding_size),
            initializer="zeros",
            trainable=False,
            name="frozen",
        )
        # The spread of GloVe's own numbers, so that no word stands out before it has learned.
        self.trained = self.add_weight(
            shape=(1 + self.trained_words, self.embedding_size),
            initializer=keras.initializers.RandomNormal(stddev=0.4, seed=self.seed),
            name="trained",
        )

    def set_frozen(self, matrix):
        """Fill the frozen table.

        Args:
            matrix: float32, (V, D). Row i is the vector of id i; zeros for PAD and for the rows
                that train.
        """
        self.frozen.assign(matrix)

    def call(self, ids):
        """Look up vectors.

        Args:
            ids: int32, (B, L). Word ids; PAD 0, UNK 1.

        Returns:
            float, (B, L, D). Zeros at PAD.
        """
        row = ops.clip(ids - UNK_ID, 0, self.trained_words)  # (B, L)
        is_trained = ops.logical_and(ids >= UNK_ID, ids <= UNK_ID + self.trained_words)
        trained = ops.take(self.trained, row, axis=0)  # (B, L, D)
        return ops.where(is_trained[..., None], trained, ops.take(self.frozen, ids, axis=0))

    def get_config(self):
        """Constructor arguments."""
        return {
            **super().get_config(),
            "num_words": self.num_words,
            "embedding_size": self.embedding_size,
            "trained_words": self.trained_words,
            "seed": self.seed,
        }
