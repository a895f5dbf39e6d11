"""SQuAD v2.0: what the official script tells beyond EM and F1.

Scores of the questions with and without an answer and, with probabilities that there is none, the
best thresholds. A part of what `readers` describes; the numbers are those of `evaluate.py`, to the
last digit.

The official script withdraws an answer whose probability is above 1.0. No probability is, but other
programs put scores of any size in such a file (Hugging Face's `null_odds.json`). So that all parts
of a report are about the same answers, they are withdrawn everywhere, and counted.
"""

from collections.abc import Mapping, Sequence

from squad_reader.data.squad_data import SquadData
from squad_reader.report.prediction_files import Predictions
from squad_reader.report.scoring import GoldScorer, scores_of_questions
from squad_reader.score.no_answer import THRESHOLD
from squad_reader.score.score_files import expect_every_na_prob, golds_of, read_na_probs
from squad_reader.score.squad_v2_0 import evaluate_scores


def read_na_probs_of(reader: Predictions, path: str | None) -> dict[str, float] | None:
    """Its probabilities that there is no answer; None without a file.

    Raises:
        InputError: the file is broken, or lacks a question that has a prediction.
    """
    if path is None:
        return None
    na_probs = read_na_probs(path)
    expect_every_na_prob(path, na_probs, list(reader.texts))
    return na_probs


def withdraw(reader: Predictions, na_probs: Mapping[str, float] | None) -> Predictions:
    """The same reader with empty answers where the official script takes them for empty."""
    if na_probs is None:
        return reader
    above = frozenset(each for each in reader.texts if na_probs[each] > THRESHOLD)
    gone = [each for each, text in reader.texts.items() if text and each in above]
    texts = {**reader.texts, **dict.fromkeys(gone, "")}
    return reader._replace(texts=texts, withdrawn=gone, above=above)


def describe_answerable(
    data: SquadData,
    scorers: Sequence[GoldScorer],
    reader: Predictions,
    na_probs: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """The scores of a reader by the names that `squad_v2_0` gives them.

    Args:
        data: with gold answers, of Q questions.
        scorers: of each question, made for v2.0.
        reader: the answers, none of them withdrawn.
        na_probs: its probabilities that there is no answer, or None.
    """
    scores = scores_of_questions([each.id for each in data.examples], scorers, reader).tolist()
    return dict(evaluate_scores(golds_of(data), reader.texts, scores, na_probs))
