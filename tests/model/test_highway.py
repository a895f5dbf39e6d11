"""The highway layer: by hand and against NumPy."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.highway import Highway


def make(size=3):
    layer = Highway(size, seed=1, name="highway")
    layer.build()
    return layer


def test_worked_example():
    # The gate is sigmoid(ln 3) = 3/4; what is let in is ReLU(2 x), what goes through is x.
    layer = make(2)
    layer.change.kernel.assign(2.0 * np.eye(2))
    layer.gate.kernel.assign(np.zeros((2, 2)))
    layer.gate.bias.assign(np.log([3.0, 3.0]))
    assert_allclose(layer(np.array([[4.0, -4.0]])), [[7.0, -1.0]], rtol=1e-6)


def test_equals_the_definition_on_tokens_of_texts():
    layer = make()
    inputs = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    change, change_bias, gate, gate_bias = (np.asarray(w, "float64") for w in layer.weights)
    opened = 1 / (1 + np.exp(-(inputs @ gate + gate_bias)))
    expected = opened * np.maximum(inputs @ change + change_bias, 0) + (1 - opened) * inputs
    assert_allclose(layer(inputs), expected, atol=1e-6)


def test_at_first_most_of_the_input_goes_through():
    layer = make()
    zeros = np.zeros((1, 3), "float32")
    assert_allclose(layer.gate(zeros), np.full((1, 3), 1 / (1 + np.e)), rtol=1e-5)


def test_a_gradient_flows_to_all_weights_and_the_input():
    layer = make()
    inputs = tf.constant(np.random.default_rng(0).normal(size=(4, 3)).astype("float32"))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(layer(inputs) ** 2)
    for gradient in tape.gradient(loss, [inputs, *layer.trainable_variables]):
        assert np.any(gradient.numpy()) and np.all(np.isfinite(gradient))


def test_a_layer_is_made_again_from_its_config():
    config = Highway(3, seed=4).get_config()
    assert Highway.from_config(config).get_config() == config
