"""Student's t against scipy, with degrees of freedom that are whole numbers and that are not."""

import pytest
from scipy import stats

from squad_reader.score.student_t import t_p, t_quantile

DEGREES = [1.0, 2.0, 2.7, 4.0, 11.3, 47.0, 400.0]


@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_quantiles_are_those_of_scipy(degrees, level):
    expected = stats.t.ppf((1 + level) / 2, degrees)
    assert t_quantile(level, degrees) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("statistic", [0.0, 0.3, -2.0, 5.0])
def test_p_is_that_of_scipy(degrees, statistic):
    expected = 2 * stats.t.sf(abs(statistic), degrees)
    assert t_p(statistic, degrees) == pytest.approx(expected, abs=1e-5)


def test_with_very_many_degrees_it_is_nearly_the_normal():
    assert t_quantile(0.95, 1e9) == pytest.approx(1.96, abs=0.003)
    assert t_p(1.96, 1e9) == pytest.approx(0.05, abs=0.001)


def test_infinitely_far_away_has_p_0():
    assert t_p(float("inf"), 3.0) == pytest.approx(0.0, abs=1e-9)
