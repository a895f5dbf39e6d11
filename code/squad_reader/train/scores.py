"""Scores during training: the official ones of the whole dev set, and the 2018 code's own measure.

Official: the texts that official_eval would write, against all gold answers, by the official
metric; so a dev score in a log equals the one that evaluate.py prints. One reference: the 2018
code's `check_f1_em`, which compares the answer's tokens, lower-cased and joined by spaces, with
those of the first gold answer only.
"""

from typing import NamedTuple

import numpy as np

from squad_reader.data.batches import Batch
from squad_reader.data.squad_data import SquadData
from squad_reader.data.tokenized import TokenizedData
from squad_reader.predict.answers import Answer, Spans, texts_by_id
from squad_reader.score.score_files import golds_of
from squad_reader.score.squad_v1_1 import (
    added,
    exact_match_score,
    f1_score,
    percent,
    question_scores,
)


class QuestionScores(NamedTuple):
    """Scores of N questions, each on its own.

    Attributes:
        f1: float64, (N,). In [0, 1].
        em: float64, (N,). 0 or 1: whether the answer matches exactly.
    """

    f1: np.ndarray
    em: np.ndarray


def official_question_scores(data: SquadData, answers: list[Answer]) -> QuestionScores:
    """EM and F1 of each question of a file, over all its gold answers."""
    exact_matches, f1s = question_scores(golds_of(data), texts_by_id(data, answers))
    return QuestionScores(np.array(f1s), np.array(exact_matches))


def official_scores(data: SquadData, answers: list[Answer]) -> dict[str, float]:
    """EM and F1 in percent, averages of `official_question_scores`.

    Returns:
        "f1" and "em", in [0, 100], as evaluate.py gives them.
    """
    f1, em = (percent(scores.tolist()) for scores in official_question_scores(data, answers))
    return {"f1": f1, "em": em}


def one_reference_question_scores(
    tokenized: TokenizedData, spans: Spans, questions: np.ndarray
) -> QuestionScores:
    """EM and F1 of each question, of joined tokens against the first gold answer's joined tokens.

    Args:
        tokenized: the data set.
        spans: the answers to all its questions.
        questions: int64, (N,). Which of them to score.

    Returns:
        Scores in the order of `questions`; NaN for those without a gold span.
    """
    scores = QuestionScores(*np.full((2, len(questions)), np.nan))
    for row in np.flatnonzero(tokenized.start_pos[questions] >= 0):
        i = questions[row]
        predicted = joined_tokens(tokenized, i, spans.start_pos[i], spans.end_pos[i])
        gold = joined_tokens(tokenized, i, tokenized.start_pos[i], tokenized.end_pos[i])
        scores.f1[row] = f1_score(predicted, gold)
        scores.em[row] = exact_match_score(predicted, gold)
    return scores


def one_reference_scores(
    tokenized: TokenizedData, spans: Spans, questions: np.ndarray
) -> dict[str, float]:
    """EM and F1 in percent, averages of `one_reference_question_scores`.

    Questions without a gold span are left out; of none at all the averages are 0.

    Returns:
        "f1_one_reference" and "em_one_reference", in [0, 100].
    """
    f1, em = (
        scores[~np.isnan(scores)].tolist()
        for scores in one_reference_question_scores(tokenized, spans, questions)
    )
    factor = 100.0 / max(len(f1), 1)
    return {"f1_one_reference": added(f1) * factor, "em_one_reference": added(em) * factor}


def joined_tokens(tokenized: TokenizedData, question: int, start_pos: int, end_pos: int) -> str:
    """The lookup texts of some tokens of a question's context, joined by spaces."""
    begin = tokenized.context_offsets[tokenized.example_contexts[question]]
    tokens = tokenized.context_tokens[begin + max(start_pos, 0) : begin + end_pos + 1]
    return " ".join(tokenized.words[word] for word in tokenized.source_words[tokens])


class MeanLoss:
    """Adds up the loss of the rows that hold their gold answer, as batches are predicted.

    The answer of a context longer than --context_len may lie in two windows, and counts in both.
    """

    def __init__(self) -> None:
        self._total, self._count = 0.0, 0

    def __call__(self, batch: Batch, log_probs: tuple[np.ndarray, np.ndarray]) -> None:
        """Take in one batch.

        Args:
            batch: some rows.
            log_probs: float64, (B, T) each. Of start and of end, in nats.
        """
        i = np.flatnonzero(batch.start_pos >= 0)
        start, end = log_probs
        self._total -= float(np.sum(start[i, batch.start_pos[i]] + end[i, batch.end_pos[i]]))
        self._count += len(i)

    def mean(self) -> float:
        """In nats; NaN if there was no gold answer."""
        return self._total / self._count if self._count else float("nan")
