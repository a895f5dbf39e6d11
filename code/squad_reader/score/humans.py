"""How well people do: the second and the third gold answer scored against the others.

SQuAD's dev set has several gold answers of each question, from different people. One of them is
taken as the answer of a person, the others as gold. A reader is scored against all of them, which
is easier; `scores_against_others` also takes a reader's answers, to compare like with like.

The published 82.3 EM and 91.2 F1 are of the test set, which is not public; these are of other
questions, so they differ.

Source:
    Rajpurkar et al. 2016, section 6.3: https://arxiv.org/abs/1606.05250
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from squad_reader.score.squad_v1_1 import best_scores

SECOND, THIRD = 1, 2


class HumanScores(NamedTuple):
    """Scores against the other gold answers, of N of Q questions.

    Attributes:
        questions: int64, (N,). Which questions, rising; the others have too few gold answers.
        exact_match, f1: float64, (N,). In [0, 1].
        num_left_out: Q - N.
    """

    questions: np.ndarray
    exact_match: np.ndarray
    f1: np.ndarray
    num_left_out: int


def scores_against_others(
    golds: Sequence[tuple[str, Sequence[str]]],
    place: int,
    predictions: Mapping[str, str] | None = None,
) -> HumanScores:
    """EM and F1 of one gold answer of each question, or of a reader, against the other ones.

    Args:
        golds: (question id, texts of the gold answers) for each of Q questions.
        place: of the answer that is no gold answer here: `SECOND` or `THIRD`. Questions that have
            none there are left out.
        predictions: answers to score in its place, question id -> text; one that is missing gets 0.

    Example:
        >>> golds = [("1", ["red dog", "dog", "cat"]), ("2", ["cat"])]
        >>> found = scores_against_others(golds, SECOND)
        >>> found.exact_match.tolist(), found.f1.round(3).tolist(), found.num_left_out
        ([0.0], [0.667], 1)
    """
    questions = [i for i, (_, texts) in enumerate(golds) if len(texts) > max(place, 1)]
    scores = np.zeros((2, len(questions)))
    for column, i in enumerate(questions):
        question_id, texts = golds[i]
        answer = texts[place] if predictions is None else predictions.get(question_id)
        if answer is not None:
            scores[:, column] = best_scores(answer, [*texts[:place], *texts[place + 1 :]])
    rows = np.array(questions, np.int64)
    return HumanScores(rows, scores[0], scores[1], len(golds) - len(rows))
