"""What `BasicAttention` promises: its sums, its padding, its saving, its errors.

Each test states one promise of the docstring in its name. The expected values come from
an independent source (arithmetic by hand, NumPy loops, `keras.layers.Attention`), never
from running the code under test and pasting what it printed.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.attention import (
    MASKED_LOGIT,
    BasicAttention,
    best_logits,
    masked_logits,
    masked_softmax,
)

B, T, J, D = 2, 5, 3, 4  # batch, context length, question length, vector size


@pytest.fixture
def batch():
    """A random query (B, T, D), value (B, J, D) and mask (B, J); row 1 ends in padding."""
    rng = np.random.default_rng(0)
    query = rng.normal(size=(B, T, D)).astype("float32")
    value = rng.normal(size=(B, J, D)).astype("float32")
    mask = np.array([[1, 1, 1], [1, 1, 0]], dtype=bool)
    return query, value, mask


def numpy_attention(query, value, mask):
    """The definition, one context word at a time, in float64: slow and obvious."""
    output, weights = np.zeros((B, T, D)), np.zeros((B, T, J))
    for b in range(B):
        real = np.flatnonzero(mask[b])
        for t in range(T):
            scores = np.exp(value[b, real].astype("float64") @ query[b, t])
            weights[b, t, real] = scores / scores.sum()
            output[b, t] = weights[b, t] @ value[b]
    return output, weights


def test_worked_example():
    # Dot products are 0 and ln 3, so the weights are 1/4 and 3/4.
    query = np.array([[[np.log(3.0), 0.0]]], dtype="float32")
    value = np.array([[[0.0, 8.0], [1.0, 4.0]]], dtype="float32")
    output, weights = BasicAttention()(query, value, np.array([[1, 1]]))
    assert_allclose(weights, [[[0.25, 0.75]]], rtol=1e-6)
    assert_allclose(output, [[[0.75, 5.0]]], rtol=1e-6)


def test_equals_the_definition(batch):
    output, weights = BasicAttention()(*batch)
    expected_output, expected_weights = numpy_attention(*batch)
    assert_allclose(weights, expected_weights, atol=1e-6)
    assert_allclose(output, expected_output, atol=1e-6)


def test_equals_keras_attention(batch):
    query, value, mask = batch
    output, weights = BasicAttention()(query, value, mask)
    keras_output, keras_weights = keras.layers.Attention()(
        [query, value], mask=[None, mask], return_attention_scores=True
    )
    assert_allclose(weights, keras_weights, atol=1e-6)
    assert_allclose(output, keras_output, atol=1e-6)


@pytest.mark.parametrize("pad", [0.0, 1e4, -1e4])
def test_padding_never_changes_the_output(batch, pad):
    query, value, mask = batch
    longer = np.pad(value, ((0, 0), (0, 2), (0, 0)), constant_values=pad)
    longer_mask = np.pad(mask, ((0, 0), (0, 2)))
    assert_allclose(
        BasicAttention()(query, longer, longer_mask)[0],
        BasicAttention()(query, value, mask)[0],
        atol=1e-6,
    )


def test_order_of_question_words_does_not_matter(batch):
    query, value, mask = batch
    output, weights = BasicAttention()(query, value, mask)
    back = BasicAttention()(query, value[:, ::-1], mask[:, ::-1])
    assert_allclose(back[0], output, atol=1e-6)
    assert_allclose(back[1][:, :, ::-1], weights, atol=1e-6)


def test_all_padding_gives_zeros_not_nan(batch):
    query, value, _ = batch
    output, weights = BasicAttention()(query, value, np.zeros((B, J), bool))
    assert not np.any(output) and not np.any(weights)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16", "mixed_bfloat16"])
def test_rows_sum_to_one_in_every_precision(batch, dtype, request):
    if dtype == "mixed_bfloat16":
        request.getfixturevalue("bfloat16")
    query, value, mask = batch
    output, weights = BasicAttention(dtype=dtype)(query * 30, value * 30, mask)
    assert keras.backend.standardize_dtype(weights.dtype) == "float32"
    assert np.all(np.isfinite(keras.ops.convert_to_numpy(keras.ops.cast(output, "float32"))))
    assert_allclose(np.sum(weights, -1), np.ones((B, T)), atol=1e-6)
    assert_allclose(np.asarray(weights)[1, :, 2], 0.0)


def test_dropout_acts_only_in_training(batch):
    layer = BasicAttention(dropout=0.5)
    clean, _ = BasicAttention()(*batch)
    assert_allclose(layer(*batch)[0], clean, atol=1e-6)
    assert np.mean(np.asarray(layer(*batch, training=True)[0]) == 0) > 0.1


def test_gradient_is_zero_at_padding(batch):
    query, value, _ = (tf.constant(x) for x in batch)
    mask = np.array([[1, 1, 0], [0, 0, 0]])  # row 1 is padding only, where softmax may give NaN
    with tf.GradientTape() as tape:
        tape.watch(value)
        loss = tf.reduce_sum(BasicAttention()(query, value, mask)[0] ** 2)
    grad = tape.gradient(loss, value).numpy()  # (B, J, D)
    assert np.all(np.isfinite(grad))
    assert_allclose(np.any(grad != 0, axis=-1), mask == 1)


def test_saved_model_answers_the_same(batch, tmp_path):
    inputs = [keras.Input((None, D)), keras.Input((None, D)), keras.Input((None,), dtype="bool")]
    model = keras.Model(inputs, BasicAttention(dropout=0.2)(*inputs))
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.layers[-1].dropout == 0.2
    for left, right in zip(model(list(batch)), again(list(batch)), strict=True):
        assert_allclose(left, right)


def test_symbolic_shapes_keep_unknown_lengths():
    q, v, m = keras.Input((None, D)), keras.Input((None, D)), keras.Input((None,), dtype="bool")
    output, weights = BasicAttention()(q, v, m)
    assert output.shape == (None, None, D) and weights.shape == (None, None, None)


@pytest.mark.parametrize("dropout", [-0.1, 1.0, 2])
def test_dropout_out_of_range_is_refused(dropout):
    with pytest.raises(ValueError, match=r"dropout must be in \[0, 1\)"):
        BasicAttention(dropout=dropout)


def test_vectors_of_different_size_are_refused(batch):
    query, value, mask = batch
    with pytest.raises(ValueError, match="same size"):
        BasicAttention()(query, value[..., :-1], mask)


def test_masked_softmax_is_shift_invariant():
    logits, mask = np.array([[1.0, 2.0, 3.0]]), np.array([[1, 0, 1]])
    assert_allclose(masked_softmax(logits, mask), masked_softmax(logits + 100, mask), atol=1e-6)


def test_masked_logits_are_those_of_real_tokens_in_float32():
    logits, mask = np.array([[1.0, 2.0], [3.0, 4.0]], "float16"), np.array([[True, False]])
    found = np.asarray(masked_logits(logits, mask))
    assert found.dtype == np.float32
    assert np.array_equal(found, np.array([[1, MASKED_LOGIT], [3, MASKED_LOGIT]], "float32"))


def test_the_best_logit_is_that_of_a_real_token_and_0_where_there_is_none():
    logits = np.array([[-3.0, 5.0, -1.0], [-3.0, -2.0, 9.0], [7.0, 8.0, 9.0]])
    mask = np.array([[True, False, True], [True, True, False], [False, False, False]])
    assert np.asarray(best_logits(logits, mask)).tolist() == [-1.0, -2.0, 0.0]
