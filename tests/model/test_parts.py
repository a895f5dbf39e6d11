"""A product with parts is that with their concatenation."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from squad_reader.model.parts import matmul_of_parts


@pytest.mark.parametrize("sizes", [(3,), (2, 5), (4, 1, 3)])
def test_it_is_the_product_with_the_concatenation(sizes):
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(2, 3, size)).astype(np.float32) for size in sizes]
    kernel = rng.normal(size=(sum(sizes), 6)).astype(np.float32)
    expected = np.concatenate(parts, axis=-1).astype(np.float64) @ kernel
    assert_allclose(np.asarray(matmul_of_parts(parts, kernel)), expected, rtol=1e-4, atol=1e-5)


def test_a_part_too_many_or_too_few_is_refused():
    parts, kernel = [np.ones((2, 3), np.float32)], np.ones((4, 2), np.float32)
    with pytest.raises(ValueError, match="expected parts of 4 numbers together, got 3"):
        matmul_of_parts(parts, kernel)
    with pytest.raises(ValueError):
        matmul_of_parts([*parts, *parts], kernel)
