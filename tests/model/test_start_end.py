"""What `SoftmaxLayer` promises: one logit a token, none at padding."""

import keras
import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.attention import MASKED_LOGIT
from squad_reader.model.start_end import SoftmaxLayer


def test_a_logit_is_the_dot_product_plus_bias():
    layer = SoftmaxLayer()
    layer.build((None, None, 2))
    layer.set_weights([np.array([[2.0], [-1.0]]), np.array([0.5])])
    inputs = np.array([[[1.0, 1.0], [3.0, 4.0]], [[0.0, 2.0], [5.0, 5.0]]], dtype="float32")
    mask = np.array([[True, True], [True, False]])
    assert_allclose(np.asarray(layer(inputs, mask)), [[1.5, 2.5], [-1.5, MASKED_LOGIT]])


def test_gradients_flow_to_the_weights_and_to_real_tokens_alone():
    layer, mask = SoftmaxLayer(seed=1), np.array([[True, True, False]])
    layer.build((None, None, 4))
    inputs = tf.constant(np.random.default_rng(0).normal(size=(1, 3, 4)), tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(tf.where(mask, layer(inputs, mask), 0.0) ** 2)
    weights = [weight.value for weight in layer.trainable_weights]
    *of_weights, of_inputs = tape.gradient(loss, [*weights, inputs])
    assert len(of_weights) == 2 and all(np.any(each) for each in of_weights)
    assert np.array_equal(np.any(of_inputs, axis=-1), mask)


def test_logits_are_float32_in_mixed_precision(bfloat16):
    layer = SoftmaxLayer(dtype="mixed_bfloat16")
    found = layer(np.ones((1, 3, 2)), np.ones((1, 3), dtype=bool))
    assert keras.backend.standardize_dtype(found.dtype) == "float32"


def test_a_layer_is_made_again_from_its_config():
    config = SoftmaxLayer(seed=8).get_config()
    assert SoftmaxLayer.from_config(config).get_config() == config
