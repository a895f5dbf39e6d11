"""The official SQuAD v2.0 metric: EM and F1 where some questions have no answer.

predictions.json in, averages in percent out: over all questions, over those with an answer (HasAns)
and over those without (NoAns). The answer to the latter is the empty text. This is not the official
script, but gives the same numbers to the last digit. What differs: a question without a prediction
gets 0 in all averages, where the official script stops with a traceback; and a question with
`is_impossible` counts as unanswerable even if its "answers" are not empty, as everywhere here.

Built on `squad_v1_1`; `no_answer` adds what probabilities are for. Needs the standard library only;
for Python 2.7 too.

Sources:
    Rajpurkar et al. 2018, SQuAD 2.0: https://arxiv.org/abs/1806.03822
    Official script: evaluate-v2.0.py of https://rajpurkar.github.io/SQuAD-explorer/
"""

from __future__ import unicode_literals

from collections import OrderedDict

from squad_reader.score.no_answer import THRESHOLD, best_by_probability, with_threshold
from squad_reader.score.squad_v1_1 import normalize_answer, percent
from squad_reader.score.squad_v1_1 import question_scores as scores_of_v1_1


def evaluate_golds(questions, predictions, na_probs=None, threshold=THRESHOLD):
    # type: (list[tuple[str, list[str]]], dict[str, str], dict[str, float] | None, float) -> dict
    """Average scores, in percent; warns on stderr of each question without a prediction.

    Args:
        questions: (question id, texts of the gold answers) for each; no texts where the question
            has no answer. At least one question.
        predictions: question id -> answer text, empty for "no answer". Other ids do not matter.
        na_probs: question id -> probability that there is no answer, for each question that has a
            prediction; in the order of its file, which decides between equal ones.
        threshold: where `na_probs` are above it, the answer counts as empty.

    Returns:
        "exact", "f1" in [0, 100] and "total", a count; the same with "HasAns_" and "NoAns_" in
        front, if there are such questions. With `na_probs` also what `best_by_probability` gives.

    Raises:
        InputError: there is no question.
    """
    scores = question_scores(questions, predictions)
    return evaluate_scores(questions, predictions, scores, na_probs, threshold)


def evaluate_scores(questions, predictions, scores, na_probs=None, threshold=THRESHOLD):
    """As `evaluate_golds`, of scores that are known: EM and F1, as `question_scores` gives them."""
    has_answer = [bool(golds) for _, golds in questions]
    exact, f1 = scores
    if na_probs is not None:
        asked = [na_probs.get(name) if name in predictions else None for name, _ in questions]
        exact, f1 = (with_threshold(each, has_answer, asked, threshold) for each in scores)
    results = _averages(exact, f1, "")
    for prefix, wanted in (("HasAns_", True), ("NoAns_", False)):
        rows = [i for i, each in enumerate(has_answer) if each is wanted]
        if rows:
            results.update(_averages([exact[i] for i in rows], [f1[i] for i in rows], prefix))
    if na_probs is not None:
        results.update(best_by_probability(questions, predictions, na_probs, *scores))
    return results


def question_scores(questions, predictions):
    # type: (list[tuple[str, list[str]]], dict[str, str]) -> tuple[list[float], list[float]]
    """EM and F1 of each question, as of `squad_v1_1.question_scores`.

    Gold answers of which normalising leaves nothing do not count. Where none is left, both scores
    are 1 if the prediction is empty too, else 0.

    Example:
        >>> question_scores([("1", ["the", "cat"]), ("2", [])], {"1": "a", "2": "a"})
        ([0.0, 1.0], [0.0, 1.0])
    """
    kept = [(name, [gold for gold in golds if normalize_answer(gold)]) for name, golds in questions]
    return scores_of_v1_1(kept, predictions)


def _averages(exact, f1, prefix):
    """The three numbers of a group of questions, by name."""
    values = [("exact", percent(exact)), ("f1", percent(f1)), ("total", len(exact))]
    return OrderedDict((prefix + name, value) for name, value in values)
