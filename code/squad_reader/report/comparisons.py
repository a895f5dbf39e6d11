"""Readers against each other: each pair of files, and each pair of groups of seeds."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from squad_reader.report.scoring import Scores
from squad_reader.score.bootstrap import Interval
from squad_reader.score.comparison import compare, questions_needed, right_by_only_one
from squad_reader.score.seeds import MIN_SEEDS, group_difference, spread
from squad_reader.score.verdict import TO_SEE, verdict

MEASURES = (("f1", "F1"), ("exact_match", "EM"))


def compare_readers(
    readers: Sequence[tuple[str, Scores]], clusters: np.ndarray, num_resamples: int, seed: int
) -> list[dict[str, Any]]:
    """Each pair of readers, the later against the earlier, as it stands in `report.json`.

    Args:
        readers: name and scores of each.
        clusters: int64, (Q,). The cluster of each question.
        num_resamples, seed: of the bootstrap and of the test.
    """
    pairs = list(combinations(readers, 2))
    if not pairs:
        return []
    rows = [_counts(*first, *second) for first, second in pairs]
    for key, measure in MEASURES:
        differences = [getattr(b, key) - getattr(a, key) for (_, a), (_, b) in pairs]
        found = compare(np.stack(differences, axis=1), clusters, num_resamples, seed)
        for row, each in zip(rows, found, strict=True):
            needed = questions_needed(len(clusters), each.difference.standard_error, TO_SEE)
            sentence = verdict(row["first"], row["second"], measure, each, len(clusters))
            row[key] = {
                "difference": each.difference,
                "p": each.p,
                "adjusted_p": each.adjusted_p,
                "told_apart": each.told_apart,
                "questions_to_see_half_a_percent": needed,
                "sentence": sentence,
            }
    return rows


def _counts(first: str, a: Scores, second: str, b: Scores) -> dict[str, Any]:
    counts = right_by_only_one(a.exact_match, b.exact_match)
    return {"first": first, "second": second, "right": counts._asdict()}


def compare_groups(
    groups: Mapping[str, Sequence[Scores]], clusters: np.ndarray, num_resamples: int, seed: int
) -> dict[str, Any]:
    """Mean and spread of each group of seeds, and the difference of each pair of groups."""
    spreads = []
    for name, seeds in groups.items():
        row: dict[str, Any] = {"name": name, "seeds": len(seeds)}
        for key, _ in MEASURES:
            found = spread(_column(seeds, key))
            row[key] = {"mean": found.mean, "deviation": found.deviation}
        spreads.append(row)
    pairs: list[dict[str, Any]] = []
    for (first, a), (second, b) in combinations(groups.items(), 2):
        pair: dict[str, Any] = {"first": first, "second": second}
        for key, measure in MEASURES:
            difference = group_difference(
                _column(a, key), _column(b, key), clusters, num_resamples, seed
            )
            sentence = group_sentence(first, second, measure, difference)
            pair[key] = {"difference": difference, "sentence": sentence}
        pairs.append(pair)
    return {"groups": spreads, "pairs": pairs}


def group_sentence(first: str, second: str, measure: str, found: Interval | None) -> str:
    """What can be said of two groups; `found` is in percent, None where there are too few seeds."""
    if found is None:
        return (
            f"Whether {first} or {second} is better in {measure} cannot be said: expected at least "
            f"{MIN_SEEDS} seeds of each."
        )
    mean, low, high, _ = found
    if not (low > 0 or high < 0):  # so that nan is no difference
        return (
            f"{first} and {second} cannot be told apart by these seeds and this data ({measure})."
        )
    better, worse = (second, first) if mean > 0 else (first, second)
    if mean < 0:
        mean, low, high = -mean, -high, -low
    return (
        f"{better} is better than {worse} by {mean:.1f} {measure} ({low:.2f} to {high:.2f}), "
        "whatever the seed."
    )


def _column(seeds: Sequence[Scores], key: str) -> np.ndarray:
    return np.stack([getattr(each, key) for each in seeds], axis=1)
