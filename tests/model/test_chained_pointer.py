"""Start and end in a chain: against NumPy, and that the end knows of the start."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.attention import MASKED_LOGIT
from squad_reader.model.chained_pointer import ChainedPointer

B, T, J, D = 2, 4, 3, 5
MASK = np.array([[True] * T, [True, True, False, False]])
QUESTION_MASK = np.array([[True, True, False], [True] * J])


def make():
    layer = ChainedPointer(D, seed=3, name="pointer")
    layer.build((None, None, D))
    for i, weight in enumerate(layer.trainable_weights):  # biases too
        weight.assign(np.random.default_rng(i).normal(size=weight.shape))
    return layer


def texts():
    rng = np.random.default_rng(0)
    return (rng.normal(size=(B, size, D)).astype("float32") for size in (T, J))


def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum()


def written_out(layer, tokens, question):
    """Start and end logits of the real tokens (T, D) for the real words (J, D) of a question."""
    start, end, query = layer.start.bilinear, layer.end.bilinear, layer.end_query
    asked = softmax(question @ np.asarray(layer.average.importance.kernel)[:, 0]) @ question
    starts = tokens @ (asked @ np.asarray(start.kernel) + np.asarray(start.bias))
    both = np.concatenate([asked, softmax(starts) @ tokens])
    told = np.tanh(both @ np.asarray(query.kernel) + np.asarray(query.bias))
    return starts, tokens @ (told @ np.asarray(end.kernel) + np.asarray(end.bias))


def test_it_is_two_products_one_after_the_other():
    layer, (tokens, question) = make(), texts()
    found = [np.asarray(each) for each in layer(tokens, question, QUESTION_MASK, MASK)]
    for b in range(B):
        expected = written_out(layer, tokens[b, MASK[b]], question[b, QUESTION_MASK[b]])
        for side, logits in zip(found, expected, strict=True):
            assert side.dtype == np.float32
            assert_allclose(side[b, MASK[b]], logits, rtol=1e-4, atol=1e-4)
            assert np.all(side[b, ~MASK[b]] == np.float32(MASKED_LOGIT))


def test_padding_changes_nothing():
    layer, (tokens, question) = make(), texts()
    expected = layer(tokens, question, QUESTION_MASK, MASK)
    noisy = np.where(MASK[..., None], tokens, 9.0).astype("float32")
    asked = np.where(QUESTION_MASK[..., None], question, 9.0).astype("float32")
    for side, other in zip(expected, layer(noisy, asked, QUESTION_MASK, MASK), strict=True):
        assert_allclose(np.asarray(other), np.asarray(side), atol=1e-5)


def test_the_end_knows_of_the_start():
    """Where another token is the likely start, other ends are likely; the start is as before."""
    layer, (tokens, question) = make(), texts()
    before = layer(tokens, question, QUESTION_MASK, MASK)
    first, last = (np.where(np.arange(T) == place, 50.0, 0.0) for place in (0, T - 1))
    ends = []
    for sure in (first, last):
        layer.start.call = lambda *_, sure=sure: tf.constant([sure] * B, tf.float32)
        ends.append(np.asarray(layer(tokens, question, QUESTION_MASK, MASK)[1]))
    assert np.abs(ends[0][0] - ends[1][0]).max() > 0.01
    layer.end_query.kernel.assign(np.zeros(layer.end_query.kernel.shape))
    without = [np.asarray(layer(tokens, question, QUESTION_MASK, MASK)[1])[0] for _ in "ab"]
    assert np.array_equal(*without) and not np.array_equal(np.asarray(before[1])[0], without[0])


def test_gradients_flow_to_the_weights_and_to_what_is_real_alone():
    layer, inputs = make(), tuple(map(tf.constant, texts()))
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        found = layer(*inputs, QUESTION_MASK, MASK)
        loss = sum(tf.reduce_sum(tf.where(MASK, side, 0.0) ** 2) for side in found)
    weights = [weight.value for weight in layer.trainable_weights]
    *of_weights, tokens, question = tape.gradient(loss, [*weights, *inputs])
    assert len(of_weights) == 7 and all(np.any(each) for each in of_weights)
    assert np.array_equal(np.any(tokens, axis=-1), MASK)
    assert np.array_equal(np.any(question, axis=-1), QUESTION_MASK)


def test_a_layer_is_made_again_from_its_config():
    config = ChainedPointer(3, seed=4).get_config()
    assert ChainedPointer.from_config(config).get_config() == config
