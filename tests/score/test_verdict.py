"""The sentence about two readers, for each case that there is."""

import numpy as np
import pytest

from squad_reader.score.bootstrap import Interval
from squad_reader.score.comparison import Comparison, compare
from squad_reader.score.verdict import (
    group_verdict,
    note_of_missing,
    p_text,
    rounded,
    verdict,
    warning_of_resamples,
)

NAN = float("nan")
ALIKE = "A and B cannot be told apart by this data: "
NEEDED = (
    "to see a difference of 0.5 F1 it takes more articles, and not more questions on these: you "
    "would need about 30,000 questions."
)
SEEN = (
    "a difference of 0.5 F1 would very probably have been seen here (in at least 80 of 100 such "
    "test sets), so theirs is smaller, or there is none."
)
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
    "interval holds 0": (((1.0, -0.1, 2.0, 1.0), 0.01), ALIKE + NEEDED),
    "p is too large": (((1.0, 0.1, 2.0, 1.0), 0.06), ALIKE + NEEDED),
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
    assert verdict("A", "B", "F1", found, 1000, 31396, "articles") == sentence


@pytest.mark.parametrize("needed", [1, 999, 1000])
def test_where_the_questions_are_enough_a_difference_would_have_been_seen(needed):
    found = Comparison(Interval(0.2, -0.1, 0.49, 0.15), 0.3, 0.3)
    assert verdict("A", "B", "F1", found, 1000, needed, "articles") == ALIKE + SEEN
    wide = Comparison(Interval(-0.2, -0.55, 0.15, 0.17), 0.3, 0.3)
    for each in (wide, found._replace(over_articles=wide)):
        assert verdict("A", "B", "F1", each, 1000, needed, "articles") == ALIKE + SEEN.replace(
            "so theirs is smaller, or there is none",
            "though their interval still holds one as large (-0.55 to 0.15)",
        )
    assert "you would need about 1,000" in verdict("A", "B", "F1", found, 999, 1000, "articles")


def test_a_difference_that_too_few_resamples_hide_is_not_called_small():
    found = Comparison(Interval(-1.2, -1.4, -1.0, 0.1), 0.1, 0.1)
    assert verdict("A", "B", "F1", found, 10_000, 3000, "articles") == (
        ALIKE + "their F1 differs by -1.2, but that is too few articles or paragraphs, or too few "
        "resamples, for a small p."
    )


def test_paragraphs_alone_do_not_make_a_claim():
    clear = Comparison(Interval(1.2, 0.5, 1.9, 0.35), 0.001, 0.001)
    found = clear._replace(over_articles=Comparison(Interval(1.2, -1.0, 3.0, 1.0), 0.2, 0.2))
    sentence = verdict("A", "B", "F1", found, 1000, 31396, "articles")
    assert sentence == f"{ALIKE}its paragraphs tell them apart, but not its articles; {NEEDED}"
    assert group_verdict("A", "B", "F1", found) == (
        GROUPS + "B minus A is 1.20 F1, on average over seeds (-1.00 to 3.00 by articles)."
    )


@pytest.mark.parametrize(
    ("missing", "note"),
    [
        ({"A": 0, "B": 0}, ""),
        ({"A": 1, "B": 0}, " (A lacks 1 answer, which scores 0.)"),
        ({"A": 1, "B": 2000}, " (A lacks 1 answer and B lacks 2,000 answers, which score 0.)"),
    ],
)
def test_answers_that_are_missing_are_said_behind_the_sentence(missing, note):
    assert note_of_missing(missing) == note


def test_a_reader_against_itself():
    (found,) = compare(np.zeros((40, 1)), np.arange(40), 100)
    assert verdict("A", "A", "EM", found, 40, None, "articles") == (
        "A and A cannot be told apart by this data: their EM differs by 0.0 wherever one looks."
    )


@pytest.mark.parametrize("number", [2, 5])
def test_all_wrong_against_all_right_in_a_few_clusters(number):
    clusters = np.repeat(np.arange(number), 20)
    (found,) = compare(np.full((20 * number, 1), 100.0), clusters, 100)
    sentence = verdict("A", "B", "F1", found, 20 * number, None, "articles")
    assert sentence == ALIKE + "it has too few articles or paragraphs (fewer than 6)."


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


def test_numbers_are_rounded_to_one_digit():
    numbers = [1, 94, 101, 31396, 1250001]
    assert [rounded(n) for n in numbers] == ["1", "90", "100", "30,000", "1,000,000"]
