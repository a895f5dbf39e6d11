"""Readers against each other: each pair of files, and each pair of groups of seeds."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from squad_reader.report.scoring import Scores
from squad_reader.score import seeds as score_seeds
from squad_reader.score.clusters import Clusters
from squad_reader.score.comparison import (
    Comparison,
    compare,
    questions_needed,
    right_by_only_one,
)
from squad_reader.score.verdict import TO_SEE, group_verdict, note_of_missing, verdict

MEASURES = (("f1", "F1"), ("exact_match", "EM"))


def compare_readers(
    readers: Sequence[tuple[str, Scores]],
    missing: Mapping[str, int],
    clusters: Clusters,
    num_resamples: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Each pair of readers, the later against the earlier, as it stands in `report.json`.

    Args:
        readers: name and scores of each.
        missing: name -> how many questions it has no answer to.
        clusters: of the questions.
        num_resamples, seed: of the bootstrap and of the test.
    """
    pairs = list(combinations(readers, 2))
    if not pairs:
        return []
    rows = [_counts(*first, *second) for first, second in pairs]
    for key, measure in MEASURES:
        differences = [getattr(b, key) - getattr(a, key) for (_, a), (_, b) in pairs]
        values, draws = np.stack(differences, axis=1), (num_resamples, seed)
        found = compare(values, clusters.of_question, *draws, clusters.articles)
        for row, each in zip(rows, found, strict=True):
            needed, names = _needed(each, clusters, len(pairs)), (row["first"], row["second"])
            unit = clusters.unit if clusters.articles is None else "articles"
            sentence = verdict(*names, measure, each, len(values), needed, unit)
            sentence += note_of_missing({name: missing[name] for name in names})
            row[key] = _numbers(each, sentence)
            row[key]["questions_to_see_half_a_percent"] = needed
    return rows


def _needed(found: Comparison, clusters: Clusters, num_pairs: int) -> int | None:
    """How many questions would show half a percent; the larger number, where articles are tested
    too."""
    tests = [(found, clusters.number)]
    if found.over_articles is not None and clusters.articles is not None:
        tests.append((found.over_articles, len(np.unique(clusters.articles))))
    size = len(clusters.of_question)
    numbers = [
        questions_needed(size, number, each.difference.standard_error, TO_SEE, num_pairs)
        for each, number in tests
    ]
    return max((number for number in numbers if number is not None), default=None)


def _numbers(found: Comparison | None, sentence: str) -> dict[str, Any]:
    """A comparison as it stands in `report.json`."""
    if found is None:
        row: dict[str, Any] = dict.fromkeys(Comparison._fields)  # all of them null
    else:
        row = found._asdict()
    told_apart = found is not None and found.told_apart
    return {**row, "told_apart": told_apart, "sentence": sentence}


def _counts(first: str, a: Scores, second: str, b: Scores) -> dict[str, Any]:
    counts = right_by_only_one(a.exact_match, b.exact_match)
    return {"first": first, "second": second, "right": counts._asdict()}


def compare_groups(
    groups: Mapping[str, Sequence[Scores]],
    missing: Mapping[str, int],
    clusters: Clusters,
    num_resamples: int,
    seed: int,
) -> dict[str, Any]:
    """Mean and spread of each group of seeds, and the difference of each pair of groups.

    Args:
        groups: name -> scores of each seed.
        missing: name -> how many answers its files lack, all together.
        clusters, num_resamples, seed: as of `compare_readers`.
    """
    spreads = []
    for name, seeds in groups.items():
        row: dict[str, Any] = {"name": name, "seeds": len(seeds)}
        for key, _ in MEASURES:
            found = score_seeds.spread(_column(seeds, key))
            row[key] = {"mean": found.mean, "deviation": found.deviation}
        spreads.append(row)
    pairs = _pairs_of_groups(groups, missing, clusters, num_resamples, seed)
    return {"groups": spreads, "pairs": pairs}


def _pairs_of_groups(
    groups: Mapping[str, Sequence[Scores]],
    missing: Mapping[str, int],
    clusters: Clusters,
    num_resamples: int,
    seed: int,
) -> list[dict[str, Any]]:
    pairs = list(combinations(groups.items(), 2))
    rows: list[dict[str, Any]] = [{"first": a, "second": b} for (a, _), (b, _) in pairs]
    for key, measure in MEASURES:
        columns = [(_column(a, key), _column(b, key)) for (_, a), (_, b) in pairs]
        draws = (num_resamples, seed, clusters.articles)
        found = score_seeds.compare_groups(columns, clusters.of_question, *draws)
        for row, each in zip(rows, found, strict=True):
            names = row["first"], row["second"]
            sentence = group_verdict(*names, measure, each)
            sentence += note_of_missing({name: missing[name] for name in names})
            row[key] = _numbers(each, sentence)
    return rows


def _column(seeds: Sequence[Scores], key: str) -> np.ndarray:
    return np.stack([getattr(each, key) for each in seeds], axis=1)
