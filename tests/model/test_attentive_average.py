"""One vector for a question: by hand, and what padding does."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.attentive_average import AttentiveAverage

INPUTS = np.array([[[0, 1], [2, 4], [0, 5]], [[1, 1], [3, 7], [8, 8]]], dtype="float32")
MASK = np.array([[True, True, True], [True, True, False]])


def make():
    layer = AttentiveAverage(seed=1, name="average")
    layer.build((None, None, 2))
    layer.set_weights([np.array([[np.log(2.0) / 2], [0.0]])])  # e to the score: 2 ** (x / 2)
    return layer


def test_by_hand():
    root = 2**0.5
    mine = np.array([1, 2, 1]) / 4
    other = np.array([root, 2 * root]) / (3 * root)
    expected = [mine @ INPUTS[0], other @ INPUTS[1, :2]]
    assert_allclose(np.asarray(make()(INPUTS, MASK)), expected, rtol=1e-6)


def test_padding_changes_nothing_and_alone_gives_zeros():
    noisy = np.where(MASK[..., None], INPUTS, -50.0).astype("float32")
    layer = make()
    assert_allclose(np.asarray(layer(noisy, MASK)), np.asarray(layer(INPUTS, MASK)))
    assert not np.asarray(layer(INPUTS, np.zeros_like(MASK))).any()


def test_gradients_flow_to_the_weights_and_to_real_tokens_alone():
    layer, inputs = make(), tf.constant(INPUTS)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(layer(inputs, MASK) ** 2)
    weights, found = tape.gradient(loss, [layer.trainable_weights[0].value, inputs])
    assert np.all(weights)
    assert np.array_equal(np.any(found, axis=-1), MASK)


def test_a_layer_is_made_again_from_its_config():
    config = AttentiveAverage(seed=4).get_config()
    assert AttentiveAverage.from_config(config).get_config() == config
