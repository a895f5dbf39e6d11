"""What probabilities of "there is no answer" are good for: a threshold, the best one, precision.

Part of the SQuAD v2.0 metric (`squad_v2_0`), by the sums of the official script in their order. A
reader gives an answer to every question, and beside it how probable it is that there is none;
above a threshold the answer is withdrawn. Needs the standard library only; for Python 2.7 too.

Source:
    Official script: evaluate-v2.0.py of https://rajpurkar.github.io/SQuAD-explorer/
"""

from __future__ import unicode_literals

from collections import OrderedDict, namedtuple

THRESHOLD = 1.0  # the official one: no probability is above it


class Judged(namedtuple("Judged", ["na_prob", "score", "has_answer", "is_empty"])):
    """One answer.

    Attributes:
        na_prob: probability that the question has no answer; any finite number will do.
        score: EM or F1, in [0, 1].
        has_answer: whether the question has one.
        is_empty: whether the prediction is the empty text.
    """

    __slots__ = ()


def with_threshold(scores, has_answer, na_probs, threshold):
    # type: (list[float], list[bool], list[float | None], float) -> list[float]
    """Scores of each question once answers above the threshold are withdrawn.

    Args:
        scores: EM or F1, in [0, 1].
        has_answer: whether the question has one.
        na_probs: None where there is no prediction; its score stays.
        threshold: an answer is withdrawn where the probability is above it.
    """
    return [
        score if prob is None or not prob > threshold else float(not has)
        for score, has, prob in zip(scores, has_answer, na_probs)
    ]


def best_by_probability(questions, predictions, na_probs, exact, f1):
    """The best threshold for EM and for F1, and average precision, in percent.

    Args:
        questions, predictions, na_probs: as of `squad_v2_0.evaluate_golds`.
        exact, f1: the scores of each question without a threshold.

    Returns:
        "best_exact", "best_exact_thresh", "best_f1", "best_f1_thresh"; where any question has an
        answer also "pr_exact_ap", "pr_f1_ap", "pr_oracle_ap", the last with a reader that would
        answer each question right that has an answer.
    """
    results, num_answers = OrderedDict(), sum(1 for _, golds in questions if golds)
    oracle = [float(bool(golds)) for _, golds in questions]
    ranked = OrderedDict()
    for name, scores in (("exact", exact), ("f1", f1), ("oracle", oracle)):
        ranked[name] = _ranked(questions, predictions, na_probs, scores)
    for name in ("exact", "f1"):
        best, threshold = best_threshold(ranked[name], len(questions))
        results["best_" + name], results["best_%s_thresh" % name] = best, threshold
    for name in ranked if num_answers else ():
        results["pr_%s_ap" % name] = average_precision(ranked[name], num_answers)
    return results


def best_threshold(ranked, num_questions):
    # type: (list[Judged], int) -> tuple[float, float]
    """The highest score that a threshold gives, in percent, and that threshold.

    As in the official script, the first of equal scores counts, and a threshold may lie between
    two answers of equal probability; 0.0 stands for "no answer at all".

    Args:
        ranked: answers by rising probability.
        num_questions: to divide by.

    Example:
        >>> best_threshold([Judged(0.1, 1.0, True, False), Judged(0.7, 0.0, False, False)], 2)
        (100.0, 0.1)
    """
    current = best = sum(1 for each in ranked if not each.has_answer)
    threshold = 0.0
    for each in ranked:
        if each.has_answer:
            current += each.score
        elif not each.is_empty:
            current -= 1
        if current > best:
            best, threshold = current, each.na_prob
    return 100.0 * best / num_questions, threshold


def average_precision(ranked, num_answers):
    # type: (list[Judged], int) -> float
    """Area under precision over recall, in percent, as steps.

    Args:
        ranked: answers by rising probability; those with an equal one count together.
        num_answers: how many questions have an answer; at least one.

    Example:
        >>> average_precision([Judged(0.1, 0.0, False, False), Judged(0.7, 1.0, True, False)], 1)
        50.0
    """
    right = last_recall = area = 0.0
    for i, each in enumerate(ranked):
        if each.has_answer:
            right += each.score
        precision, recall = right / float(i + 1), right / float(num_answers)
        if i + 1 == len(ranked) or each.na_prob != ranked[i + 1].na_prob:
            area += precision * (recall - last_recall)
            last_recall = recall
    return 100.0 * area


def _ranked(questions, predictions, na_probs, scores):
    """Those with a prediction, by rising probability; equal ones in the order of `na_probs`."""
    rows = dict((name, (i, bool(golds))) for i, (name, golds) in enumerate(questions))
    judged = []
    for name, prob in na_probs.items():
        if name in rows and name in predictions:
            i, has_answer = rows[name]
            judged.append(Judged(prob, scores[i], has_answer, not predictions[name]))
    return sorted(judged, key=lambda each: each.na_prob)
