"""The bootstrap of clusters: by hand, against plain loops and scipy, and by how often it is right.

Made-up data sets are the columns of one array, so that many are tried at once.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from squad_reader.score import bootstrap
from squad_reader.score.bootstrap import cluster_sums, interval_of, intervals, resampled_means

CASES = st.lists(
    st.tuples(st.integers(0, 4), st.floats(0, 1), st.floats(-1, 1)), min_size=2, max_size=20
)


def made_up(num_sets, random):
    """Scores with a part of each cluster's own: values (Q, num_sets), clusters (Q,). Mean 0."""
    clusters = np.repeat(np.arange(40), random.integers(1, 8, 40))
    of_clusters = random.normal(0.0, 1.0, (40, num_sets))
    return of_clusters[clusters] + random.normal(0.0, 1.0, (len(clusters), num_sets)), clusters


def exact_distribution(values, clusters):
    """The means of all draws that there are, by plain loops; each is as likely as another."""
    groups = [[v for v, c in zip(values, clusters, strict=True) if c == k] for k in set(clusters)]
    draws = itertools.product(groups, repeat=len(groups))
    return sorted(sum(map(sum, draw)) / sum(map(len, draw)) for draw in draws)


def test_sums_by_hand():
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    assert cluster_sums(values, np.array([1, 0, 1])).tolist() == [[2.0, 20.0], [5.0, 50.0]]


def test_two_clusters_have_three_means_by_hand():
    """Clusters {1} and {0, 0}: both twice, or each once, which is a third and not a half."""
    draws = resampled_means(np.array([[1.0], [0.0], [0.0]]), np.array([0, 1, 1]))
    found, counts = np.unique(draws.round(9), return_counts=True)
    assert found.tolist() == [0.0, pytest.approx(1 / 3), 1.0]
    assert counts / 10_000 == pytest.approx([0.25, 0.5, 0.25], abs=0.02)


def test_draws_are_those_of_plain_loops_over_all_of_them():
    values, clusters = [0.1, 0.9, 0.4, 1.0, 0.0, 0.3, 0.8], [0, 0, 1, 2, 2, 2, 3]
    exact = exact_distribution(values, clusters)  # 4 ** 4
    draws = resampled_means(np.array(values)[:, None], np.array(clusters), 40_000)[:, 0]
    for point in np.linspace(0.05, 0.95, 19):
        share = np.mean(draws <= point + 1e-9)
        assert share == pytest.approx(np.mean(np.array(exact) <= point + 1e-9), abs=0.012)
    mean, low, high, error = interval_of(0.5, draws)
    assert (mean, error) == (0.5, pytest.approx(np.std(exact), rel=0.02))
    assert exact[2] <= low <= exact[10] and exact[-11] <= high <= exact[-3]


def test_intervals_are_those_of_scipy():
    values, clusters = made_up(1, np.random.default_rng(3))
    sums, sizes = cluster_sums(values, clusters)[:, 0], np.bincount(clusters).astype(float)
    expected = stats.bootstrap(
        (sums, sizes),
        lambda sums, sizes, axis: sums.sum(axis=axis) / sizes.sum(axis=axis),
        n_resamples=10_000,
        paired=True,
        vectorized=True,
        method="percentile",
        rng=np.random.default_rng(5),
    )
    (found,) = intervals(values, clusters)
    width = found.high - found.low
    assert found.low == pytest.approx(expected.confidence_interval.low, abs=0.03 * width)
    assert found.high == pytest.approx(expected.confidence_interval.high, abs=0.03 * width)
    assert found.standard_error == pytest.approx(expected.standard_error, rel=0.03)


def test_95_percent_intervals_hold_the_mean_that_often_but_not_those_of_questions():
    values, clusters = made_up(400, np.random.default_rng(0))
    over_clusters = intervals(values, clusters, 1000)
    over_questions = intervals(values, np.arange(len(values)), 1000)
    shares = [
        np.mean([each.low <= 0.0 <= each.high for each in found])
        for found in (over_clusters, over_questions)
    ]
    assert 0.90 <= shares[0] <= 0.97  # a little below 0.95 with 40 clusters
    assert shares[1] < 0.8


def test_a_reader_that_is_right_by_article_is_far_less_sure_than_questions_say():
    clusters = np.repeat(np.arange(10), 100)
    values = (clusters % 2).astype(float)[:, None]
    (wide,), (narrow,) = intervals(values, clusters), intervals(values, np.arange(1000))
    assert wide.mean == narrow.mean == 0.5
    # 10 or 1000 throws of a coin: 0.5 / sqrt(10) and 0.5 / sqrt(1000)
    assert wide.standard_error == pytest.approx(0.158, rel=0.03)
    assert narrow.standard_error == pytest.approx(0.0158, rel=0.03)
    assert wide.high - wide.low > 5 * (narrow.high - narrow.low)


@given(CASES)
@settings(deadline=None)
def test_means_stay_between_the_least_and_the_most(cases):
    names, first, second = zip(*cases, strict=True)
    clusters = np.unique(names, return_inverse=True)[1]
    values = np.column_stack([first, second, np.subtract(first, second)])
    draws = resampled_means(values, clusters, 50)
    if len(set(names)) == 1:
        assert np.isnan(draws).all()
        return
    assert (draws >= values.min(axis=0) - 1e-9).all() and (draws <= values.max(axis=0) + 1e-9).all()
    assert draws[:, 0] - draws[:, 1] == pytest.approx(draws[:, 2], abs=1e-9)


def test_the_seed_and_nothing_else_decides(monkeypatch):
    values, clusters = made_up(2, np.random.default_rng(1))
    draws = resampled_means(values, clusters, 100, seed=4)
    monkeypatch.setattr(bootstrap, "BATCH_CELLS", 300)  # seven resamples at once
    assert resampled_means(values, clusters, 100, seed=4) == pytest.approx(draws, abs=1e-12)
    assert np.abs(resampled_means(values, clusters, 100, seed=5) - draws).max() > 1e-6
    assert list(bootstrap.batches(16, 40)) == [7, 7, 2]


@pytest.mark.parametrize(("number", "share"), [(4, 0.82), (6, 0.87), (20, 0.92)])
def test_from_few_clusters_intervals_hold_the_mean_less_often(number, share):
    """As often as the page of a report says; from four there are none."""
    values = np.random.default_rng(1).normal(size=(number, 1000))
    draws = resampled_means(values, np.arange(number), 1000)
    found = [interval_of(0.0, column) for column in draws.T]
    held = np.mean([each.low <= 0.0 <= each.high for each in found])
    assert held == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize(("number", "known"), [(1, False), (5, False), (6, True)])
def test_fewer_than_six_clusters_have_no_interval(number, known):
    clusters = np.repeat(np.arange(number), 10)
    values = np.arange(10.0 * number)[:, None]
    (found,) = intervals(values, clusters, 100)
    assert found.mean == values.mean()
    assert np.isnan([found.low, found.high, found.standard_error]).all() != known
    assert np.isnan(found.low) != known
