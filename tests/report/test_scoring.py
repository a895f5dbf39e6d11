"""Scores of many answers equal those of the official metric, to the last digit."""

from hypothesis import given
from hypothesis import strategies as st

from squad_reader.report.scoring import GoldScorer, make_scorers
from squad_reader.score.squad_v1_1 import best_scores
from squad_reader.score.squad_v2_0 import question_scores

WORDS = st.lists(st.sampled_from(["the", "a", "red", "Red", "dog.", "cat", "x", ""]), max_size=5)
TEXTS = WORDS.map(" ".join) | st.text(max_size=8)


@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_the_scores_are_the_official_ones(golds, answer):
    assert GoldScorer(golds).scores(answer) == best_scores(answer, golds)


@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_so_are_those_of_v2_0(golds, answer):
    exact, f1 = question_scores([("q", golds)], {"q": answer})
    assert make_scorers([golds], "v2.0")[0].scores(answer) == (exact[0], f1[0])
