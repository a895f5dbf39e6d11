"""What `WordVectors` promises: zeros for PAD, frozen rows, and a few that train."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_array_equal

from squad_reader.model.word_vectors import WordVectors

IDS = np.array([[0, 1, 2], [3, 4, 0]])


def make(trained_words=1):
    layer = WordVectors(5, 2, trained_words, seed=0)
    layer.build((None, None))
    layer.set_frozen(np.array([[0, 0], [0, 0], [0, 0], [7, 8], [9, 10]], dtype="float32"))
    layer.trained.assign(np.arange(1.0, 1 + 2 * (1 + trained_words)).reshape(-1, 2))
    return layer


def test_each_id_has_its_row():
    found = np.asarray(make()(IDS))
    assert_array_equal(found, [[[0, 0], [1, 2], [3, 4]], [[7, 8], [9, 10], [0, 0]]])


def test_without_trained_words_only_unk_trains():
    layer = make(trained_words=0)
    assert layer.trained.shape == (1, 2)
    assert_array_equal(np.asarray(layer(np.array([[1, 3]]))), [[[1, 2], [7, 8]]])


def test_only_the_trained_rows_get_a_gradient():
    layer = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(IDS) * 3.0)
    gradient = tape.gradient(loss, layer.trainable_variables)
    assert len(gradient) == 1
    assert_array_equal(tf.convert_to_tensor(gradient[0]), [[3, 3], [3, 3]])


def test_a_layer_is_made_again_from_its_config():
    config = WordVectors(5, 2, 1, seed=4).get_config()
    again = WordVectors.from_config(config)
    assert again.get_config() == config
