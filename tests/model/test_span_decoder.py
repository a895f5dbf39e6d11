"""What span decoding promises: the span that the rule names, by brute force on small batches.

The rule: of all legal spans those within `DISTANCE` of the best, and of these the earliest.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from squad_reader.model import span_decoder
from squad_reader.model.span_decoder import (
    DISTANCE,
    SpanChoice,
    best_spans,
    choose,
    independent_spans,
    legal_spans,
    log_softmax,
    near_best,
)


def all_spans(start, end, max_answer_len):
    """Every legal span of one row -> its log-probability, the earliest first, in plain Python."""
    return {
        (i, j): start[i] + end[j]
        for i in range(len(start))
        for j in range(i, len(start))
        if max_answer_len == 0 or j - i < max_answer_len
    }


# Few whole numbers make many ties, thirds of the distance many that are near; -inf is padding.
NUMBERS = st.builds(
    lambda whole, thirds: whole + thirds * DISTANCE / 3, st.integers(-2, 0), st.integers(-5, 0)
)
rows = st.integers(1, 9).flatmap(
    lambda length: st.lists(
        st.lists(NUMBERS | st.just(-np.inf), min_size=2 * length, max_size=2 * length),
        min_size=1,
        max_size=4,
    )
)


def halves(rows):
    both = np.array(rows, dtype=np.float64)
    return both[..., : both.shape[-1] // 2], both[..., both.shape[-1] // 2 :]


@given(rows=rows, limit=st.integers(0, 10))
def test_the_best_span_is_the_one_that_the_rule_names(by_the_rule, rows, limit):
    start, end = halves(rows)
    for i, (start_pos, end_pos, log_prob) in enumerate(
        zip(*best_spans(start, end, limit), strict=True)
    ):
        assert [((start_pos, end_pos), log_prob)] == by_the_rule(
            all_spans(start[i], end[i], limit), 1
        )


@pytest.mark.parametrize("limit", [0, 1, 2, 20])
def test_random_batches_agree_with_brute_force(limit):
    rng = np.random.default_rng(limit)
    start, end = np.log(rng.dirichlet(np.ones(40), size=(2, 20)))
    start_pos, end_pos, log_prob = best_spans(start, end, limit)
    for i in range(20):
        spans = all_spans(start[i], end[i], limit)
        place = max(spans, key=lambda place: spans[place])
        assert ((start_pos[i], end_pos[i]), log_prob[i]) == (place, spans[place])


def test_the_two_argmaxes_in_the_wrong_order_are_a_trap():
    # Apart, start 2 and end 0 are best: no legal span. 0.3 * 0.6 beats 0.6 * 0.1 and 0.1 * 0.3.
    start, end = np.log([[0.3, 0.1, 0.6]]), np.log([[0.6, 0.3, 0.1]])
    assert [int(x[0]) for x in independent_spans(start, end)[:2]] == [2, 0]
    start_pos, end_pos, log_prob = best_spans(start, end)
    assert (start_pos[0], end_pos[0]) == (0, 0)
    assert_allclose(np.exp(log_prob), [0.18])


@pytest.mark.parametrize("better", [-1e-5, -1e-7, 0.0, 1e-7, 1e-5])
def test_of_two_equal_spans_the_earlier_is_chosen_whatever_noise_says(better):
    """As in a context that says the same thing twice: tokens 1 and 4."""
    start = np.log([[0.1, 0.3, 0.1, 0.1, 0.3, 0.1]])
    start[0, 4] += better
    assert [int(x[0]) for x in best_spans(start, start, 1)[:2]] == [1, 1]
    assert [int(x[0]) for x in independent_spans(start, start)[:2]] == [1, 1]
    later = start.copy()
    later[0, 4] += 1e-3  # enough to matter
    assert [int(x[0]) for x in best_spans(later, later, 1)[:2]] == [4, 4]


@given(rows=rows)
def test_independent_start_and_end_are_each_what_the_rule_names(by_the_rule, rows):
    start, end = halves(rows)
    found = independent_spans(start, end)
    for i, (start_pos, end_pos, log_prob) in enumerate(zip(*found, strict=True)):
        ((first, first_log_prob),) = by_the_rule(dict(enumerate(start[i])), 1)
        ((last, last_log_prob),) = by_the_rule(dict(enumerate(end[i])), 1)
        assert (start_pos, end_pos) == (first, last)
        assert log_prob == first_log_prob + last_log_prob


@given(rows=rows, limit=st.integers(0, 10), number=st.integers(1, 60))
def test_the_n_best_are_chosen_one_after_the_other(by_the_rule, rows, limit, number):
    spans = all_spans(*(half[0] for half in halves(rows)), limit)
    assert choose(spans, number) == by_the_rule(spans, number)


@given(
    windows=st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 6)).flatmap(
            lambda place: st.tuples(
                st.just(place[0]), st.lists(NUMBERS, min_size=2 * place[1], max_size=2 * place[1])
            )
        ),
        min_size=1,
        max_size=4,
    ),
    limit=st.integers(0, 4),
    number=st.integers(1, 12),
)
def test_over_windows_the_rule_is_that_of_all_their_spans_together(
    by_the_rule, windows, limit, number
):
    """Whatever the order of the windows; a span of two has its larger log-probability."""
    spans, starts, ends = {}, {}, {}
    joint, independent, listed, one = choices = (
        SpanChoice(limit, "joint", number),
        SpanChoice(limit, "independent"),
        SpanChoice(limit, "independent", number),
        SpanChoice(limit, "joint"),
    )
    for first, numbers in windows:
        start, end = halves(numbers)
        for choice in choices:
            choice.add(7, first, start, end)
        window = all_spans(start, end, limit).items()
        pairs = [(spans, (first + i, first + j), x) for (i, j), x in window]
        pairs += [(starts, first + i, x) for i, x in enumerate(start)]
        pairs += [(ends, first + i, x) for i, x in enumerate(end)]
        for into, place, log_prob in pairs:
            into[place] = max(log_prob, into.get(place, -np.inf))
    expected = [(*place, log_prob) for place, log_prob in by_the_rule(spans, number)]
    assert all(choice.questions() == [7] for choice in choices)
    assert joint.n_best(7) == listed.n_best(7) == expected
    assert independent.n_best(7) == one.n_best(7) == []
    assert joint.best(7) == one.best(7) == expected[0]
    ((start_pos, x),), ((end_pos, y),) = by_the_rule(starts, 1), by_the_rule(ends, 1)
    assert independent.best(7) == listed.best(7) == (start_pos, end_pos, x + y)


def test_joint_spans_are_looked_at_only_where_they_are_wanted(monkeypatch):
    monkeypatch.setattr(span_decoder, "legal_spans", lambda *_: 1 / 0)
    choice = SpanChoice(20, "independent")
    choice.add(0, 0, np.log([0.5, 0.5]), np.log([0.2, 0.8]))
    assert choice.best(0)[:2] == (0, 1)
    with pytest.raises(ZeroDivisionError):
        SpanChoice(20, "independent", 1).add(0, 0, np.zeros(2), np.zeros(2))


@pytest.mark.parametrize("length, limit", list(itertools.product([1, 2, 7], [0, 1, 3, 9])))
def test_legal_spans_are_all_of_them_the_earliest_first(length, limit):
    expected = list(all_spans(np.zeros(length), np.zeros(length), limit))
    starts, ends = legal_spans(length, limit)
    assert list(zip(starts, ends, strict=True)) == expected


def test_a_window_hands_up_few_spans_where_all_are_equal():
    assert near_best(np.full(12_000, -9.4)).tolist() == [0]
    assert near_best(np.full(12_000, -9.4), 3).tolist() == [0, 1, 2]


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
