"""Spans of a text in parts, against the sum over all spans written out; overlaps; one scale."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from squad_reader.serve.passages import Passage
from squad_reader.serve.spans_of_text import SpansOfText

STRONG = np.array([9.0, 0.0, 0.0], np.float32)


def passage(first, length, paragraphs=()):
    """Of so many tokens; where they stand is no matter."""
    return Passage("", 0, np.zeros((length, 2), np.int32), first, tuple(paragraphs))


def one_after_the_other(lengths):
    ends = np.cumsum(lengths).tolist()
    return [passage(end - length, length) for end, length in zip(ends, lengths, strict=True)]


def windows_of(length, size):
    """(first token, tokens) of overlapping windows that cover a passage."""
    step = max(size // 2, 1)
    return [(first, min(size, length - first)) for first in range(0, length, step)]


def all_spans(lengths, windows, limit):
    """(start, end) in the text -> logit, over all windows, one span after the other."""
    found, begins = {}, np.cumsum([0, *lengths]).tolist()
    for passage, first, starts, ends in windows:
        for start in range(len(starts)):
            for end in range(start, min(len(ends), start + (limit or len(ends)))):
                place = (begins[passage] + first + start, begins[passage] + first + end)
                logit = float(starts[start]) + float(ends[end])
                found[place] = max(found.get(place, -np.inf), logit)
    return found


@st.composite
def texts(draw):
    lengths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    size, limit = draw(st.integers(1, 6)), draw(st.integers(0, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**31)))
    windows = [
        (passage, first, *random.normal(0, 3, (2, number)).astype(np.float32))
        for passage, length in enumerate(lengths)
        for first, number in windows_of(length, size)
    ]
    return lengths, windows, limit


def spans_of(lengths, windows, limit):
    spans = SpansOfText(one_after_the_other(lengths), limit)
    for window in windows:
        spans.add(*window)
    return spans


@settings(deadline=None)
@given(texts(), st.sampled_from([0.5, 1.0, 2.0]))
def test_probabilities_are_a_softmax_over_all_spans(text, temperature):
    logits = all_spans(*text)
    total = sum(np.exp(logit / temperature) for logit in logits.values())
    found = spans_of(*text).best(len(logits), temperature)
    assert {each[:2] for each in found} == set(logits) and len(found) == len(logits)
    for each in found:
        assert each.probability == pytest.approx(np.exp(logits[each[:2]] / temperature) / total)
    assert sum(each.probability for each in found) == pytest.approx(1.0)


@settings(deadline=None)
@given(texts())
def test_the_temperature_changes_no_choice(text):
    spans = spans_of(*text)
    orders = [[each[:2] for each in spans.best(5, t)] for t in (0.3, 1.0, 4.0)]
    assert orders[0] == orders[1] == orders[2]


def test_five_spans_of_an_overlap_are_distinct_and_below_one():
    spans = spans_of([5], [(0, 0, STRONG[::-1], STRONG[::-1]), (0, 2, STRONG, STRONG)], 3)
    found = spans.best(5)
    assert found[0][:2] == (2, 2) and 0.99 < found[0].probability < 1.0
    assert len({each[:2] for each in found}) == 5
    assert sum(each.probability for each in found) <= 1.0


def test_a_short_passage_does_not_win_by_being_short():
    """Alone, its only token would have the probability 1."""
    long = np.zeros(40, np.float32)
    long[7] = 4.0
    windows = [(0, 0, long, long), *((i, 0, *np.zeros((2, 1))) for i in range(1, 41))]
    found = spans_of([40, *[1] * 40], windows, 20).best(2)
    assert found[0][:2] == (7, 7) and found[0].probability > 10 * found[1].probability


def test_of_equal_spans_the_earliest_in_the_text_is_chosen():
    one = np.zeros(2, np.float32)
    found = spans_of([2, 2], [(1, 0, one, one), (0, 0, one + 1e-6, one)], 1).best(4)
    assert [each[:2] for each in found] == [(0, 0), (1, 1), (2, 2), (3, 3)]


def test_before_a_window_there_is_no_span():
    assert SpansOfText([passage(0, 3)], 2).best(1) == []


def test_five_spans_of_two_passages_that_overlap_are_distinct_and_below_one():
    """The same as of two windows of one passage."""
    spans = SpansOfText([passage(0, 3), passage(2, 3), passage(9, 1)], 3)
    spans.add(0, 0, STRONG[::-1], STRONG[::-1])
    spans.add(1, 0, STRONG, STRONG)
    spans.add(2, 0, *np.zeros((2, 1)))
    windows = [
        (0, 0, STRONG[::-1], STRONG[::-1]),
        (0, 2, STRONG, STRONG),
        (1, 0, *np.zeros((2, 1))),
    ]
    found, expected = spans.best(100), spans_of([5, 1], windows, 3).best(100)
    assert [each[:2] for each in found] == [
        (start + 4 * (start == 5), end + 4 * (end == 5)) for start, end, _ in expected
    ]
    assert [each.probability for each in found] == [each.probability for each in expected]
    assert found[0][:2] == (2, 2) and len({each[:2] for each in found}) == len(found)


def test_a_span_that_crosses_a_blank_line_is_not_legal():
    spans = SpansOfText([passage(4, 6, [2, 3])], 4)
    spans.add(0, 0, np.ones(4), np.ones(4))
    spans.add(0, 2, np.ones(4), np.ones(4))
    found = {each[:2] for each in spans.best(100)}
    paragraphs = [range(4, 6), range(6, 7), range(7, 10)]
    assert found == {(i, j) for tokens in paragraphs for i in tokens for j in tokens if i <= j}


def test_a_span_that_two_overlapping_passages_hold_crosses_no_blank_line():
    spans = SpansOfText([passage(0, 4, [1]), passage(2, 4, [3])], 3)
    for number in (0, 1):
        spans.add(number, 0, np.ones(4), np.ones(4))
    found = {each[:2] for each in spans.best(100)}
    assert not any(start < begin <= end for start, end in found for begin in (1, 5))
    assert {(0, 0), (1, 3), (2, 4), (5, 5)} <= found
