"""How good a reader is at each kind of question, with intervals.

All groups of a breakdown see the same draws of clusters. In a draw the mean of a group is the sum
over its questions by how many were drawn, so its size may vary too, as in another test set.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from squad_reader.report.features import Features
from squad_reader.report.grouping import ON_THEIR_OWN, Grouping, by_name, by_number
from squad_reader.report.kinds import NO_ANSWER
from squad_reader.report.scoring import Scores
from squad_reader.score.bootstrap import (
    MIN_CLUSTERS,
    Interval,
    interval_of,
    no_interval,
    resampled_means,
)


class Breakdown(NamedTuple):
    """A way to group questions.

    Attributes:
        key: for `report.json` and file names.
        title: for the page.
        definition: how a question comes into a group.
        group: features of all questions -> their groups.
    """

    key: str
    title: str
    definition: str
    group: Callable[[Sequence[Features]], Grouping]


HAS_ANSWER, HAS_NO_ANSWER = "has an answer", "has no answer"
EMPTY_LABELS = (HAS_ANSWER, *ON_THEIR_OWN)  # with these alone a breakdown has nothing to see
BREAKDOWNS = (
    Breakdown(
        "question_word",
        "Question word",
        "The first question word in the question, wherever it stands; “who” has whom and whose.",
        lambda rows: by_name([row.question_word for row in rows]),
    ),
    Breakdown(
        "answer_kind",
        "Kind of the gold answer",
        "Of the first gold answer, by rule. Date: a year, month with number, weekday or century. "
        "Number: begins with a number, in digits or words. Name: all words but such as “of” begin "
        "with a capital.",
        lambda rows: by_name([row.answer_kind for row in rows]),
    ),
    Breakdown(
        "answer_len",
        "Length of the gold answer",
        "Words of the first gold answer.",
        lambda rows: by_number(_of_answer(rows, "answer_len"), (1, 2, 3, 5, 10)),
    ),
    Breakdown(
        "context_len",
        "Length of the context",
        "Words of the context.",
        lambda rows: by_number([row.context_len for row in rows], (75, 100, 150, 200)),
    ),
    Breakdown(
        "place",
        "Place of the answer in the context",
        "Where the first gold answer begins, in percent of the context’s characters.",
        lambda rows: _by_percent(_of_answer(rows, "place")),
    ),
    Breakdown(
        "overlap",
        "Words shared by question and sentence",
        "How many percent of the question’s words, but for common ones, are in the sentence where "
        "the answer begins.",
        lambda rows: _by_percent(_of_answer(rows, "overlap")),
    ),
    Breakdown(
        "agreeing",
        "People who agree",
        "How many gold answers say the most frequent thing, once normalised; not known where there "
        "is only one.",
        lambda rows: by_number(_of_answer(rows, "agreeing"), (1, 2, 3)),
    ),
    Breakdown(
        "answerable",
        "Whether there is an answer",
        "Of SQuAD v2.0, where some questions have none: the right answer to these is empty.",
        lambda rows: by_name([HAS_ANSWER if row.has_answer else HAS_NO_ANSWER for row in rows]),
    ),
    Breakdown(
        "in_vocabulary",
        "Gold answer’s words that have a vector",
        "Whether all words of the first gold answer are in the file of --glove_path.",
        lambda rows: by_name(_of_answer(rows, "in_vocabulary")),
    ),
)


def is_empty(breakdown: dict[str, Any]) -> bool:
    """Whether a breakdown, as it stands in `report.json`, has nothing to see."""
    return all(group["label"] in EMPTY_LABELS for group in breakdown["groups"])


def break_down(
    breakdown: Breakdown,
    features: Sequence[Features],
    readers: Sequence[tuple[str, Scores]],
    clusters: np.ndarray,
    num_resamples: int,
    seed: int,
) -> dict[str, Any]:
    """A breakdown as it stands in `report.json`.

    Args:
        breakdown: which.
        features: of each question.
        readers: name and scores of each.
        clusters: int64, (Q,). The cluster of each question.
        num_resamples, seed: of the draws.
    """
    grouping = breakdown.group(features)
    of_question = np.array(grouping.of_question)
    masks = np.stack([of_question == i for i in range(len(grouping.labels))], axis=1)  # (Q, G)
    values = np.stack([each for _, scores in readers for each in scores], axis=1)  # (Q, M)
    found = group_intervals(values, masks, clusters, num_resamples, seed)
    groups = []
    for i, label in enumerate(grouping.labels):
        scores = {
            name: {"exact_match": found[i][2 * j], "f1": found[i][2 * j + 1]}
            for j, (name, _) in enumerate(readers)
        }
        groups.append({"label": label, "questions": int(masks[:, i].sum()), "scores": scores})
    about = {"title": breakdown.title, "definition": breakdown.definition}
    return {"key": breakdown.key, **about, "groups": groups}


def group_intervals(
    values: np.ndarray, masks: np.ndarray, clusters: np.ndarray, num_resamples: int, seed: int
) -> list[list[Interval]]:
    """The interval of each column's mean within each group.

    Args:
        values: float64, (Q, M).
        masks: bool, (Q, G). True where a question is in a group; no group is empty.
        clusters, num_resamples, seed: as of `bootstrap.intervals`.

    Returns:
        G lists of M intervals; without bounds where fewer than `MIN_CLUSTERS` clusters have a
        question of the group.
    """
    inside = masks.astype(np.float64)
    per_group = [np.column_stack([values * mask[:, None], mask]) for mask in inside.T]
    draws = resampled_means(np.hstack(per_group), clusters, num_resamples, seed)
    width, found = values.shape[1] + 1, []
    for i, mask in enumerate(masks.T):
        part = draws[:, width * i : width * (i + 1)]
        few = len(set(clusters[mask].tolist())) < MIN_CLUSTERS
        found.append(_ratios(values[mask].mean(axis=0), part, few))
    return found


def _ratios(means: np.ndarray, draws: np.ndarray, few: bool) -> list[Interval]:
    """Intervals of the sums by the number drawn; draws without a question of the group are left."""
    drawn = draws[draws[:, -1] > 0]
    if few or len(drawn) == 0:
        return [no_interval(mean) for mean in means]
    columns = (drawn[:, :-1] / drawn[:, -1:]).T
    return [interval_of(mean, column) for mean, column in zip(means, columns, strict=True)]


def _of_answer(rows: Sequence[Features], name: str) -> list[Any]:
    """What is known of gold answers; `NO_ANSWER` where there is none."""
    return [NO_ANSWER if row.answer_len is None else getattr(row, name) for row in rows]


def _by_percent(numbers: Sequence[int | str | None]) -> Grouping:
    return by_number(numbers, (19, 39, 59, 79), unit=" %", first=0, last=100)
