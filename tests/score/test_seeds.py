"""Groups of seeds: by hand, and the spread of seeds and of clusters each in its share."""

import numpy as np
import pytest

from squad_reader.score.seeds import Spread, group_difference, spread


def test_the_spread_by_hand():
    values = np.array([[0.0, 1.0, 2.0], [2.0, 3.0, 4.0]])  # means 1, 2, 3
    assert spread(values) == Spread(3, 2.0, 1.0)
    one = spread(values[:, :1])
    assert one[:2] == (1, 1.0) and np.isnan(one.deviation)


@pytest.mark.parametrize("sizes", [(2, 3), (3, 1)])
def test_fewer_than_three_seeds_say_nothing(sizes):
    first, second = (np.zeros((4, size)) for size in sizes)
    assert group_difference(first, second, np.arange(4)) is None


def test_where_all_clusters_are_alike_the_spread_is_that_of_the_seeds():
    """Means of the groups vary by deviation / root of the number of seeds, each."""
    first, second = np.array([[1.0, 2.0, 3.0]] * 40), np.array([[4.0, 6.0, 8.0, 10.0]] * 40)
    found = group_difference(first, second, np.arange(40))
    assert found.mean == 5.0 and 2.0 < found.low < 5.0 < found.high < 8.0
    expected = np.sqrt(1.0**2 / 3 + (20 / 3) / 4)
    assert found.standard_error == pytest.approx(expected, rel=0.03)


def test_where_all_seeds_are_alike_the_spread_is_that_of_the_clusters():
    random = np.random.default_rng(0)
    first, second = random.normal(size=(2, 400, 1))
    found = group_difference(first.repeat(3, 1), second.repeat(3, 1), np.arange(400))
    assert found.mean == pytest.approx((second - first).mean())
    assert found.standard_error == pytest.approx((second - first).std() / 20, rel=0.03)


def test_intervals_over_seeds_and_clusters_hold_the_true_difference():
    random, held = np.random.default_rng(0), 0
    clusters = np.repeat(np.arange(40), 3)
    for _ in range(200):
        both = random.normal(0.0, 1.0, (40, 1))[clusters]  # the same articles for both groups
        values = both + random.normal(0.0, 0.3, (120, 10)) + random.normal(0.0, 0.2, 10)
        found = group_difference(values[:, :5], values[:, 5:], clusters, 400)
        held += found.low <= 0.0 <= found.high
    assert 0.86 <= held / 200 <= 0.99


def test_the_seed_decides():
    values = np.random.default_rng(1).normal(size=(50, 6))
    one, same, other = (
        group_difference(values[:, :3], values[:, 3:], np.arange(50), 200, seed)
        for seed in (0, 0, 1)
    )
    assert one == same and one != other
