"""Groups of seeds: by hand, and the spread of seeds and of clusters each in its share."""

import numpy as np
import pytest
from scipy import stats

from squad_reader.score.seeds import Spread, compare_groups, group_difference, spread


def test_the_spread_by_hand():
    values = np.array([[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]])  # means 1, 2, 3
    assert spread(values) == Spread(2.0, 1.0)
    one = spread(values[:, :1])
    assert one.mean == 1.0 and np.isnan(one.deviation)


@pytest.mark.parametrize("sizes", [(2, 3), (3, 1)])
def test_fewer_than_three_seeds_say_nothing(sizes):
    first, second = (np.zeros((4, size)) for size in sizes)
    assert group_difference(first, second, np.arange(4)) is None


def test_where_all_clusters_are_alike_the_spread_is_that_of_the_seeds():
    """Means of the groups vary by deviation / root of the number of seeds, each."""
    first, second = np.array([[1.0, 2.0, 3.0]] * 40), np.array([[4.0, 6.0, 8.0, 10.0]] * 40)
    found, p = group_difference(first, second, np.arange(40))
    parts = [1.0**2 / 3, (20 / 3) / 4]
    assert found.standard_error == pytest.approx(np.sqrt(sum(parts)), rel=1e-9)
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / 2 + parts[1] ** 2 / 3)
    half = stats.t.ppf(0.975, degrees) * np.sqrt(sum(parts))
    assert found[:3] == pytest.approx((5.0, 5.0 - half, 5.0 + half), rel=1e-4)
    assert p == pytest.approx(2 * stats.t.sf(5.0 / np.sqrt(sum(parts)), degrees), rel=1e-3)


def test_where_all_seeds_are_alike_the_spread_is_that_of_the_clusters():
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, 400, 1))
    found, _ = group_difference(first.repeat(3, 1), second.repeat(3, 1), np.arange(400))
    assert found.mean == pytest.approx((second - first).mean())
    assert found.standard_error == pytest.approx((second - first).std() / 20, rel=0.03)


# Standard deviations of: clusters (the same for both groups), questions, seeds of each group.
SPREADS = {
    "seeds decide": (1.0, 0.3, (0.5, 0.5)),
    "seeds of one group decide": (1.0, 0.3, (0.1, 0.6)),
    "seeds and questions alike": (1.0, 1.5, (0.15, 0.15)),
    "questions decide": (1.0, 2.0, (0.0, 0.0)),
}


@pytest.mark.parametrize("case", SPREADS)
def test_three_seeds_against_three_that_are_alike(case):
    """A claim needs p and the interval; each of them alone keeps its promise."""
    of_clusters, of_questions, of_seeds = SPREADS[case]
    random, clusters = np.random.default_rng(0), np.repeat(np.arange(30), 3)
    held, claimed = [], []
    for _ in range(500):
        both = random.normal(0.0, of_clusters, (30, 1))[clusters]
        values = both + random.normal(0.0, of_questions, (90, 6))
        values += random.normal(0.0, np.repeat(of_seeds, 3))
        (found,) = compare_groups([(values[:, :3], values[:, 3:])], clusters, 200)
        held.append(found.difference.low <= 0.0 <= found.difference.high)
        claimed.append(found.told_apart)
    assert np.mean(held) >= 0.94
    assert np.mean(claimed) <= 0.06


def test_a_large_difference_of_groups_is_claimed():
    random, clusters, claimed = np.random.default_rng(1), np.repeat(np.arange(30), 3), 0
    for _ in range(100):
        values = random.normal(0.0, 0.3, (90, 6)) + random.normal(0.0, 0.2, 6)
        values[:, 3:] += 1.0  # six times the standard error that comes of the seeds
        (found,) = compare_groups([(values[:, :3], values[:, 3:])], clusters, 200)
        claimed += found.told_apart
    assert claimed >= 90


def test_p_is_corrected_for_all_pairs_that_can_be_compared():
    random, clusters = np.random.default_rng(2), np.arange(60)
    groups = [random.normal(shift, 1.0, (60, 3)) for shift in (0.0, 0.3, 0.6)]
    pairs = [(groups[0], groups[1]), (groups[0], groups[2]), (groups[1], groups[2])]
    found = compare_groups([*pairs, (groups[0], groups[1][:, :2])], clusters, 1000)
    assert found[3] is None
    p = sorted(each.p for each in found[:3])
    corrected = sorted(each.adjusted_p for each in found[:3])
    assert corrected[0] == pytest.approx(3 * p[0])
    assert corrected[1] == pytest.approx(max(2 * p[1], corrected[0]))


@pytest.mark.parametrize("number", [1, 5])
def test_too_few_clusters_say_nothing(number):
    clusters = np.repeat(np.arange(number), 20)
    values = np.random.default_rng(0).normal(size=(20 * number, 6))
    (found,) = compare_groups([(values[:, :3], values[:, 3:] + 9.0)], clusters, 100)
    assert found.difference.mean > 5.0
    assert np.isnan([*found.difference[1:], found.p, found.adjusted_p]).all()
    assert not found.told_apart


def test_where_nothing_varies_p_is_the_least_that_resamples_can_tell():
    zeros = np.zeros((40, 3))
    (same,), (other,) = (
        compare_groups([(zeros, zeros + shift)], np.arange(40), 99) for shift in (0.0, 0.1)
    )
    assert same.difference == (0.0, 0.0, 0.0, 0.0) and same.p == 1.0
    assert other.p == 0.01 and other.told_apart


def test_a_huge_difference_has_the_least_p_there_is():
    values = np.random.default_rng(4).normal(0.0, 1e-4, (60, 6)) + [0.0, 0.0, 0.0, 1.0, 1.0, 1.0]
    (found,) = compare_groups([(values[:, :3], values[:, 3:])], np.arange(60), 999)
    assert found.p == found.adjusted_p == 1 / 1000


def test_the_seed_decides():
    values = np.random.default_rng(1).normal(size=(50, 6))
    one, same, other = (
        group_difference(values[:, :3], values[:, 3:], np.arange(50), 200, seed)
        for seed in (0, 0, 1)
    )
    assert one == same and one != other
