"""SQuAD v2.0: what the official script tells beyond EM and F1.

Scores of the questions with and without an answer and, with probabilities that there is none, the
best thresholds. A part of what `readers` describes; the numbers are those of `evaluate.py`, to the
last digit.
"""

from collections.abc import Sequence

from squad_reader.data.squad_data import SquadData
from squad_reader.report.prediction_files import Predictions
from squad_reader.report.scoring import GoldScorer
from squad_reader.score.score_files import expect_every_na_prob, golds_of, read_na_probs
from squad_reader.score.squad_v2_0 import evaluate_scores

NO_PREDICTION = (0.0, 0.0)


def describe_answerable(
    data: SquadData,
    scorers: Sequence[GoldScorer],
    reader: Predictions,
    na_prob_path: str | None = None,
) -> dict[str, float]:
    """The scores of a reader by the names that `squad_v2_0` gives them.

    Args:
        data: with gold answers, of Q questions.
        scorers: of each question, made for v2.0.
        reader: the answers.
        na_prob_path: its probabilities that there is no answer, or None.

    Raises:
        InputError: the file is broken, or lacks a question that has a prediction.
    """
    na_probs = None
    if na_prob_path is not None:
        na_probs = read_na_probs(na_prob_path)
        expect_every_na_prob(na_prob_path, na_probs, list(reader.texts))
    pairs = zip(data.examples, scorers, strict=True)
    scored = [
        scorer.scores(reader.texts[example.id]) if example.id in reader.texts else NO_PREDICTION
        for example, scorer in pairs
    ]
    exact, f1 = map(list, zip(*scored, strict=True))
    return dict(evaluate_scores(golds_of(data), reader.texts, (exact, f1), na_probs))
