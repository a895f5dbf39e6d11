"""What n-best lists tell: the best of n answers, calibration, and risk against coverage.

Sources:
    Geifman and El-Yaniv 2017, risk and coverage: https://arxiv.org/abs/1705.08500
    Guo et al. 2017, reliability pictures: https://arxiv.org/abs/1706.04599
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from squad_reader.report.nbest_files import Candidate, NbestLists
from squad_reader.report.prediction_files import Predictions
from squad_reader.report.scoring import GoldScorer, Scores
from squad_reader.score.calibration import calibration_error, reliability

BEST_OF = (1, 2, 3, 5, 10, 20)
NUM_POINTS = 100  # of the curve of risk and coverage


class Listed(NamedTuple):
    """What is kept of the n-best lists of a reader, of Q questions.

    Attributes:
        best: float64, (2, len(BEST_OF), Q). EM and F1, in percent, of the best of the first n
            answers, each on its own; 0 without a list.
        longest: how many answers the longest list has.
        probabilities: float64, (Q,). Of the prediction; nan where its list does not have it.
        places: of each question, where the prediction begins in the context, or None.
        num_absent: how many predictions, but for withdrawn ones, are not in their list.
        num_without: how many questions have no list.
        num_unknown: how many lists are of questions that the data does not have.
        num_repeated, num_unsorted: as of `NbestLists`.
    """

    best: np.ndarray
    longest: int
    probabilities: np.ndarray
    places: list[int | None]
    num_absent: int
    num_without: int
    num_unknown: int
    num_repeated: int
    num_unsorted: int


def keep_of_lists(
    ids: Sequence[str],
    scorers: Sequence[GoldScorer],
    reader: Predictions,
    given: NbestLists,
) -> Listed:
    """What the report needs of n-best lists, which are large."""
    lists = given.answers
    best = np.zeros((2, len(BEST_OF), len(ids)))
    probabilities = np.full(len(ids), np.nan)
    places: list[int | None] = [None] * len(ids)
    for i, (question_id, scorer) in enumerate(zip(ids, scorers, strict=True)):
        answers = lists.get(question_id, ())
        best[:, :, i] = best_of(scorer, answers)
        chosen = next(
            (each for each in answers if each.text == reader.texts.get(question_id)), None
        )
        if chosen is not None:
            probabilities[i], places[i] = chosen.probability, chosen.char_start
    listed = [each for each in ids if each in lists]
    looked_for = (reader.texts.keys() & lists.keys()) - set(reader.withdrawn)
    return Listed(
        100.0 * best,
        max((len(lists[each]) for each in listed), default=0),
        probabilities,
        places,
        num_absent=sum(
            each in looked_for and math.isnan(known)
            for each, known in zip(ids, probabilities.tolist(), strict=True)
        ),
        num_without=len(ids) - len(listed),
        num_unknown=len(lists) - len(listed),
        num_repeated=given.num_repeated,
        num_unsorted=given.num_unsorted,
    )


def best_of(scorer: GoldScorer, answers: Sequence[Candidate]) -> np.ndarray:
    """EM and F1 of the best of the first n answers, for each n of `BEST_OF`: (2, N) in [0, 1]."""
    exact, f1, reached = 0.0, 0.0, [(0.0, 0.0)]  # of the first 0, 1, 2, ...
    for answer in answers[: BEST_OF[-1]]:
        if exact < 1.0:  # else there is nothing to gain
            found = scorer.scores(answer.text)
            exact, f1 = max(exact, found[0]), max(f1, found[1])
        reached.append((exact, f1))
    return np.array([reached[min(n, len(reached) - 1)] for n in BEST_OF]).T


def describe(listed: Listed, scores: Scores) -> dict[str, Any]:
    """The part of `report.json` about a reader's n-best lists."""
    known = ~np.isnan(listed.probabilities)
    about = {
        "answers_in_longest_list": listed.longest,
        "questions_without_list": listed.num_without,
        "predictions_not_in_list": listed.num_absent,
        "lists_of_unknown_questions": listed.num_unknown,
        "repeated_lists": listed.num_repeated,
        "unsorted_lists": listed.num_unsorted,
        "best_of": _best_of_rows(listed),
    }
    if not known.any():
        return {**about, "calibration": None, "coverage": None}
    probabilities = listed.probabilities[known]
    exact, f1 = scores.exact_match[known], scores.f1[known]
    return {
        **about,
        "calibration": _calibration(probabilities, exact / 100.0),
        "coverage": {
            "questions": int(known.sum()),
            "exact_match": coverage(probabilities, exact),
            "f1": coverage(probabilities, f1),
        },
    }


def _best_of_rows(listed: Listed) -> list[dict[str, float]]:
    """A row for each n, up to the first that has all of the longest list."""
    enough = sum(n < listed.longest for n in BEST_OF) + 1
    means = listed.best.mean(axis=2)
    return [
        {"n": n, "exact_match": float(means[0, i]), "f1": float(means[1, i])}
        for i, n in enumerate(BEST_OF[:enough])
    ]


def _calibration(probabilities: np.ndarray, correct: np.ndarray) -> dict[str, Any]:
    return {
        "questions": len(probabilities),
        "mean_probability": float(probabilities.mean()),
        "expected_error": float(calibration_error(probabilities, correct)),
        "bins": [each._asdict() for each in reliability(probabilities, correct)],
    }


def coverage(probabilities: np.ndarray, scores: np.ndarray) -> dict[str, Any]:
    """The mean score if a reader answered only where it is surest.

    Where probabilities are equal, none of these answers comes before another: each counts as their
    mean.

    Args:
        probabilities: float64, (N,).
        scores: float64, (N,). In percent.

    Returns:
        "area": the mean over all numbers of answers, from 1 to N; "at_half": of the surest half;
        "points": [percent answered, mean score], at most 100.

    Example:
        >>> coverage(np.array([0.9, 0.1]), np.array([100.0, 0.0]))["area"]
        75.0
    """
    _, group = np.unique(-probabilities, return_inverse=True)
    means = np.bincount(group, scores) / np.bincount(group)
    so_far = np.cumsum(means[np.sort(group)]) / np.arange(1, len(scores) + 1)  # (N,)
    wanted = np.ceil(len(scores) * np.arange(1, NUM_POINTS + 1) / NUM_POINTS).astype(int)
    points = [
        [100.0 * int(number) / len(scores), float(so_far[number - 1])]
        for number in sorted(set(wanted.tolist()))
    ]
    half = -(-len(scores) // 2)
    return {"area": float(so_far.mean()), "at_half": float(so_far[half - 1]), "points": points}
