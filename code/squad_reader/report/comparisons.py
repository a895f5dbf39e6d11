"""Readers against each other: each pair of files, and each pair of groups of seeds."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from squad_reader.report.scoring import Scores
from squad_reader.score import seeds as score_seeds
from squad_reader.score.comparison import (
    Comparison,
    compare,
    questions_needed,
    right_by_only_one,
)
from squad_reader.score.verdict import TO_SEE, group_verdict, verdict

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
            error, number = each.difference.standard_error, len(clusters)
            needed = questions_needed(number, error, TO_SEE, num_pairs=len(pairs))
            names = row["first"], row["second"]
            row[key] = _numbers(each, verdict(*names, measure, each, number, len(pairs)))
            row[key]["questions_to_see_half_a_percent"] = needed
    return rows


def _numbers(found: Comparison | None, sentence: str) -> dict[str, Any]:
    """A comparison as it stands in `report.json`."""
    if found is None:
        row: dict[str, Any] = dict.fromkeys(Comparison._fields)
    else:
        row = found._asdict()
    told_apart = found is not None and found.told_apart
    return {**row, "told_apart": told_apart, "sentence": sentence}


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
            found = score_seeds.spread(_column(seeds, key))
            row[key] = {"mean": found.mean, "deviation": found.deviation}
        spreads.append(row)
    return {"groups": spreads, "pairs": _pairs_of_groups(groups, clusters, num_resamples, seed)}


def _pairs_of_groups(
    groups: Mapping[str, Sequence[Scores]], clusters: np.ndarray, num_resamples: int, seed: int
) -> list[dict[str, Any]]:
    pairs = list(combinations(groups.items(), 2))
    rows: list[dict[str, Any]] = [{"first": a, "second": b} for (a, _), (b, _) in pairs]
    for key, measure in MEASURES:
        columns = [(_column(a, key), _column(b, key)) for (_, a), (_, b) in pairs]
        found = score_seeds.compare_groups(columns, clusters, num_resamples, seed)
        for row, each in zip(rows, found, strict=True):
            sentence = group_verdict(row["first"], row["second"], measure, each)
            row[key] = _numbers(each, sentence)
    return rows


def _column(seeds: Sequence[Scores], key: str) -> np.ndarray:
    return np.stack([getattr(each, key) for each in seeds], axis=1)
