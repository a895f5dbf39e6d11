"""What `RNNEncoder` promises: a GRU from both ends, which padding does not change."""

import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.bi_rnn import BiRNN
from squad_reader.model.encoder import RNNEncoder

B, L, D, H = 3, 6, 4, 5
LENGTHS = np.array([6, 4, 1])


@pytest.fixture
def batch():
    inputs = np.random.default_rng(0).normal(size=(B, L, D)).astype("float32")
    return inputs, np.arange(L) < LENGTHS[:, None]


@pytest.fixture
def encoder():
    layer = RNNEncoder(H, seed=1)
    layer.build((None, None, D))
    rng = np.random.default_rng(1)
    for weight in layer.trainable_variables:  # biases too, which begin as zeros
        weight.assign(rng.normal(size=weight.shape, scale=0.5))
    return layer


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def numpy_gru(x, kernel, recurrent_kernel, bias):
    """States of a GRU over one sequence (L, D), by its equations, in float64."""
    states, h = [], np.zeros(recurrent_kernel.shape[0])
    for word in x.astype("float64"):
        xz, xr, xc = np.split(word @ kernel + bias[0], 3)
        hz, hr, hc = np.split(h @ recurrent_kernel + bias[1], 3)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        h = z * h + (1 - z) * np.tanh(xc + r * hc)
        states.append(h)
    return np.array(states)


def test_equals_the_equations_from_both_ends(encoder, batch):
    inputs, mask = batch
    found = np.asarray(encoder(inputs, mask))
    forward, backward = (
        [np.asarray(weight, "float64") for weight in gru.trainable_variables]
        for gru in (encoder.forward, encoder.backward)
    )
    for i, length in enumerate(LENGTHS):
        sentence = inputs[i, :length]
        assert_allclose(found[i, :length, :H], numpy_gru(sentence, *forward), atol=1e-5)
        assert_allclose(
            found[i, :length, H:], numpy_gru(sentence[::-1], *backward)[::-1], atol=1e-5
        )


def test_equals_keras_bidirectional(encoder, batch):
    inputs, mask = batch
    oracle = keras.layers.Bidirectional(keras.layers.GRU(H, return_sequences=True))
    oracle.build((None, None, D))
    weights = encoder.forward.get_weights() + encoder.backward.get_weights()
    oracle.set_weights(weights)
    expected = np.asarray(oracle(inputs, mask=mask))
    assert_allclose(np.asarray(encoder(inputs, mask))[mask], expected[mask], atol=1e-6)


@pytest.mark.parametrize("pad", [0.0, 7.0, -1e3])
def test_padding_never_changes_a_real_state(encoder, batch, pad):
    inputs, mask = batch
    longer = np.pad(inputs, ((0, 0), (0, 3), (0, 0)))
    longer_mask = np.pad(mask, ((0, 0), (0, 3)))
    longer = np.where(longer_mask[..., None], longer, pad).astype("float32")
    found = np.asarray(encoder(longer, longer_mask))[:, :L]
    assert_allclose(found[mask], np.asarray(encoder(inputs, mask))[mask], atol=1e-6)


def test_one_alone_is_the_same_as_in_a_batch(encoder, batch):
    inputs, mask = batch
    together = np.asarray(encoder(inputs, mask))
    for i, length in enumerate(LENGTHS):
        alone = encoder(inputs[i : i + 1, :length], mask[i : i + 1, :length])
        assert_allclose(np.asarray(alone)[0], together[i, :length], atol=1e-6)


def test_gradients_are_finite_and_zero_at_padding(encoder, batch):
    inputs, mask = batch
    mask = mask & (np.arange(B) != 2)[:, None]  # a row of padding only
    inputs = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        hidden = encoder(inputs, mask)
        loss = tf.reduce_sum(tf.boolean_mask(hidden, mask) ** 2)
    gradients = tape.gradient(loss, [inputs, *encoder.trainable_variables])
    for gradient in gradients:
        assert np.all(np.isfinite(gradient)) and np.any(gradient.numpy() != 0)
    assert np.all(gradients[0].numpy()[~mask] == 0)


def test_dropout_acts_only_in_training(batch):
    inputs, mask = batch
    layer = RNNEncoder(H, dropout=0.5, seed=3)
    still = np.asarray(layer(inputs, mask))
    assert_allclose(np.asarray(layer(inputs, mask)), still)
    dropped = np.asarray(layer(inputs, mask, training=True))
    assert 0.3 < np.mean(dropped[0] == 0) < 0.7
    assert not np.any(still[0] == 0)


def test_dropout_falls_on_the_input_too(batch):
    inputs, mask = batch
    layer = RNNEncoder(H, dropout=0.5, seed=3)
    layer(inputs, mask)
    layer.output_dropout.rate = 0.0
    assert np.any(np.abs(np.asarray(layer(inputs, mask, training=True) - layer(inputs, mask))) > 0)


def test_the_start_is_uniform_with_variance_one_over_the_inputs():
    layer = RNNEncoder(200, seed=5)
    layer.build((None, None, 100))
    for gru in (layer.forward, layer.backward):
        kernel, recurrent, bias = (np.asarray(weight) for weight in gru.trainable_variables)
        for weight in (kernel, recurrent):
            limit = np.sqrt(3 / weight.shape[0])
            assert np.max(np.abs(weight)) <= limit
            assert_allclose(np.var(weight), 1 / weight.shape[0], rtol=0.03)
        assert not np.any(bias)
    kernels = [np.asarray(w) for w in layer.trainable_variables if "kernel" in w.path]
    assert len({kernel.tobytes() for kernel in kernels}) == 4  # no two from the same seed


def test_a_layer_is_made_again_from_its_config():
    layer = RNNEncoder(H, dropout=0.2, seed=9)
    again = RNNEncoder.from_config(layer.get_config())
    assert (again.hidden_size, again.dropout, again.seed) == (H, 0.2, 9)


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_a_row_of_padding_alone_is_read_by_cudnn_too(cell, monkeypatch):
    """With Keras' own check of the mask, and zeros for what cuDNN would compute."""
    modes = []

    def cudnn(**given):
        modes.append(given["rnn_mode"])
        state = tf.zeros((B, 1, H))
        return tf.zeros((B, L, H)), state, state, None, None

    rnn = sys.modules["keras.src.backend.tensorflow.rnn"]
    monkeypatch.setattr(rnn, "_is_gpu_available", lambda: True)
    monkeypatch.setattr(tf.raw_ops, "CudnnRNNV3", cudnn)
    layer = BiRNN(H, cell)
    layer.build((None, None, D))
    layer(np.zeros((B, L, D), "float32"), np.arange(L) < np.array([[L], [1], [0]]))
    assert modes == [cell, cell]
