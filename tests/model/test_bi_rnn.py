"""The two directions against a GRU and an LSTM written out in NumPy."""

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.model.bi_rnn import BiRNN

B, L, D, H = 3, 5, 4, 2
LENGTHS = np.array([5, 3, 1])
MASK = np.arange(L) < LENGTHS[:, None]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru(inputs, kernel, recurrent, bias):
    """Keras' form: gates z, r, candidate; the reset gate after the recurrent product."""
    state, states = np.zeros(H), []
    for x in inputs:
        given, back = x @ kernel + bias[0], state @ recurrent + bias[1]
        z, r = sigmoid(given[: 2 * H] + back[: 2 * H]).reshape(2, H)
        candidate = np.tanh(given[2 * H :] + r * back[2 * H :])
        state = z * state + (1 - z) * candidate
        states.append(state)
    return np.array(states)


def lstm(inputs, kernel, recurrent, bias):
    """Keras' form: gates i, f, candidate, o."""
    state, cell, states = np.zeros(H), np.zeros(H), []
    for x in inputs:
        i, f, c, o = (x @ kernel + state @ recurrent + bias).reshape(4, H)
        cell = sigmoid(f) * cell + sigmoid(i) * np.tanh(c)
        state = sigmoid(o) * np.tanh(cell)
        states.append(state)
    return np.array(states)


def make(cell):
    layer = BiRNN(H, cell, seed=1, name="rnn")
    layer.build((None, None, D))
    return layer


@pytest.mark.parametrize("cell, written_out", [("gru", gru), ("lstm", lstm)])
def test_it_is_the_cell_forwards_and_backwards_over_the_real_tokens(cell, written_out):
    layer = make(cell)
    inputs = np.random.default_rng(0).normal(size=(B, L, D)).astype("float32")
    found = np.asarray(layer(inputs, MASK))
    assert found.shape == (B, L, 2 * H)
    forward, backward = (
        [np.asarray(w, "float64") for w in each.trainable_weights]
        for each in (layer.forward, layer.backward)
    )
    for i, length in enumerate(LENGTHS):
        real = inputs[i, :length].astype("float64")
        expected = [written_out(real, *forward), written_out(real[::-1], *backward)[::-1]]
        assert_allclose(found[i, :length], np.concatenate(expected, axis=1), atol=1e-5)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_padding_changes_nothing_at_real_tokens(cell):
    layer = make(cell)
    inputs = np.random.default_rng(0).normal(size=(B, L, D)).astype("float32")
    expected = np.asarray(layer(inputs, MASK))
    noisy = np.where(MASK[..., None], inputs, 9.0).astype("float32")
    wide, wide_mask = (
        np.pad(each, [(0, 0), (0, 3)] + [(0, 0)] * (each.ndim - 2)) for each in (noisy, MASK)
    )
    assert_allclose(np.asarray(layer(wide, wide_mask))[:, :L][MASK], expected[MASK], atol=1e-6)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_row_of_padding_alone_changes_no_other(cell):
    layer = make(cell)
    inputs = np.random.default_rng(0).normal(size=(B, L, D)).astype("float32")
    masks = (MASK, MASK & [[True], [True], [False]])
    expected, found = (np.asarray(layer(inputs, mask)) for mask in masks)
    assert_array_equal(found[:2][MASK[:2]], expected[:2][MASK[:2]])
    assert np.isfinite(found).all()


def test_the_weights_come_from_the_seed_alone_and_differ_by_direction():
    first, same = ([np.asarray(w) for w in make("gru").trainable_variables] for _ in "ab")
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert not np.array_equal(first[0], first[3])


def test_a_layer_is_made_again_from_its_config():
    config = BiRNN(3, "lstm", seed=4).get_config()
    assert BiRNN.from_config(config).get_config() == config


def states_and_gradients(layer, inputs, mask, weighting, training):
    """Hidden states, and gradients of their weighted sum: of the inputs, then of the weights."""
    values = [weight.value for weight in layer.trainable_variables]
    if keras.backend.backend() == "jax":
        import jax

        seeds = [variable.value for variable in layer.non_trainable_variables]

        def weighted(inputs, values):
            states, _ = layer.stateless_call(values, seeds, inputs, mask, training=training)
            return (states * weighting).sum(), states

        (by_input, by_weight), states = jax.grad(weighted, (0, 1), has_aux=True)(inputs, values)
        return [states, by_input, *by_weight]
    tf = pytest.importorskip("tensorflow")
    inputs = tf.Variable(inputs)
    with tf.GradientTape() as tape:
        states = layer(inputs, mask, training=training)
        loss = tf.reduce_sum(states * weighting)
    return [states, *tape.gradient(loss, [inputs, *values])]


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 8, 11])
def test_read_for_training_it_has_the_same_states_and_gradients(cell, length):
    """Against Keras' own layers, whose gradient the backend makes; lengths around whole turns."""
    layer, rng = make(cell), np.random.default_rng(length)
    for weight in layer.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))  # biases too
    inputs = rng.normal(size=(4, length, D)).astype("float32")
    mask = np.arange(length) < np.array([[length], [max(1, length - 1)], [1], [0]])
    weighting = rng.normal(size=(4, length, 2 * H)).astype("float32") * mask[..., None]
    keras_ones, own_ones = (
        [np.array(each) for each in states_and_gradients(layer, inputs, mask, weighting, training)]
        for training in (False, True)
    )
    for keras_one, own in zip(keras_ones, own_ones, strict=True):
        if own.shape == weighting.shape:
            keras_one[~mask], own[~mask] = 0, 0
        assert_allclose(own, keras_one, atol=2e-5)
        assert length == 1 or np.abs(own).max() > 0  # one token has nothing before it
