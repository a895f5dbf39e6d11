"""A place by a bilinear product: against NumPy."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.attention import MASKED_LOGIT
from squad_reader.model.bilinear_pointer import BilinearPointer

B, T, D, Q = 2, 3, 4, 5
MASK = np.array([[True, True, True], [True, False, False]])


def make():
    layer = BilinearPointer(D, seed=1, name="start")
    layer.build((None, None, D), (None, Q))
    return layer


def texts():
    rng = np.random.default_rng(0)
    return (rng.normal(size=shape).astype("float32") for shape in ((B, T, D), (B, Q)))


def test_it_is_the_product_of_token_weights_and_question():
    layer, (context, question) = make(), texts()
    found = np.asarray(layer(context, question, MASK))
    assert found.dtype == np.float32
    kernel = np.asarray(layer.trainable_weights[0])  # (Q, D)
    for b, t in np.ndindex(B, T):
        expected = context[b, t] @ kernel.T @ question[b] if MASK[b, t] else MASKED_LOGIT
        assert_allclose(found[b, t], expected, rtol=1e-5)


def test_a_bias_speaks_for_tokens_whatever_is_asked():
    layer, (context, _) = BilinearPointer(D, use_bias=True, seed=1), texts()
    layer.build((None, None, D), (None, Q))
    layer.bilinear.bias.assign(np.arange(D))
    found = np.asarray(layer(context, np.zeros((B, Q), np.float32), MASK))
    assert_allclose(found[MASK], (context @ np.arange(D))[MASK], rtol=1e-5)


def test_padding_changes_nothing():
    layer, (context, question) = make(), texts()
    noisy = np.where(MASK[..., None], context, 9.0).astype("float32")
    assert np.array_equal(*(layer(each, question, MASK) for each in (context, noisy)))


def test_gradients_flow_to_the_weights_and_to_real_tokens_alone():
    layer, inputs = make(), tuple(map(tf.constant, texts()))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        loss = tf.reduce_sum(tf.where(MASK, layer(*inputs, MASK), 0.0))
    weights, context, question = tape.gradient(loss, [layer.trainable_weights[0].value, *inputs])
    assert np.all(weights) and np.all(question)
    assert np.array_equal(np.any(context, axis=-1), MASK)


def test_a_layer_is_made_again_from_its_config():
    config = BilinearPointer(3, seed=4).get_config()
    assert BilinearPointer.from_config(config).get_config() == config
