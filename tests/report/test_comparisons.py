"""Pairs of readers and groups of seeds, in percent."""

import numpy as np
import pytest

from squad_reader.report.comparisons import compare_groups, compare_readers
from squad_reader.report.scoring import Scores

CLUSTERS = np.repeat(np.arange(40), 5)
RANDOM = np.random.default_rng(2)
LOW = Scores(*(100.0 * (RANDOM.random((2, 200)) < 0.3)))
HIGH = Scores(*(100.0 * (RANDOM.random((2, 200)) < 0.8)))


def test_a_clear_difference_is_said_and_p_is_never_0():
    (row,) = compare_readers([("A", LOW), ("B", HIGH)], CLUSTERS, 300, 1)
    assert row["f1"]["difference"].mean == pytest.approx(HIGH.f1.mean() - LOW.f1.mean())
    assert row["f1"]["p"] == row["f1"]["adjusted_p"] == 1 / 301
    assert row["f1"]["sentence"].startswith("B is better than A by ")
    only = int(((HIGH.exact_match > 0) & (LOW.exact_match == 0)).sum())
    assert row["right"]["only_second"] == only
    assert sum(row["right"].values()) == 200


def test_a_reader_against_itself():
    (row,) = compare_readers([("A", LOW), ("B", LOW)], CLUSTERS, 300, 1)
    assert row["exact_match"]["difference"][:3] == (0, 0, 0)
    assert row["exact_match"]["p"] == 1
    assert "cannot be told apart" in row["exact_match"]["sentence"]


def test_p_is_corrected_for_the_number_of_pairs():
    three = compare_readers([("A", LOW), ("B", HIGH), ("C", LOW)], CLUSTERS, 300, 1)
    assert [(row["first"], row["second"]) for row in three] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert three[0]["f1"]["adjusted_p"] == pytest.approx(3 / 301)


def test_groups_of_seeds():
    seeds = [Scores(LOW.exact_match, np.roll(LOW.f1, i) + i) for i in range(3)]
    better = [Scores(each.exact_match, each.f1 + 30) for each in seeds]
    found = compare_groups({"A": seeds, "B": better, "C": seeds[:1]}, CLUSTERS, 300, 1)
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
