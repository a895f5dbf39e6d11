"""What is known of a word, side by side: its vector, its letters, its kind.

The parts are made once for each of a batch's own words; a token then takes its word's row.

Source of the sum of letter n-grams:
    Bojanowski et al. 2017: https://aclanthology.org/Q17-1010/
"""

import keras
from keras import ops

from squad_reader.data.features.word_ids import UNK_ID


@keras.saving.register_keras_serializable(package="squad_reader")
class WordInput(keras.layers.Layer):
    """A vector for each word of a batch.

    A word with a vector in GloVe has that, frozen. One of the trained words has a row that trains,
    and any other one the row of its shape. Beside it stand the sum of the vectors of its letter
    n-grams, over the square root of their number, and its kinds.

    Args:
        embedding_size: numbers in a word vector (D).
        trained_words: words with a vector of their own that trains.
        shapes: shapes with a vector; 0 stands for no shape.
        buckets: of letter n-grams.
        letters_size: numbers in an n-gram's vector (L).
        seed: of the rows that train.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(
        self, embedding_size, trained_words, shapes, buckets, letters_size, seed=None, **kwargs
    ):
        super().__init__(**kwargs)
        self.embedding_size, self.letters_size = embedding_size, letters_size
        self.trained_words, self.shapes, self.buckets = trained_words, shapes, buckets
        self.seed = seed

    def build(self, inputs_shape=None):
        """Make the rows that train."""
        self.trained = self._rows("trained", self.trained_words, self.embedding_size, 0.3, 0)
        self.shape_rows = self._rows("shapes", 1 + self.shapes, self.embedding_size, 0.3, 1)
        self.grams = self._rows("grams", self.buckets, self.letters_size, 0.1, 2)

    def _rows(self, name, number, size, spread, place):
        seed = None if self.seed is None else self.seed + place
        normal = keras.initializers.RandomNormal(stddev=spread, seed=seed)
        return self.add_weight(shape=(max(number, 1), size), initializer=normal, name=name)

    def call(self, inputs):
        """Look up all that is known of the words.

        Args:
            inputs: dict of `word_ids`, `word_vectors`, `word_shape`, `word_grams`, `word_kinds`:
                of the batch's own words, (U, ...).

        Returns:
            float, (U, D + L + kinds). Zeros at padding, but for what trains of it.
        """
        ids = inputs["word_ids"]  # (U,)
        place = ids - UNK_ID - 1
        is_trained = ops.logical_and(place >= 0, place < self.trained_words)
        rows = ops.take(self.trained, ops.clip(place, 0, max(self.trained_words - 1, 0)), axis=0)
        shapes = ops.take(self.shape_rows, inputs["word_shape"], axis=0)  # (U, D)
        vectors = ops.where((ids == UNK_ID)[:, None], shapes, inputs["word_vectors"])
        vectors = ops.where(is_trained[:, None], rows, vectors)  # (U, D)
        letters = self._letters(inputs["word_grams"])  # (U, L)
        return ops.concatenate([vectors, letters, inputs["word_kinds"]], axis=-1)

    def _letters(self, grams):
        """Of buckets (U, G): the sum of their vectors over the root of their number, (U, L)."""
        is_gram = ops.cast(grams > 0, self.compute_dtype)  # (U, G)
        vectors = ops.take(self.grams, grams, axis=0) * is_gram[..., None]  # (U, G, L)
        number = ops.maximum(ops.sum(is_gram, axis=1, keepdims=True), 1.0)  # (U, 1)
        return ops.sum(vectors, axis=1) / ops.sqrt(number)

    def get_config(self):
        """Constructor arguments."""
        names = "embedding_size trained_words shapes buckets letters_size seed".split()
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
