"""A product with parts is that with their concatenation."""

import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.parts import matmul_of_parts


@pytest.mark.parametrize("sizes", [(3,), (2, 5), (4, 1, 3)])
def test_it_is_the_product_with_the_concatenation(sizes):
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(2, 3, size)).astype(np.float32) for size in sizes]
    kernel = rng.normal(size=(sum(sizes), 6)).astype(np.float32)
    expected = np.concatenate(parts, axis=-1).astype(np.float64) @ kernel
    assert_allclose(np.asarray(matmul_of_parts(parts, kernel)), expected, rtol=1e-4, atol=1e-5)


def test_gradients_flow_to_the_kernel_and_to_each_part():
    rng = np.random.default_rng(0)
    parts = [tf.constant(rng.normal(size=(2, 3, size)).astype(np.float32)) for size in (4, 2)]
    kernel = tf.constant(rng.normal(size=(6, 5)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch([*parts, kernel])
        loss = tf.reduce_sum(matmul_of_parts(parts, kernel))
    *of_parts, of_kernel = tape.gradient(loss, [*parts, kernel])
    expected = np.concatenate(parts, axis=-1).sum(axis=(0, 1))[:, None].repeat(5, axis=1)
    assert_allclose(of_kernel, expected, rtol=1e-4, atol=1e-5)
    sums = np.split(np.sum(kernel, axis=1), [4])
    for found, each in zip(of_parts, sums, strict=True):
        assert_allclose(found, np.broadcast_to(each, found.shape), rtol=1e-4, atol=1e-5)


def test_a_part_too_many_or_too_few_is_refused():
    parts, kernel = [np.ones((2, 3), np.float32)], np.ones((4, 2), np.float32)
    with pytest.raises(ValueError, match="expected parts of 4 numbers together, got 3"):
        matmul_of_parts(parts, kernel)
    with pytest.raises(ValueError):
        matmul_of_parts([*parts, *parts], kernel)
