"""What `WordVectors` promises: zeros for PAD, frozen vectors, and a few that train."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_array_equal

from squad_reader.model.word_vectors import WordVectors

WORDS = np.array([[0, 1, 2], [3, 4, 0]])  # rows of the table
TABLE = {  # of a batch whose own words are PAD, UNK, one that trains, and two with frozen vectors
    "word_ids": np.array([0, 1, 2, 33, 21]),
    "word_vectors": np.array([[0, 0], [0, 0], [0, 0], [7, 8], [9, 10]], dtype="float32"),
}


def make(trained_words=1):
    layer = WordVectors(2, trained_words, seed=0)
    layer.build()
    layer.trained.assign(np.arange(1.0, 1 + 2 * (1 + trained_words)).reshape(-1, 2))
    return layer


def test_each_word_has_its_vector():
    found = np.asarray(make()(TABLE, WORDS))
    assert_array_equal(found, [[[0, 0], [1, 2], [3, 4]], [[7, 8], [9, 10], [0, 0]]])


def test_without_trained_words_only_unk_trains():
    layer = make(trained_words=0)
    assert layer.trained.shape == (1, 2)
    assert_array_equal(np.asarray(layer(TABLE, np.array([[1, 3]]))), [[[1, 2], [7, 8]]])


def test_only_the_trained_rows_get_a_gradient():
    layer = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(TABLE, WORDS) * 3.0)
    gradient = tape.gradient(loss, layer.trainable_variables)
    assert len(gradient) == 1
    assert_array_equal(tf.convert_to_tensor(gradient[0]), [[3, 3], [3, 3]])


def test_a_layer_is_made_again_from_its_config():
    config = WordVectors(2, 1, seed=4).get_config()
    again = WordVectors.from_config(config)
    assert again.get_config() == config
