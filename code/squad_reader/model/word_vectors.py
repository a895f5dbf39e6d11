"""Words to vectors: frozen ones that come with each batch, and a few that train.

The 2018 code kept all 400,002 rows of GloVe in its graph. Here the frozen vectors are an input, a
table of the batch's own words, so that a model needs no data set and a checkpoint holds only the
vectors that were trained.

Sources:
    Pennington et al. 2014, GloVe: https://aclanthology.org/D14-1162/
    Chen et al. 2017 (DrQA), section 3.2.1, trains the vectors of the 1,000 most frequent words.
"""

import keras
from keras import ops

from squad_reader.data.features.word_ids import UNK_ID


@keras.saving.register_keras_serializable(package="squad_reader")
class WordVectors(keras.layers.Layer):
    """Looks up words: PAD 0 -> zeros; UNK 1 and the trained words after it -> rows that train;
    words with other ids -> their frozen vectors.

    Args:
        embedding_size: numbers in a vector (D).
        trained_words: words with a vector of their own that trains, beside UNK.
        seed: of the rows that train.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, embedding_size, trained_words=0, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.embedding_size = embedding_size
        self.trained_words = trained_words
        self.seed = seed

    def build(self, inputs_shape=None, words_shape=None):
        """Make the rows that train."""
        # With the spread of GloVe's own numbers, these rows are as large as the others.
        self.trained = self.add_weight(
            shape=(1 + self.trained_words, self.embedding_size),
            initializer=keras.initializers.RandomNormal(stddev=0.4, seed=self.seed),
            name="trained",
        )

    def call(self, inputs, words):
        """Look up vectors.

        Args:
            inputs: dict of `word_ids` int32 (U,) and `word_vectors` float (U, D): of the batch's
                own words, as `data.features.word_ids.WordIds` gives them.
            words: int32, (B, L), or of another shape. Rows of these.

        Returns:
            float, (B, L, D). Zeros at PAD.
        """
        ids = ops.take(inputs["word_ids"], words, axis=0)  # (B, L)
        row = ops.clip(ids - UNK_ID, 0, self.trained_words)  # (B, L)
        is_trained = ops.logical_and(ids >= UNK_ID, ids <= UNK_ID + self.trained_words)
        trained = ops.take(self.trained, row, axis=0)  # (B, L, D)
        frozen = ops.take(inputs["word_vectors"], words, axis=0)  # (B, L, D)
        return ops.where(is_trained[..., None], trained, frozen)

    def get_config(self):
        """Constructor arguments."""
        return {
            **super().get_config(),
            "embedding_size": self.embedding_size,
            "trained_words": self.trained_words,
            "seed": self.seed,
        }
