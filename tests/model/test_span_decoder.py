"""What span decoding promises: exactly the best legal span, by brute force on small batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from squad_reader.model.span_decoder import (
    best_spans,
    independent_spans,
    log_softmax,
    n_best_spans,
)


def all_spans(start, end, max_answer_len):
    """Every legal span of one row as (score, start, end), best first, in plain Python."""
    length = len(start)
    spans = [
        (start[i] + end[j], i, j)
        for i in range(length)
        for j in range(i, length)
        if max_answer_len == 0 or j - i < max_answer_len
    ]
    return sorted(spans, key=lambda span: (-span[0], span[1], span[2]))


# Small whole numbers make many ties; -inf is what padding has.
rows = st.integers(1, 9).flatmap(
    lambda length: st.lists(
        st.lists(st.integers(-3, 0) | st.just(-np.inf), min_size=2 * length, max_size=2 * length),
        min_size=1,
        max_size=4,
    )
)


@given(rows=rows, limit=st.integers(0, 10))
def test_the_best_span_is_the_first_of_all_spans(rows, limit):
    both = np.array(rows, dtype=np.float64)
    length = both.shape[1] // 2
    start, end = both[:, :length], both[:, length:]
    found = zip(*best_spans(start, end, limit), strict=True)
    for i, (start_pos, end_pos, log_prob) in enumerate(found):
        best = all_spans(start[i], end[i], limit)[0]
        assert log_prob == best[0]
        if best[0] > -np.inf:  # without a possible span, any legal one will do
            assert (start_pos, end_pos) == best[1:]
        assert 0 <= start_pos <= end_pos < length
        assert limit == 0 or end_pos - start_pos < limit


@pytest.mark.parametrize("limit", [0, 1, 2, 20])
def test_random_batches_agree_with_brute_force(limit):
    rng = np.random.default_rng(limit)
    start, end = np.log(rng.dirichlet(np.ones(40), size=(2, 20)))
    start_pos, end_pos, log_prob = best_spans(start, end, limit)
    for i in range(20):
        best = all_spans(start[i], end[i], limit)[0]
        assert (log_prob[i], start_pos[i], end_pos[i]) == best


def test_the_two_argmaxes_in_the_wrong_order_are_a_trap():
    # Apart, start 2 and end 0 are best: no legal span. 0.3 * 0.6 beats 0.6 * 0.1 and 0.1 * 0.3.
    start, end = np.log([[0.3, 0.1, 0.6]]), np.log([[0.6, 0.3, 0.1]])
    assert [int(x[0]) for x in independent_spans(start, end)[:2]] == [2, 0]
    start_pos, end_pos, log_prob = best_spans(start, end)
    assert (start_pos[0], end_pos[0]) == (0, 0)
    assert_allclose(np.exp(log_prob), [0.18])


@given(rows=rows, limit=st.integers(0, 10), number=st.integers(1, 60))
def test_the_n_best_are_the_first_n_of_all_spans(rows, limit, number):
    both = np.array(rows[0], dtype=np.float64)
    start, end = both[: len(both) // 2], both[len(both) // 2 :]
    found = n_best_spans(start, end, number, limit)
    expected = [(i, j, score) for score, i, j in all_spans(start, end, limit)[:number]]
    assert found == expected


def test_log_softmax_by_hand():
    logits = np.array([[0.0, np.log(3.0), 99.0]])
    found = log_softmax(logits, np.array([[True, True, False]]))
    assert_allclose(np.exp(found), [[0.25, 0.75, 0.0]])
    assert found.dtype == np.float64


def test_log_softmax_sums_to_one_and_ignores_a_shift():
    logits = np.random.default_rng(0).normal(size=(5, 9)) * 50
    mask = np.arange(9) < np.array([[9], [8], [3], [1], [2]])
    found = log_softmax(logits, mask)
    assert_allclose(np.exp(found).sum(axis=1), 1.0)
    assert np.all(np.isneginf(found[~mask]))
    assert_allclose(log_softmax(logits + 1e4, mask)[mask], found[mask], atol=1e-9)


def test_a_row_of_padding_gives_minus_infinity_not_nan():
    found = log_softmax(np.zeros((1, 3)), np.zeros((1, 3), dtype=bool))
    assert np.all(np.isneginf(found))
