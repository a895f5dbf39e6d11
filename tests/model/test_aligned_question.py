"""The aligned question against NumPy, written out word by word."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.aligned_question import AlignedQuestion

B, T, J, D, K = 2, 3, 4, 5, 6
MASK = np.array([[True] * J, [True, True, False, False]])


def make():
    layer = AlignedQuestion(K, seed=3, name="align")
    layer.build((None, None, D), (None, None, D))
    layer.projection.bias.assign(np.linspace(-0.5, 0.5, K))
    return layer


def texts():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(B, size, D)).astype("float32") for size in (T, J))


def test_it_is_the_softmax_of_dot_products_of_projected_words():
    layer, (context, question) = make(), texts()
    found, weights = map(np.asarray, layer(layer.project(context), question, MASK))
    kernel, bias = (np.asarray(w, "float64") for w in layer.trainable_weights)
    for b in range(B):
        real = question[b, MASK[b]].astype("float64")
        for t in range(T):
            word = np.maximum(context[b, t] @ kernel + bias, 0)
            scores = np.exp([word @ np.maximum(other @ kernel + bias, 0) for other in real])
            expected = scores / scores.sum()
            assert_allclose(weights[b, t, : len(real)], expected, rtol=1e-4)
            assert not weights[b, t, len(real) :].any()
            assert_allclose(found[b, t], expected @ real, rtol=1e-3, atol=1e-5)


def test_padding_changes_nothing_and_an_empty_question_gives_zeros():
    layer, (context, question) = make(), texts()
    keys = layer.project(context)
    expected = np.asarray(layer(keys, question, MASK)[0])
    noisy = np.where(MASK[..., None], question, 9.0).astype("float32")
    assert_allclose(np.asarray(layer(keys, noisy, MASK)[0]), expected, atol=1e-6)
    for found in layer(keys, question, np.zeros_like(MASK)):
        assert not np.asarray(found).any()


def test_gradients_flow_to_the_weights_and_to_real_words_alone():
    layer, inputs = make(), tuple(map(tf.constant, texts()))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        found, _ = layer(layer.project(inputs[0]), inputs[1], MASK)
        loss = tf.reduce_sum(found**2)
    weights = [weight.value for weight in layer.trainable_weights]
    *of_weights, context, question = tape.gradient(loss, [*weights, *inputs])
    assert all(np.any(each) for each in (*of_weights, context))
    assert np.array_equal(np.any(question, axis=-1), MASK)


def test_a_layer_is_made_again_from_its_config():
    config = AlignedQuestion(3, seed=4).get_config()
    assert AlignedQuestion.from_config(config).get_config() == config
