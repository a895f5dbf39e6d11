"""Pairs of readers and groups of seeds, in percent."""

import numpy as np
import pytest

from squad_reader.report.comparisons import compare_groups, compare_readers
from squad_reader.report.scoring import Scores
from squad_reader.score.clusters import Clusters

CLUSTERS = Clusters("articles", np.repeat(np.arange(40), 5), 40, "")
NONE = dict.fromkeys("ABC", 0)  # no answer is missing
RANDOM = np.random.default_rng(2)
LOW = Scores(*(100.0 * (RANDOM.random((2, 200)) < 0.3)))
HIGH = Scores(*(100.0 * (RANDOM.random((2, 200)) < 0.8)))


def test_a_clear_difference_is_said_and_p_is_never_0():
    (row,) = compare_readers([("A", LOW), ("B", HIGH)], NONE, CLUSTERS, 300, 1)
    assert row["f1"]["difference"].mean == pytest.approx(HIGH.f1.mean() - LOW.f1.mean())
    assert row["f1"]["p"] == row["f1"]["adjusted_p"] == 1 / 301
    assert row["f1"]["sentence"].startswith("B is better than A by ")
    only = int(((HIGH.exact_match > 0) & (LOW.exact_match == 0)).sum())
    assert row["right"]["only_second"] == only
    assert sum(row["right"].values()) == 200


def test_a_reader_against_itself():
    (row,) = compare_readers([("A", LOW), ("B", LOW)], NONE, CLUSTERS, 300, 1)
    assert row["exact_match"]["difference"][:3] == (0, 0, 0)
    assert row["exact_match"]["p"] == 1
    assert "cannot be told apart" in row["exact_match"]["sentence"]


def test_p_is_corrected_for_the_number_of_pairs():
    readers = [("A", LOW), ("B", HIGH), ("C", LOW)]
    three = compare_readers(readers, NONE, CLUSTERS, 300, 1)
    assert [(row["first"], row["second"]) for row in three] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert three[0]["f1"]["adjusted_p"] == pytest.approx(3 / 301)


def test_answers_that_are_missing_are_said_of_pairs_and_groups():
    missing = {"A": 0, "B": 70}
    (row,) = compare_readers([("A", LOW), ("B", HIGH)], missing, CLUSTERS, 300, 1)
    groups = {"A": [LOW] * 3, "B": [HIGH] * 3}
    (pair,) = compare_groups(groups, missing, CLUSTERS, 300, 1)["pairs"]
    for key in ("f1", "exact_match"):
        for found in (row, pair):
            assert found[key]["sentence"].endswith(" (B lacks 70 answers, which score 0.)")


def test_with_few_articles_both_tests_are_in_the_numbers():
    """Paragraphs differ all one way on the four articles of ten that differ: 2 of 16 swaps."""
    articles = np.repeat(np.arange(10), 20)
    better = Scores(*[np.where(articles < 4, 100.0, 0.0)] * 2)
    clusters = Clusters("paragraphs", np.arange(200) // 2, 100, "", articles)
    none = Scores(*np.zeros((2, 200)))
    (row,) = compare_readers([("A", none), ("B", better)], NONE, clusters, 300, 1)
    found = row["f1"]
    assert found["p"] == 1 / 301 and found["over_articles"].p == pytest.approx(2 / 16, abs=0.06)
    assert not found["told_apart"]
    assert "its paragraphs tell them apart, but not its articles; to see" in found["sentence"]
    assert "it takes more articles" in found["sentence"]
    # 40 % of ten articles: 0.24 / 9 of variance, and ten of them have 200 questions
    of_articles = 200 * 10000 * 0.24 / 9 * ((1.95996 + 0.84162) / 0.5) ** 2
    assert found["questions_to_see_half_a_percent"] == pytest.approx(of_articles, rel=0.2)
    groups = {"A": [none] * 3, "B": [better] * 3}
    (pair,) = compare_groups(groups, NONE, clusters, 300, 1)["pairs"]
    assert pair["f1"]["over_articles"] is not None


def test_groups_of_seeds():
    seeds = [Scores(LOW.exact_match, np.roll(LOW.f1, i) + i) for i in range(3)]
    better = [Scores(each.exact_match, each.f1 + 30) for each in seeds]
    groups = {"A": seeds, "B": better, "C": seeds[:1]}
    found = compare_groups(groups, NONE, CLUSTERS, 300, 1)
    group = found["groups"][0]
    assert (group["seeds"], group["f1"]["deviation"]) == (3, pytest.approx(1.0))
    assert group["f1"]["mean"] == pytest.approx(LOW.f1.mean() + 1)
    assert found["groups"][2]["f1"]["deviation"] is not None
    pairs = {(pair["first"], pair["second"]): pair["f1"] for pair in found["pairs"]}
    assert pairs["A", "B"]["sentence"].startswith("B is better than A by 30.0 F1 (2")
    assert pairs["A", "B"]["sentence"].endswith(", on average over seeds.")
    assert pairs["A", "B"]["adjusted_p"] == pairs["A", "B"]["p"]  # of one pair: C has one seed
    assert pairs["A", "C"]["difference"] is None and not pairs["A", "C"]["told_apart"]
    assert "cannot be said: expected at least 3 seeds" in pairs["A", "C"]["sentence"]
