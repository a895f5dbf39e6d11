"""People's scores: by hand, and against each answer put in a file of predictions of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.score.humans import SECOND, THIRD, scores_against_others
from squad_reader.score.squad_v1_1 import question_scores

GOLDS = [
    ("q0", ["red dog", "the dog", "dog"]),
    ("q1", ["cat"]),
    ("q2", ["x", "y"]),
    ("q3", []),
    ("q4", ["a b", "b", "c d", "B"]),
]


def test_the_second_and_third_answers_by_hand():
    second = scores_against_others(GOLDS, SECOND)
    assert second.questions.tolist() == [0, 2, 4] and second.num_left_out == 2
    assert second.exact_match.tolist() == [1.0, 0.0, 1.0]
    third = scores_against_others(GOLDS, THIRD)
    assert third.questions.tolist() == [0, 4] and third.num_left_out == 3
    assert (third.exact_match.tolist(), third.f1.tolist()) == ([1.0, 0.0], [1.0, 0.0])


def test_a_reader_is_scored_against_the_same_answers():
    found = scores_against_others(GOLDS, SECOND, {"q0": "red dog", "q2": "y", "q1": "cat"})
    assert found.questions.tolist() == [0, 2, 4]
    assert found.exact_match.tolist() == [1.0, 0.0, 0.0]  # "y" is no gold answer here


TEXTS = st.lists(st.sampled_from("a the red dog cat".split()), max_size=3).map(" ".join)


@given(st.lists(st.lists(TEXTS, max_size=4), max_size=6), st.sampled_from([SECOND, THIRD]))
def test_scores_are_the_official_ones_against_the_rest(texts, place):
    golds = [(str(i), each) for i, each in enumerate(texts)]
    found = scores_against_others(golds, place)
    kept = [(name, each) for name, each in golds if len(each) > place]
    assert [golds[i] for i in found.questions] == kept
    assert found.num_left_out + len(kept) == len(golds)
    if kept:
        answers = {name: each[place] for name, each in kept}
        rest = [(name, each[:place] + each[place + 1 :]) for name, each in kept]
        exact, f1 = question_scores(rest, answers)
        assert found.exact_match.tolist() == exact and found.f1.tolist() == pytest.approx(f1)
