"""Calibration: bins counted by hand, the error's bounds, a temperature that is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.score.calibration import (
    calibration_error,
    fit_temperature,
    log_loss,
    reliability,
)


def test_bins_are_counted_by_hand():
    bins = reliability(np.array([0.0, 0.5, 0.51, 1.0]), np.array([1, 0, 1, 1]), 2)
    assert bins[0] == (0.0, 0.5, 2, 0.25, 0.5)
    assert bins[1][:3] == (0.5, 1.0, 2) and bins[1].correct == 1.0
    assert bins[1].probability == pytest.approx(0.755)
    error = (2 * 0.25 + 2 * 0.245) / 4
    assert calibration_error(
        np.array([0.0, 0.5, 0.51, 1.0]), np.array([1, 0, 1, 1]), 2
    ) == pytest.approx(error)


def test_an_empty_bin_has_no_share_and_no_weight():
    bins = reliability(np.array([0.95]), np.array([1]))
    assert [each.number for each in bins] == [0] * 9 + [1]
    assert np.isnan(bins[0].correct) and np.isnan(bins[0].probability)
    assert calibration_error(np.array([0.95]), np.array([1])) == pytest.approx(0.05)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50))
def test_every_answer_is_in_one_bin_and_the_error_in_0_to_1(answers):
    probabilities, correct = (np.array(each, float) for each in zip(*answers, strict=True))
    bins = reliability(probabilities, correct)
    assert sum(each.number for each in bins) == len(answers)
    for each in bins:
        assert not each.number or each.low - 1e-9 <= each.probability <= each.high + 1e-9
    assert 0.0 <= calibration_error(probabilities, correct) <= 1.0
    assert np.isfinite(log_loss(probabilities, correct))


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_the_temperature_of_made_up_answers_is_found(true):
    """Answers are right with just the probability that this temperature gives."""
    random = np.random.default_rng(0)
    logits = random.normal(0.0, 3.0, 20_000)

    def at(temperature):
        return 1.0 / (1.0 + np.exp(-logits / temperature))

    correct = random.random(len(logits)) < at(true)
    found = fit_temperature(at, correct)
    assert found == pytest.approx(true, rel=0.06)
    assert calibration_error(at(found), correct) < 0.02
