"""What `ClippedAdam` promises: Keras' own Adam with clipping, and a norm that can be read."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.train.optimizer import ClippedAdam

SHAPES = [(3, 4), (4,), ()]


def make_variables():
    rng = np.random.default_rng(0)
    return [keras.Variable(rng.normal(size=shape).astype("float32")) for shape in SHAPES]


def gradients(step, scale):
    rng = np.random.default_rng(step)
    return [tf.constant(scale * rng.normal(size=shape), tf.float32) for shape in SHAPES]


@pytest.mark.parametrize("scale", [0.01, 1.0, 100.0])
def test_steps_are_those_of_keras_adam_with_global_clipnorm(scale):
    """With norms of about 0.04 (never clipped), 4 and 400 (always) against a limit of 3."""
    ours, theirs = make_variables(), make_variables()
    optimizer = ClippedAdam(0.01, max_gradient_norm=3.0)
    reference = keras.optimizers.Adam(0.01, global_clipnorm=3.0, epsilon=1e-8)
    for step in range(5):
        optimizer.apply_gradients(zip(gradients(step, scale), ours, strict=True))
        reference.apply_gradients(zip(gradients(step, scale), theirs, strict=True))
    for a, b in zip(ours, theirs, strict=True):
        assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-5, atol=1e-6)


def test_the_norm_is_that_before_clipping():
    """A gradient of (3, 4) and 12 has norm 13."""
    variables = [keras.Variable([0.0, 0.0]), keras.Variable(0.0)]
    optimizer = ClippedAdam(0.1, max_gradient_norm=5.0)
    optimizer.apply_gradients(
        zip([tf.constant([3.0, 4.0]), tf.constant(12.0)], variables, strict=True)
    )
    assert_allclose(float(optimizer.gradient_norm), 13.0, rtol=1e-6)


def test_the_weights_norm_is_that_after_the_step():
    """The first step takes 0.5 off each: 3 and 4 of norm 5 become 2.5 and 3.5."""
    variable = keras.Variable([3.0, 4.0])
    optimizer = ClippedAdam(0.5)
    optimizer.apply_gradients([(tf.constant([1.0, 1.0]), variable)])
    assert_allclose(float(optimizer.weights_norm), 18.5**0.5, rtol=1e-5)


@pytest.mark.parametrize("use_ema", [False, True])
def test_the_state_is_named_by_its_weights_and_has_all_but_the_norms(use_ema):
    optimizer = ClippedAdam(use_ema=use_ema)
    variables = make_variables()
    optimizer.build(variables)
    state = dict(optimizer.named_state())
    roles = ["momentum", "velocity", "average"] if use_ema else ["momentum", "velocity"]
    paths = [f"{role}/{variable.path}" for role in roles for variable in variables]
    assert list(state) == ["iterations", "learning_rate", *paths]
    norms = [optimizer.gradient_norm, optimizer.weights_norm]
    named = {id(variable) for variable in [*state.values(), *norms]}
    assert named == {id(variable) for variable in optimizer.variables}
    for role in roles:
        for variable in variables:
            assert state[f"{role}/{variable.path}"].shape == variable.shape


def test_averages_are_beside_the_steps_and_begin_with_the_first():
    """The decays are 0, 1/10 and, with the limit of 0.15, 0.15."""
    results = []
    for use_ema in (False, True):
        variables = make_variables()
        optimizer = ClippedAdam(0.01, use_ema=use_ema, ema_momentum=0.15)
        seen = []
        for step in range(3):
            optimizer.apply_gradients(zip(gradients(step, 1.0), variables, strict=True))
            seen.append([np.array(variable) for variable in variables])
        results.append(seen)
    first, second, third = results[0]
    for number, average in enumerate(optimizer.averages().values()):
        assert_array_equal(third[number], results[1][2][number])
        expected = 0.15 * (0.1 * first[number] + 0.9 * second[number]) + 0.85 * third[number]
        assert_allclose(np.asarray(average), expected, rtol=1e-5)


def test_the_first_step_of_adam_by_hand():
    """Bias correction makes the first step learning_rate * g / (|g| + epsilon)."""
    variable = keras.Variable([1.0, -2.0])
    ClippedAdam(0.1).apply_gradients([(tf.constant([0.3, -4.0]), variable)])
    assert_allclose(np.asarray(variable), [0.9, -1.9], rtol=1e-5)


def test_a_smaller_limit_makes_another_second_step():
    results = []
    for limit in (1.0, 5.0):
        variables = make_variables()
        optimizer = ClippedAdam(0.01, max_gradient_norm=limit)
        for step, scale in enumerate([1.0, 100.0]):
            optimizer.apply_gradients(zip(gradients(step, scale), variables, strict=True))
        results.append(np.asarray(variables[0]))
    assert not np.array_equal(*results)


def test_a_sparse_gradient_of_a_lookup_is_taken_as_a_dense_one():
    dense = np.zeros((4, 2), np.float32)
    dense[1], dense[3] = [3.0, 0.0], [0.0, 8.0]  # row 3 is looked up twice: 4 + 4
    sparse = tf.IndexedSlices(
        tf.constant([[3.0, 0.0], [0.0, 4.0], [0.0, 4.0]]), tf.constant([1, 3, 3]), (4, 2)
    )
    results = []
    for gradient in (tf.constant(dense), sparse):
        variable = keras.Variable(np.ones((4, 2), np.float32))
        optimizer = ClippedAdam(0.1)
        optimizer.apply_gradients([(gradient, variable)])
        assert_allclose(float(optimizer.gradient_norm), 73**0.5, rtol=1e-6)
        results.append(np.asarray(variable))
    assert_array_equal(*results)


def test_a_gradient_of_zero_moves_nothing():
    variable = keras.Variable([1.0, 2.0])
    optimizer = ClippedAdam(0.1)
    optimizer.apply_gradients([(tf.constant([0.0, 0.0]), variable)])
    assert_array_equal(np.asarray(variable), [1.0, 2.0])
    assert float(optimizer.gradient_norm) == 0.0


def test_it_is_rebuilt_from_its_config():
    first = ClippedAdam(0.02, max_gradient_norm=2.0, epsilon=1e-6)
    second = ClippedAdam.from_config(first.get_config())
    assert second.get_config() == first.get_config()
    assert second.max_gradient_norm == 2.0
    assert second.epsilon == 1e-6
