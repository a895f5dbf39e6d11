"""How far a probability can be trusted: is a reader right in 80 % of the answers that it gives 0.8?

Sources:
    Naeini et al. 2015, the error in bins: https://doi.org/10.1609/aaai.v29i1.9602
    Guo et al. 2017, one temperature for all: https://arxiv.org/abs/1706.04599
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

NUM_BINS = 10
TEMPERATURES = np.geomspace(0.2, 5.0, 30)


class Bin(NamedTuple):
    """Answers of about the same probability.

    Attributes:
        low, high: the bin is (low, high]; the first one holds 0 too.
        number: of answers.
        probability: their mean; nan where there is none.
        correct: the share of them that are right; nan where there is none.
    """

    low: float
    high: float
    number: int
    probability: float
    correct: float


def reliability(
    probabilities: np.ndarray, correct: np.ndarray, num_bins: int = NUM_BINS
) -> list[Bin]:
    """Answers in bins of equal width.

    Args:
        probabilities: (Q,), in [0, 1].
        correct: (Q,), 0 or 1, or a share such as F1.
        num_bins: how many.
    """
    place = np.clip(np.ceil(probabilities * num_bins).astype(int) - 1, 0, num_bins - 1)
    counts = np.bincount(place, minlength=num_bins)
    with np.errstate(invalid="ignore"):
        means, shares = (
            np.bincount(place, each, num_bins) / counts for each in (probabilities, correct)
        )
    edges = np.linspace(0.0, 1.0, num_bins + 1).tolist()
    columns = (edges[:-1], edges[1:], counts.tolist(), means.tolist(), shares.tolist())
    return [Bin(*each) for each in zip(*columns, strict=True)]


def calibration_error(
    probabilities: np.ndarray, correct: np.ndarray, num_bins: int = NUM_BINS
) -> float:
    """The expected calibration error: the mean distance of the two, by the answers in each bin.

    Example:
        >>> calibration_error(np.array([0.9, 0.9]), np.array([1, 0])).__round__(6)
        0.4
    """
    found = [each for each in reliability(probabilities, correct, num_bins) if each.number]
    total = sum(each.number * abs(each.probability - each.correct) for each in found)
    return total / len(probabilities)


def log_loss(probabilities: np.ndarray, correct: np.ndarray) -> float:
    """The mean surprise, in nats, at whether the answers are right."""
    inside = np.clip(probabilities.astype(np.float64), 1e-12, 1.0 - 1e-12)  # float32 has no such
    return float(-np.mean(np.where(correct, np.log(inside), np.log1p(-inside))))


def fit_temperature(probabilities_at: Callable[[float], np.ndarray], correct: np.ndarray) -> float:
    """The temperature with the least `log_loss`, to about one percent.

    Args:
        probabilities_at: temperature -> (Q,), the probabilities of the answers.
        correct: (Q,), 0 or 1.
    """

    def loss(temperature: float) -> float:
        return log_loss(probabilities_at(float(temperature)), correct)

    best = min(TEMPERATURES, key=loss)
    step = TEMPERATURES[1] / TEMPERATURES[0]
    return float(min(np.geomspace(best / step, best * step, 12), key=loss))
