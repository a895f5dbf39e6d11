"""Self-attention against NumPy, token by token."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.self_attention import SelfAttention

B, T, D, K = 3, 5, 4, 6
LENGTHS = np.array([5, 3, 1])
MASK = np.arange(T) < LENGTHS[:, None]


def make():
    layer = SelfAttention(K, seed=3, name="look")
    layer.build((None, None, D))
    return layer


def texts():
    return 2 * np.random.default_rng(0).normal(size=(B, T, D)).astype("float32")


def written_out(layer, tokens, length):
    """Of one text: a sum over each other token by hand."""
    query, key = (np.asarray(each.kernel, "float64") for each in (layer.query, layer.key))
    found = np.zeros((T, D))
    for t in range(length):
        others = [other for other in range(length) if other != t]
        scores = [(tokens[t] @ query) @ (tokens[other] @ key) / K**0.5 for other in others]
        weights = np.exp(scores) / np.exp(scores).sum()
        for weight, other in zip(weights, others, strict=True):
            found[t] += weight * tokens[other]
    return found


def test_each_token_finds_the_average_of_the_others():
    layer, tokens = make(), texts()
    found = np.asarray(layer(tokens, MASK))
    assert found.shape == (B, T, D)
    for b, length in enumerate(LENGTHS):
        expected = written_out(layer, tokens[b].astype("float64"), length)
        assert_allclose(found[b, :length], expected[:length], rtol=1e-4, atol=1e-5)


def test_a_token_alone_finds_nothing():
    assert not np.asarray(make()(texts(), MASK))[2, 0].any()
    assert not np.asarray(make()(texts(), np.zeros_like(MASK))).any()


def test_padding_changes_nothing():
    layer, tokens = make(), texts()
    expected = np.asarray(layer(tokens, MASK))[MASK]
    noisy = np.where(MASK[..., None], tokens, 9.0).astype("float32")
    wide, wide_mask = np.pad(noisy, [(0, 0), (0, 3), (0, 0)]), np.pad(MASK, [(0, 0), (0, 3)])
    assert_allclose(np.asarray(layer(wide, wide_mask))[:, :T][MASK], expected, atol=1e-6)


def test_gradients_flow_to_the_weights_and_to_real_tokens_alone():
    layer, tokens = make(), tf.constant(texts())
    with tf.GradientTape() as tape:
        tape.watch(tokens)
        found = tf.where(MASK[..., None], layer(tokens, MASK), 0.0)
        loss = tf.reduce_sum(found**2)
    weights = [weight.value for weight in layer.trainable_weights]
    *of_weights, of_tokens = tape.gradient(loss, [*weights, tokens])
    assert len(of_weights) == 2 and all(np.any(each) for each in of_weights)
    expected = MASK & (LENGTHS > 1)[:, None]  # a token alone is not looked at
    assert np.array_equal(np.any(of_tokens, axis=-1), expected)


def test_a_layer_is_made_again_from_its_config():
    config = SelfAttention(3, seed=4).get_config()
    assert SelfAttention.from_config(config).get_config() == config
