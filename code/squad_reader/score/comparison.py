"""Whether one reader is better than another: difference, interval, p, and what it would take.

Both readers answer the same questions, so what counts is the difference on each. Its interval comes
from `bootstrap`; p from a test that asks how often a difference as big would come about if the two
were alike, by swapping their scores on whole clusters at random.

Sources:
    Fisher 1935, The Design of Experiments, section 21, the test by swapping signs
    Phipson and Smyth 2010, why p is never 0: https://arxiv.org/abs/1603.05766
    Holm 1979, A Simple Sequentially Rejective Multiple Test Procedure
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from squad_reader.score.bootstrap import (
    NUM_RESAMPLES,
    Interval,
    batches,
    cluster_sums,
    intervals,
)

ALPHA = 0.05
POWER = 0.8


class Comparison(NamedTuple):
    """The second of two readers against the first.

    Attributes:
        difference: second minus first, with its interval.
        p: of the test with swapped clusters, in [1 / (R + 1), 1].
        adjusted_p: by Holm's correction for all that were compared at once.
        over_articles: the same over articles, where these are too few to stand alone
            (`clusters`); else None.
    """

    difference: Interval
    p: float
    adjusted_p: float
    over_articles: "Comparison | None" = None

    @property
    def told_apart(self) -> bool:
        """Whether interval and p agree that there is a difference, and articles with them."""
        outside = self.difference.low > 0 or self.difference.high < 0
        agreed = self.over_articles is None or self.over_articles.told_apart
        return bool(outside and self.adjusted_p < ALPHA and agreed)


def compare(
    differences: np.ndarray,
    clusters: np.ndarray,
    num_resamples: int = NUM_RESAMPLES,
    seed: int = 0,
    articles: np.ndarray | None = None,
) -> list[Comparison]:
    """Compare P pairs of readers at once.

    Args:
        differences: float64, (Q, P). Score of a pair's second reader minus that of its first, on
            each question, in any unit.
        clusters: int64, (Q,). The cluster of each question, 0 to C - 1, none of them empty.
        num_resamples: how many, of the bootstrap and of the test.
        seed: of both.
        articles: int64, (Q,). As of `Clusters.articles`.

    Returns:
        P comparisons.
    """
    if articles is not None:
        fine = compare(differences, clusters, num_resamples, seed)
        coarse = compare(differences, articles, num_resamples, seed)
        return [a._replace(over_articles=b) for a, b in zip(fine, coarse, strict=True)]
    found = intervals(differences, clusters, num_resamples, seed)
    p = permutation_p(differences, clusters, num_resamples, seed)
    adjusted = holm(p).tolist()
    return [Comparison(*each) for each in zip(found, p.tolist(), adjusted, strict=True)]


def permutation_p(
    differences: np.ndarray, clusters: np.ndarray, num_resamples: int = NUM_RESAMPLES, seed: int = 0
) -> np.ndarray:
    """The two-sided p of "the two readers are alike", never below 1 / (R + 1).

    Args:
        differences, clusters, num_resamples, seed: as of `compare`.

    Returns:
        float64, (P,).
    """
    sums = cluster_sums(differences, clusters)  # (C, P)
    # Less than the sum itself, by what adding in another order may change.
    reached = np.abs(sums.sum(axis=0)) - 1e-9 * np.abs(sums).sum(axis=0)
    random, times = np.random.default_rng(seed), np.ones(sums.shape[1])
    for rows in batches(num_resamples, len(sums)):
        signs = 2.0 * random.integers(0, 2, (rows, len(sums))) - 1.0
        times += (np.abs(signs @ sums) >= reached).sum(axis=0)
    return times / (num_resamples + 1)


def holm(p: np.ndarray) -> np.ndarray:
    """p of several tests, float64, (P,), so corrected that all hold at once.

    Example:
        >>> holm(np.array([0.03, 0.01, 0.5])).tolist()
        [0.06, 0.03, 0.5]
    """
    order = np.argsort(p, kind="stable")
    factors = np.arange(len(p), 0, -1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p[order]), 1.0)
    return adjusted


def questions_needed(
    num_questions: int,
    num_clusters: int,
    standard_error: float,
    difference: float,
    num_pairs: int = 1,
) -> int | None:
    """About how many questions, of other clusters like these, show a difference of two readers.

    A standard error falls with the root of the number of clusters; the difference is seen (p below
    0.05, two-sided) with the probability `POWER` where it is 2.8 standard errors. Of several pairs
    each is to be seen at 0.05 by their number, which is what Holm's correction asks at first.

    The number is known no better than the variance that it comes of: where 48 clusters are about
    normal, half of all results are within 14 % of the true one, and one in twenty is 40 % off.

    Args:
        num_questions: of the data at hand.
        num_clusters: that these are of, C. Drawing C of C shows only (C - 1) / C of their variance.
        standard_error: of the difference on them, as in `Interval`.
        difference: that is to be seen, in the same unit.
        num_pairs: that are compared at once.

    Returns:
        At least 1; None where the standard error is 0 or nan, so that nothing is known.

    Example:
        >>> questions_needed(1000, 50, 1.0, 2.8)
        1022
    """
    if not standard_error > 0 or num_clusters < 2:
        return None
    normal = NormalDist()
    errors = normal.inv_cdf(1 - ALPHA / num_pairs / 2) + normal.inv_cdf(POWER)
    variance = standard_error**2 * num_clusters / (num_clusters - 1)
    return math.ceil(num_questions * variance * (errors / difference) ** 2)


class OnlyOne(NamedTuple):
    """How many questions both readers, only one of them, or neither got right."""

    both: int
    only_first: int
    only_second: int
    neither: int


def right_by_only_one(first: np.ndarray, second: np.ndarray) -> OnlyOne:
    """Count questions by who got them right.

    Args:
        first, second: (Q,). Exact match of each reader, 0 or 1.
    """
    first, second = first > 0, second > 0
    counts = (first & second, first & ~second, ~first & second, ~first & ~second)
    return OnlyOne(*(int(each.sum()) for each in counts))
