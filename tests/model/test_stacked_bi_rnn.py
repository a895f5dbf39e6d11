"""Stacked layers against `BiRNN`, which has a test against NumPy of its own."""

import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.model.bi_rnn import BiRNN
from squad_reader.model.stacked_bi_rnn import StackedBiRNN

B, L, D, H, N = 3, 5, 4, 2, 3
MASK = np.arange(L) < np.array([[5], [3], [1]])
INPUTS = np.random.default_rng(0).normal(size=(B, L, D)).astype("float32")


def make(cell="lstm", dropout=0.0):
    layer = StackedBiRNN(H, N, cell, dropout, seed=1, name="stack")
    layer.build((None, None, D))
    return layer


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_each_layer_reads_the_one_before_it_and_all_are_joined(cell):
    layer = make(cell)
    found = np.asarray(layer(INPUTS, MASK))
    assert found.shape == (B, L, 2 * H * N)
    given, weights = INPUTS, layer.get_weights()
    for i in range(N):
        alone = BiRNN(H, cell)
        alone.build(given.shape)
        alone.set_weights(weights[6 * i : 6 * i + 6])
        given = np.asarray(alone(given, MASK))
        assert_allclose(found[..., 2 * H * i : 2 * H * (i + 1)][MASK], given[MASK], atol=1e-6)


def test_padding_changes_nothing_at_real_tokens():
    layer = make()
    noisy = np.where(MASK[..., None], INPUTS, 9.0).astype("float32")
    wide, wide_mask = np.pad(noisy, ((0, 0), (0, 3), (0, 0))), np.pad(MASK, ((0, 0), (0, 3)))
    expected = np.asarray(layer(INPUTS, MASK))
    assert_allclose(np.asarray(layer(wide, wide_mask))[:, :L][MASK], expected[MASK], atol=1e-6)


def test_dropout_acts_in_training_alone_with_one_mask_for_all_tokens_in_every_layer():
    layer = make(dropout=0.5)
    expected = np.asarray(layer(INPUTS, MASK))
    assert_array_equal(np.asarray(layer(INPUTS, MASK)), expected)
    full = np.ones_like(MASK)  # at padding the backward state is zero, dropped or not
    dropped = np.asarray(layer(INPUTS, full, training=True)) == 0  # (B, L, 2HN)
    assert_array_equal(dropped, np.repeat(dropped[:, :1], L, axis=1))
    by_layer = dropped[:, 0].reshape(B, N, 2 * H)
    assert by_layer.any(axis=(0, 2)).all() and not by_layer.all(axis=(0, 2)).any()
    assert not np.array_equal(by_layer[:, 0], by_layer[:, 1])


@pytest.mark.parametrize("training", [False, True])
def test_gradients_flow_to_all_weights_and_to_real_tokens_alone(training):
    layer, inputs = make(), tf.constant(INPUTS)
    weights = [weight.value for weight in layer.trainable_weights]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        found = layer(inputs, MASK, training=training)
        loss = tf.reduce_sum(tf.where(MASK[..., None], found, 0.0) ** 2)
    *of_weights, found = tape.gradient(loss, [*weights, inputs])
    assert len(of_weights) == 6 * N and all(np.any(each) for each in of_weights)
    assert_array_equal(np.any(found, axis=-1), MASK)


def test_a_layer_is_made_again_from_its_config():
    config = StackedBiRNN(3, 2, "gru", 0.1, seed=4).get_config()
    assert StackedBiRNN.from_config(config).get_config() == config
