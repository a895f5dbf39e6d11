"""The sentence about two readers, for each case that there is."""

import numpy as np
import pytest

from squad_reader.score.bootstrap import Interval
from squad_reader.score.comparison import Comparison, compare
from squad_reader.score.verdict import (
    group_verdict,
    p_text,
    rounded,
    verdict,
    warning_of_resamples,
)

NAN = float("nan")
ALIKE = "A and B cannot be told apart by this data: "
CASES = {
    "second is better": (
        ((1.23, 0.54, 1.91, 0.35), 0.0004),
        "B is better than A by 1.2 F1 (0.5 to 1.9, p < 0.001).",
    ),
    "first is better": (
        ((-1.23, -1.91, -0.54, 0.35), 0.001),
        "A is better than B by 1.2 F1 (0.5 to 1.9, p = 0.001).",
    ),
    "a bound near 0 does not look like 0": (
        ((1.0, 0.004, 2.0, 0.5), 0.049),
        "B is better than A by 1.000 F1 (0.004 to 2.000, p = 0.049).",
    ),
    # 1000 * (2.8016 * 1 / 0.5) ** 2 = 31395.5
    "interval holds 0": (
        ((1.0, -0.1, 2.0, 1.0), 0.01),
        ALIKE + "to see a difference of 0.5 F1 you would need about 31,000 questions.",
    ),
    "p is too large": (
        ((1.0, 0.1, 2.0, 1.0), 0.06),
        ALIKE + "to see a difference of 0.5 F1 you would need about 31,000 questions.",
    ),
    "too few clusters": (
        ((1.0, NAN, NAN, NAN), 0.01),
        ALIKE + "it has too few articles or paragraphs (fewer than 6).",
    ),
    "a p just below 0.05 does not look like 0.05": (
        ((1.23, 0.54, 1.91, 0.35), 0.0496),
        "B is better than A by 1.2 F1 (0.5 to 1.9, p = 0.0496).",
    ),
    "nothing varies, but p is large": (
        ((20.0, 20.0, 20.0, 1e-13), 0.06),
        ALIKE + "their F1 differs by 20.0 wherever one looks, but that is too few articles or "
        "paragraphs, or too few resamples, for a small p.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_sentence_of_each_case(name):
    (difference, p), sentence = CASES[name]
    found = Comparison(Interval(*difference), p / 2, p)
    assert verdict("A", "B", "F1", found, 1000) == sentence


def test_a_reader_against_itself():
    (found,) = compare(np.zeros((40, 1)), np.arange(40), 100)
    assert verdict("A", "A", "EM", found, 40) == (
        "A and A cannot be told apart by this data: their EM differs by 0.0 wherever one looks."
    )


@pytest.mark.parametrize("number", [2, 5])
def test_all_wrong_against_all_right_in_a_few_clusters(number):
    clusters = np.repeat(np.arange(number), 20)
    (found,) = compare(np.full((20 * number, 1), 100.0), clusters, 100)
    sentence = verdict("A", "B", "F1", found, 20 * number)
    assert sentence == ALIKE + "it has too few articles or paragraphs (fewer than 6)."


def test_of_several_pairs_more_questions_are_needed():
    # 1000 * ((2.39398 + 0.84162) / 0.5) ** 2 = 41876
    found = Comparison(Interval(1.0, -0.1, 2.0, 1.0), 0.01, 0.03)
    assert verdict("A", "B", "F1", found, 1000, 3).endswith("need about 42,000 questions.")


GROUPS = "A and B cannot be told apart by these seeds and this data: "
GROUP_CASES = {
    "told apart": (
        ((-2.0, -3.0, -1.0, 0.4), 0.0123),
        "A is better than B by 2.0 EM (1.0 to 3.0, p = 0.012), on average over seeds.",
    ),
    "p is too large": (
        ((2.0, 1.0, 3.0, 0.4), 0.06),
        GROUPS + "B minus A is 2.00 EM, on average over seeds (1.00 to 3.00).",
    ),
    "too few clusters": (
        ((2.0, NAN, NAN, NAN), NAN),
        GROUPS + "it has too few articles or paragraphs (fewer than 6).",
    ),
}


@pytest.mark.parametrize("name", GROUP_CASES)
def test_the_sentence_about_two_groups(name):
    (difference, p), sentence = GROUP_CASES[name]
    found = Comparison(Interval(*difference), p / 2, p)
    assert group_verdict("A", "B", "EM", found) == sentence


def test_too_few_seeds_have_a_sentence_too():
    assert group_verdict("A", "B", "EM", None) == (
        "Whether A or B is better in EM cannot be said: expected at least 3 seeds of each."
    )


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0009996, "< 0.001"),
        (0.001, "0.001"),
        (0.0494, "0.049"),
        (0.0496, "0.0496"),
        (0.04999999, "< 0.05"),
        (0.05, "0.050"),
        (1.0, "1.000"),
    ],
)
def test_a_p_looks_smaller_than_0_05_where_it_is(p, text):
    assert p_text(p) == text


@pytest.mark.parametrize(
    ("num_pairs", "num_resamples", "warned"),
    [(0, 10, False), (1, 20, False), (1, 19, True), (10, 199, True), (10, 200, False)],
)
def test_too_few_resamples_are_warned_of(num_pairs, num_resamples, warned):
    text = warning_of_resamples(num_pairs, num_resamples)
    assert bool(text) == warned
    if warned:
        assert f"got {num_resamples}:" in text and "is never below 0.05" in text


def test_numbers_are_rounded_to_two_digits():
    numbers = [1, 99, 101, 31396, 1250001]
    assert [rounded(n) for n in numbers] == ["1", "99", "100", "31,000", "1,300,000"]
