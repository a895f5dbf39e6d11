"""Several seeds of one reader: their mean and spread, and whether one group beats another.

A reader trained again with another seed scores otherwise, often by more than two readers differ. A
comparison that is to hold for the next training too draws seeds as well as clusters (`bootstrap`).

Source:
    Reimers and Gurevych 2017, why one seed says little: https://arxiv.org/abs/1707.09861
"""

from typing import NamedTuple

import numpy as np

from squad_reader.score.bootstrap import NUM_RESAMPLES, Interval, interval_of, resampled_means

MIN_SEEDS = 3


class Spread(NamedTuple):
    """The scores of S seeds, in the unit of the values.

    Attributes:
        number: S.
        mean: of the seeds' means.
        deviation: standard deviation of these, of a sample (by S - 1); nan for one seed.
    """

    number: int
    mean: float
    deviation: float


def spread(values: np.ndarray) -> Spread:
    """Mean and standard deviation over seeds.

    Args:
        values: float64, (Q, S). The score of each question, by each seed.
    """
    means = values.mean(axis=0)
    deviation = means.std(ddof=1) if len(means) > 1 else np.nan
    return Spread(len(means), float(means.mean()), float(deviation))


def group_difference(
    first: np.ndarray,
    second: np.ndarray,
    clusters: np.ndarray,
    num_resamples: int = NUM_RESAMPLES,
    seed: int = 0,
) -> Interval | None:
    """Mean of the second group minus that of the first, with its interval.

    With three to five seeds the interval is still a little too narrow: so few can't show the
    spread well.

    Args:
        first, second: float64, (Q, S) and (Q, T). The score of each question, by each seed.
        clusters, num_resamples, seed: as of `bootstrap.intervals`.

    Returns:
        None where a group has fewer than three seeds: from these nothing can be said.
    """
    sizes = first.shape[1], second.shape[1]
    if min(sizes) < MIN_SEEDS:
        return None
    draws = resampled_means(np.hstack([first, second]), clusters, num_resamples, seed)
    random = np.random.default_rng([seed, 1])  # not the draws of the clusters once more
    parts = np.split(draws, [sizes[0]], axis=1)
    low, high = (_mean_of_drawn(random, part) for part in parts)
    return interval_of(second.mean() - first.mean(), high - low)


def _mean_of_drawn(random: np.random.Generator, draws: np.ndarray) -> np.ndarray:
    """Mean over seeds that are drawn anew for each resample: (R, S) -> (R,).

    One less than there are is drawn, with which the variance is right; with all, three seeds would
    show only two thirds of it.
    """
    num_seeds = draws.shape[1]
    chosen = random.integers(0, num_seeds, (len(draws), num_seeds - 1))
    return np.take_along_axis(draws, chosen, axis=1).mean(axis=1)
