"""Attention in both directions against equations 1 and 2 of the paper in NumPy, pair by pair."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.attention_flow import AttentionFlow

B, T, J, D = 2, 5, 3, 4
CONTEXT_MASK = np.arange(T) < np.array([[5], [3]])
QUESTION_MASK = np.arange(J) < np.array([[2], [3]])


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    context = rng.normal(size=(B, T, D)).astype("float32")
    question = rng.normal(size=(B, J, D)).astype("float32")
    return context, question, CONTEXT_MASK, QUESTION_MASK


def make(**arguments):
    layer = AttentionFlow(D, seed=1, name="attention", **arguments)
    layer.build()
    return layer


def softmax(numbers):
    powers = np.exp(numbers - numbers.max())
    return powers / powers.sum()


def by_the_equations(layer, context, question):
    """G, (T, 4D), and the weights, (T, J), of one text without padding."""
    w = np.concatenate([np.asarray(each, "float64").ravel() for each in layer.weights])  # (3D,)
    scores = np.array([[w @ np.concatenate([h, u, h * u]) for u in question] for h in context])
    weights = np.array([softmax(row) for row in scores])
    wanted = softmax(scores.max(axis=1)) @ context
    asked = [row @ question for row in weights]
    rows = [np.concatenate([h, a, h * a, h * wanted]) for h, a in zip(context, asked, strict=True)]
    return np.array(rows), weights


def test_equals_the_equations_on_the_real_tokens(batch):
    layer = make()
    flow, weights = (np.asarray(each) for each in layer(*batch))
    assert flow.shape == (B, T, 4 * D) and weights.shape == (B, T, J)
    for i, (length, asked) in enumerate([(5, 2), (3, 3)]):
        expected = by_the_equations(layer, batch[0][i, :length], batch[1][i, :asked])
        assert_allclose(flow[i, :length], expected[0], atol=1e-5)
        assert_allclose(weights[i, :length, :asked], expected[1], atol=1e-5)
        assert not np.any(weights[i, :, asked:])


@pytest.mark.parametrize("pad", [0.0, 50.0, -50.0])
def test_padding_changes_nothing(batch, pad):
    layer, (context, question, *_) = make(), batch
    context = np.where(CONTEXT_MASK[..., None], context, pad).astype("float32")
    question = np.where(QUESTION_MASK[..., None], question, pad).astype("float32")
    widths = [(0, 0), (0, 2), (0, 0)]
    wide = [np.pad(each, widths, constant_values=pad) for each in (context, question)]
    wide += [np.pad(each, widths[:2]) for each in (CONTEXT_MASK, QUESTION_MASK)]
    expected, found = np.asarray(layer(*batch)[0]), np.asarray(layer(*wide)[0])
    assert_allclose(found[:, :T][CONTEXT_MASK], expected[CONTEXT_MASK], atol=1e-5)


def test_an_empty_question_gives_finite_numbers_and_looks_at_nothing(batch):
    flow, weights = make()(*batch[:3], np.zeros((B, J), bool))
    assert np.all(np.isfinite(flow)) and not np.any(weights)
    assert not np.any(np.asarray(flow)[..., D : 3 * D])


def test_a_gradient_flows_to_all_weights_and_not_from_padding(batch):
    layer, (context, question) = make(), map(tf.constant, batch[:2])
    with tf.GradientTape() as tape:
        tape.watch([context, question])
        flow, _ = layer(context, question, *batch[2:])
        loss = tf.reduce_sum(tf.boolean_mask(flow, CONTEXT_MASK) ** 2)
    found = tape.gradient(loss, [context, question, *layer.trainable_variables])
    assert all(np.all(np.isfinite(each)) and np.any(each) for each in found)
    assert_allclose(np.any(found[0] != 0, axis=-1), CONTEXT_MASK)
    assert_allclose(np.any(found[1] != 0, axis=-1), QUESTION_MASK)


def test_float16_gives_finite_numbers(batch):
    flow, weights = make(dtype="mixed_float16")(*batch)
    assert np.all(np.isfinite(keras.ops.convert_to_numpy(keras.ops.cast(flow, "float32"))))
    assert_allclose(np.sum(weights, axis=-1), 1.0, atol=1e-5)


def test_a_layer_is_made_again_from_its_config():
    config = AttentionFlow(3, seed=4).get_config()
    assert AttentionFlow.from_config(config).get_config() == config
