"""What is known of a word, side by side: its vector, its letters, its kind.

The parts are made for each of a batch's own words, not for each token, which then takes its word's
row.

While training, the letters of some words are left out, and some n-grams of the others: with all of
them a reader learns the names and numbers of its training data by heart.

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
        letters_dropout: fraction of words without their letters while training, and fraction of
            n-grams left out of the others, in [0, 1). Drawn in each call: a reader that calls it
            for contexts and for questions leaves out other letters there, and the same in all
            contexts of a batch.
        seed: of the rows that train and of the dropout.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(
        self,
        embedding_size,
        trained_words,
        shapes,
        buckets,
        letters_size,
        letters_dropout=0.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.embedding_size, self.letters_size = embedding_size, letters_size
        self.trained_words, self.shapes, self.buckets = trained_words, shapes, buckets
        self.letters_dropout, self.seed = letters_dropout, seed
        self.word_dropout = self._dropout("word_dropout", 3, noise_shape=(None, 1))
        self.gram_dropout = self._dropout("gram_dropout", 4)

    def _dropout(self, name, place, noise_shape=None):
        seed = None if self.seed is None else self.seed + place
        rate = self.letters_dropout
        return keras.layers.Dropout(rate, noise_shape=noise_shape, seed=seed, name=name)

    def build(self, inputs_shape=None):
        """Make the rows that train."""
        self.trained = self._rows("trained", self.trained_words, self.embedding_size, 0.3, 0)
        self.shape_rows = self._rows("shapes", 1 + self.shapes, self.embedding_size, 0.3, 1)
        self.grams = self._rows("grams", self.buckets, self.letters_size, 0.1, 2)

    def _rows(self, name, number, size, spread, place):
        seed = None if self.seed is None else self.seed + place
        normal = keras.initializers.RandomNormal(stddev=spread, seed=seed)
        return self.add_weight(shape=(max(number, 1), size), initializer=normal, name=name)

    def call(self, inputs, training=False):
        """Look up all that is known of the words.

        Args:
            inputs: dict of `word_ids`, `word_vectors`, `word_shape`, `word_grams`, `word_kinds`:
                of the batch's own words, (U, ...).
            training: leave letters out.

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
        letters = self._letters(inputs["word_grams"], training)  # (U, L)
        return ops.concatenate([vectors, letters, inputs["word_kinds"]], axis=-1)

    def _letters(self, grams, training):
        """Of buckets (U, G): the sum of their vectors over the root of their number, (U, L)."""
        is_gram = ops.cast(grams > 0, self.compute_dtype)  # (U, G)
        number = ops.maximum(ops.sum(is_gram, axis=1, keepdims=True), 1.0)  # (U, 1)
        kept = self.gram_dropout(is_gram, training=training)
        vectors = ops.take(self.grams, grams, axis=0) * kept[..., None]  # (U, G, L)
        letters = ops.sum(vectors, axis=1) / ops.sqrt(number)
        return self.word_dropout(letters, training=training)

    def get_config(self):
        """Constructor arguments."""
        names = "embedding_size trained_words shapes buckets".split()
        names += ["letters_size", "letters_dropout", "seed"]
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
