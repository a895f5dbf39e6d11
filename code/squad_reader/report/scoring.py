"""EM and F1 of many answers to one question: what is made of its gold answers is made once.

The same numbers as `squad_v1_1.best_scores`, to the last digit. After the files in the flow.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from squad_reader.report.prediction_files import Predictions
from squad_reader.score.squad_v1_1 import f1_of_words, normalize_answer, percent


class GoldScorer:
    """Scores answers to one question."""

    def __init__(self, golds: Sequence[str], has_answer: bool | None = None) -> None:
        """A scorer of one question.

        Args:
            golds: texts of the gold answers; none where there is no answer to be found.
            has_answer: whether the question has one; by default, whether there are texts.
        """
        self.has_answer = bool(golds) if has_answer is None else has_answer
        self.texts = list(dict.fromkeys(map(normalize_answer, golds)))
        self.words = [Counter(text.split()) for text in self.texts]

    def scores(self, answer: str) -> tuple[float, float]:
        """EM and F1, the best over the gold answers.

        Example:
            >>> GoldScorer(["a dog", "The red dog."]).scores("red dog")
            (1.0, 1.0)
        """
        predicted = normalize_answer(answer)
        if not self.texts:
            return float(not predicted), float(not predicted)
        if predicted in self.texts and predicted:
            return 1.0, 1.0
        return float(predicted in self.texts), max(self.f1s(predicted))

    def f1s(self, predicted: str) -> list[float]:
        """F1 of a normalised answer with each different gold answer."""
        words = Counter(predicted.split())
        return [f1_of_words(words, gold) for gold in self.words]


class Scores(NamedTuple):
    """Scores of a reader, of Q questions, in percent.

    Attributes:
        exact_match, f1: float64, (Q,). In [0, 100]; 0 where there is no prediction.
    """

    exact_match: np.ndarray
    f1: np.ndarray


class Official(NamedTuple):
    """The means as `evaluate.py` prints them, to the last digit, in percent."""

    exact_match: float
    f1: float


def make_scorers(golds: Sequence[Sequence[str]], metric: str) -> list[GoldScorer]:
    """A scorer for each question; of v2.0 without gold answers of which nothing is left."""
    if metric == "v2.0":
        kept = [[each for each in texts if normalize_answer(each)] for texts in golds]
        return [GoldScorer(each, bool(texts)) for each, texts in zip(kept, golds, strict=True)]
    return [GoldScorer(texts) for texts in golds]


def scores_of_questions(
    ids: Sequence[str], scorers: Sequence[GoldScorer], reader: Predictions
) -> np.ndarray:
    """EM and F1 of each question, float64, (2, Q), in [0, 1]; 0 where there is no prediction.

    Where an answer is withdrawn both are, as in the official script, whether the question has none,
    even if normalising leaves nothing of its gold answers.
    """
    found, above = np.zeros((2, len(ids))), reader.above or ()
    for column, (question_id, scorer) in enumerate(zip(ids, scorers, strict=True)):
        if question_id in above:
            found[:, column] = float(not scorer.has_answer)
        elif question_id in reader.texts:
            found[:, column] = scorer.scores(reader.texts[question_id])
    return found


def score_reader(
    ids: Sequence[str], scorers: Sequence[GoldScorer], reader: Predictions
) -> tuple[Scores, Official]:
    """The scores of one reader's answers, and their means."""
    found = scores_of_questions(ids, scorers, reader)
    return Scores(*(100.0 * found)), Official(*(percent(row.tolist()) for row in found))
