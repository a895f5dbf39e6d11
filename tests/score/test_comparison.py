"""Comparison of readers: by hand, against all swaps in plain loops and scipy, by simulation."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from squad_reader.score.comparison import (
    Comparison,
    Interval,
    compare,
    holm,
    intervals,
    permutation_p,
    questions_needed,
    right_by_only_one,
)


def exact_p(sums):
    """The share of all swaps of clusters that give a difference as big, by plain loops."""
    totals = [
        abs(sum(s * x for s, x in zip(signs, sums, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(sums))
    ]
    return sum(total >= abs(sum(sums)) - 1e-9 for total in totals) / len(totals)


@pytest.mark.parametrize("shift", [0.0, 0.2, 0.6])
def test_p_is_the_share_of_all_swaps(shift):
    random = np.random.default_rng(2)
    clusters = np.repeat(np.arange(9), 3)
    differences = random.normal(shift, 1.0, 27)
    sums = [sum(differences[clusters == k]) for k in range(9)]
    expected = exact_p(sums)
    assert permutation_p(differences[:, None], clusters)[0] == pytest.approx(expected, abs=0.015)
    peer = stats.permutation_test(
        (np.array(sums), np.zeros(9)), lambda x, y: np.mean(x - y), permutation_type="samples"
    )
    assert peer.pvalue == pytest.approx(expected, abs=1e-9)


def test_a_reader_against_itself_differs_by_0_with_p_1():
    (found,) = compare(np.zeros((60, 1)), np.repeat(np.arange(30), 2))
    assert found == Comparison(Interval(0.0, 0.0, 0.0, 0.0), 1.0, 1.0)
    assert not found.told_apart


def test_a_huge_difference_has_the_least_p_there_is():
    (found,) = compare(np.ones((80, 1)), np.repeat(np.arange(40), 2), num_resamples=999)
    assert found.p == found.adjusted_p == 1 / 1000
    assert found.difference[:3] == (1.0, 1.0, 1.0) and found.told_apart


def test_the_other_way_round_only_the_sign_changes():
    differences = np.random.default_rng(7).normal(0.2, 1.0, (90, 1))
    clusters = np.repeat(np.arange(30), 3)
    (one,), (other,) = compare(differences, clusters), compare(-differences, clusters)
    assert (other.difference.low, other.difference.high) == pytest.approx(
        (-one.difference.high, -one.difference.low)
    )
    assert one.p == other.p


def test_clusters_of_equal_sign_count_once_each():
    """Five clusters, all for the second reader: 2 of 32 swaps, however many questions."""
    differences, clusters = np.ones((500, 1)), np.repeat(np.arange(5), 100)
    assert permutation_p(differences, clusters)[0] == pytest.approx(1 / 16, abs=0.01)
    assert not compare(differences, clusters)[0].told_apart


def test_readers_that_are_alike_are_told_apart_in_5_of_100_cases():
    random = np.random.default_rng(0)
    clusters = np.repeat(np.arange(40), random.integers(1, 8, 40))
    differences = random.normal(0.0, 1.0, (40, 600))[clusters]
    p = permutation_p(differences, clusters, 1000)
    assert np.mean(p <= 0.05) == pytest.approx(0.05, abs=0.025)
    assert np.mean(p <= 0.5) == pytest.approx(0.5, abs=0.06)


def test_holm_by_hand():
    """0.01 * 4, 0.02 * 3, then 0.025 * 2 and 0.04 * 1, which may not be less than those before."""
    p = np.array([0.04, 0.01, 0.025, 0.02])
    assert holm(p).tolist() == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm(np.array([0.9, 0.8])).tolist() == [1.0, 1.0]
    assert holm(np.array([0.3])).tolist() == [0.3] and holm(np.array([])).tolist() == []


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=8))
def test_holm_never_lowers_and_keeps_the_order(p):
    adjusted = holm(np.array(p))
    assert (adjusted >= np.array(p) - 1e-12).all() and (adjusted <= 1.0).all()
    for (p_i, a_i), (p_j, a_j) in itertools.combinations(zip(p, adjusted, strict=True), 2):
        assert (p_i <= p_j) <= (a_i <= a_j) or a_i == a_j
    bonferroni = np.minimum(np.array(p) * len(p), 1.0)
    assert (adjusted <= bonferroni + 1e-12).all()


def test_so_many_questions_show_the_difference_in_80_of_100_cases():
    random = np.random.default_rng(1)
    spread, difference = 1.0, 0.2
    needed = questions_needed(100, 100, spread / 10 * 0.99**0.5, difference)
    assert needed == 197  # (1.95996 + 0.84162) ** 2 / 0.2 ** 2 = 196.2
    differences = random.normal(difference, spread, (needed, 500))
    p = permutation_p(differences, np.arange(needed), 1000)
    assert np.mean(p < 0.05) == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize("num_pairs", [1, 6])
def test_it_holds_for_questions_of_clusters_and_for_several_pairs(num_pairs):
    """Five questions to a cluster; their standard error from a made-up set that is at hand."""
    random, difference = np.random.default_rng(3), 0.3

    def drawn(num_clusters, num_sets):
        clusters = np.repeat(np.arange(num_clusters), 5)
        of_clusters = random.normal(difference, 1.0, (num_clusters, num_sets))[clusters]
        return of_clusters + random.normal(0.0, 1.0, of_clusters.shape), clusters

    (at_hand,) = intervals(*drawn(2000, 1), 500)
    error = at_hand.standard_error
    needed = questions_needed(10_000, 2000, error, difference, num_pairs=num_pairs)
    p = permutation_p(*drawn(round(needed / 5), 400), 1000)
    assert np.mean(p < 0.05 / num_pairs) == pytest.approx(0.8, abs=0.07)


def test_more_pairs_need_more_questions():
    one, three = (questions_needed(1000, 41, 1.0, 0.5, num_pairs=number) for number in (1, 3))
    # 0.84162 and the normal's quantiles at 1 - 0.05 / 2 and at 1 - 0.05 / 6
    assert one == np.ceil(1000 * 41 / 40 * ((1.959964 + 0.841621) / 0.5) ** 2)
    assert three == np.ceil(1000 * 41 / 40 * ((2.393980 + 0.841621) / 0.5) ** 2)


def test_of_48_clusters_the_number_is_right_on_average_and_known_to_a_fifth():
    """The clusters' own variance is 1, so (1.95996 + 0.84162) ** 2 / 0.3 ** 2 = 87.2 show 0.3."""
    random, clusters = np.random.default_rng(4), np.repeat(np.arange(48), 3)
    values = random.normal(0.0, 1.0, (48, 300))[clusters]
    errors = [each.standard_error for each in intervals(values, clusters, 400)]
    needed = np.array([questions_needed(144, 48, error, 0.3) for error in errors]) / 3
    assert needed.mean() == pytest.approx(87.2, rel=0.03)  # without 48 / 47 it is 2 % less
    spread = needed.std() / needed.mean()
    assert spread == pytest.approx((2 / 47) ** 0.5, rel=0.25)
    p = permutation_p(random.normal(0.3, 1.0, (87, 500)), np.arange(87), 1000)
    assert np.mean(p < 0.05) == pytest.approx(0.8, abs=0.06)


def test_where_nothing_varies_no_number_is_known():
    assert questions_needed(10, 10, 0.0, 0.5) is None
    assert questions_needed(10, 10, float("nan"), 0.5) is None
    assert questions_needed(10, 1, 1.0, 0.5) is None
    assert questions_needed(10, 10, 1e-9, 0.5) == 1


@pytest.mark.parametrize(
    ("low", "high", "adjusted_p", "told_apart"),
    [
        (0.1, 0.9, 0.01, True),
        (-0.9, -0.1, 0.01, True),
        (-0.1, 0.9, 0.01, False),
        (0.1, 0.9, 0.05, False),
        (float("nan"), float("nan"), 0.01, False),
    ],
)
def test_interval_and_p_must_agree(low, high, adjusted_p, told_apart):
    found = Comparison(Interval(0.5, low, high, 0.1), 0.001, adjusted_p)
    assert found.told_apart is told_apart


def test_where_paragraphs_and_articles_disagree_nothing_is_told_apart():
    sure = Comparison(Interval(0.5, 0.1, 0.9, 0.1), 0.001, 0.001)
    unsure = sure._replace(adjusted_p=0.2)
    assert sure._replace(over_articles=sure).told_apart
    assert not sure._replace(over_articles=unsure).told_apart
    assert not unsure._replace(over_articles=sure).told_apart


def test_readers_alike_that_differ_by_article_are_told_apart_in_5_of_100_sets():
    """10 articles of 20 paragraphs: by paragraphs alone it would be in far more."""
    random, alone, claimed = np.random.default_rng(5), [], []
    articles, paragraphs = np.repeat(np.arange(10), 20), np.arange(200)
    for _ in range(200):
        values = random.normal(0.0, 0.3, (10, 1))[articles] + random.normal(0.0, 1.0, (200, 1))
        (found,) = compare(values, paragraphs, 200, articles=articles)
        alone.append(found._replace(over_articles=None).told_apart)
        claimed.append(found.told_apart)
    assert np.mean(alone) > 0.15
    assert np.mean(claimed) <= 0.08


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1))
@settings(deadline=None)
def test_each_question_is_counted_once(pairs):
    first, second = np.array(pairs, float).T
    found = right_by_only_one(first, second)
    cases = ((True, True), (True, False), (False, True), (False, False))
    assert found == tuple(pairs.count(case) for case in cases)
