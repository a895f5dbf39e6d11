"""The official SQuAD v1.1 metric: how many answers match exactly (EM), how many words agree (F1).

predictions.json in, two averages in percent out. This is not the official script, but gives the
same numbers to the last digit: the same normalising, the same formula, the same order of additions.
What differs: what is wrong with a file is told in one line, a question without gold answers
(SQuAD v2.0) is scored as the v2.0 script does, and a text is normalised once.

It and what it imports need the standard library only, and run under Python 2.7 too, which prints
the same digits (but for letters that came into Unicode after its version 5.2 of 2009).

Sources:
    Rajpurkar et al. 2016, section 6.1: https://arxiv.org/abs/1606.05250
    Official script: evaluate-v1.1.py of https://rajpurkar.github.io/SQuAD-explorer/
    The 2018 code: https://github.com/abisee/cs224n-win18-squad, file evaluate.py
"""

from __future__ import unicode_literals

import re
import string
import sys
from collections import Counter, OrderedDict

from squad_reader.errors import InputError
from squad_reader.score.score_files import warn

if sys.version_info[0] == 2:
    from squad_reader.score.python2 import lower
else:
    lower = str.lower

ARTICLES = re.compile(r"\b(a|an|the)\b", re.UNICODE)
NO_PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))  # ASCII only, as in the official one


def normalize_answer(text):  # type: (str) -> str
    """Lower the text; remove ASCII punctuation, then articles, then superfluous whitespace.

    Example:
        >>> print(normalize_answer(" The  U.S. and\\ta dog's-bone!"))
        us and dogsbone
    """
    text = lower(text).translate(NO_PUNCTUATION)
    return " ".join(ARTICLES.sub(" ", text).split())


def f1_score(prediction, ground_truth):  # type: (str, str) -> float
    """Harmonic mean of precision and recall of the normalised words, in [0, 1].

    Two texts of which nothing is left ("the", "a") get 0, as in the official script.

    Example:
        >>> f1_score("the red big dog", "a dog")  # precision 1/3, recall 1/1
        0.5
    """
    return _words_f1(normalize_answer(prediction), normalize_answer(ground_truth))


def exact_match_score(prediction, ground_truth):  # type: (str, str) -> bool
    """Whether the two texts are the same once normalised."""
    return normalize_answer(prediction) == normalize_answer(ground_truth)


def metric_max_over_ground_truths(metric_fn, prediction, ground_truths):
    """The highest value of the metric over the gold answers, of which there must be one."""
    return max(metric_fn(prediction, ground_truth) for ground_truth in ground_truths)


def best_scores(prediction, ground_truths):  # type: (str, list[str]) -> tuple[float, float]
    """EM and F1 of one question: the best over its gold answers, each on its own.

    Args:
        prediction: the answer given.
        ground_truths: the gold answers. Empty where there is no answer to be found (SQuAD v2.0):
            both scores are then 1 if nothing is left of the normalised prediction, else 0.

    Returns:
        exact_match, f1: 0.0 or 1.0, and in [0, 1].

    Example:
        >>> best_scores("red dog", ["a dog", "The red dog."])
        (1.0, 1.0)
    """
    predicted = normalize_answer(prediction)
    if not ground_truths:
        return float(not predicted), float(not predicted)
    golds = set(map(normalize_answer, ground_truths))  # equal gold answers are scored once
    return float(predicted in golds), metric_max_over_ground_truths(_words_f1, predicted, golds)


def evaluate(dataset, predictions):
    # type: (list[dict], dict[str, str]) -> dict[str, float]
    """Average scores over all questions, in percent; warns on stderr of each one not answered.

    Args:
        dataset: the list under "data" in a SQuAD file.
        predictions: question id -> answer text. Ids that are not in the dataset do not matter.

    Returns:
        {"f1": ..., "exact_match": ...}, in this order, each in [0, 100].

    Raises:
        InputError: the dataset has no question.
    """
    paragraphs = [paragraph for article in dataset for paragraph in article["paragraphs"]]
    questions = [question for paragraph in paragraphs for question in paragraph["qas"]]
    golds = [(item["id"], [gold["text"] for gold in item["answers"]]) for item in questions]
    return evaluate_golds(golds, predictions)


def evaluate_golds(questions, predictions):
    # type: (list[tuple[str, list[str]]], dict[str, str]) -> dict[str, float]
    """As `evaluate`, of (question id, texts of the gold answers) for each question."""
    exact_matches, f1s = question_scores(questions, predictions)
    return OrderedDict([("f1", percent(f1s)), ("exact_match", percent(exact_matches))])


def question_scores(questions, predictions):
    # type: (list[tuple[str, list[str]]], dict[str, str]) -> tuple[list[float], list[float]]
    """EM and F1 of each question, as of `best_scores`; the averages are made from these.

    Args:
        questions: (question id, texts of the gold answers) for each; at least one.
        predictions: question id -> answer text. A question that is not in it gets 0 for both, and
            a warning on stderr.

    Returns:
        exact_matches, f1s: a number for each question, in the order given.

    Raises:
        InputError: there is no question.

    Example:
        >>> question_scores([("1", ["a cat"]), ("2", ["red dog"])], {"1": "cat", "2": "red cat"})
        ([1.0, 0.0], [1.0, 0.5])
    """
    if not questions:
        raise InputError("expected at least one question to score, got none")
    exact_matches, f1s = [], []
    for question_id, golds in questions:
        exact_match = f1 = 0.0
        if question_id in predictions:
            exact_match, f1 = best_scores(predictions[question_id], golds)
        else:
            warn("Unanswered question %s will receive score 0." % question_id)
        exact_matches.append(exact_match)
        f1s.append(f1)
    return exact_matches, f1s


def percent(scores):  # type: (list[float]) -> float
    """The average of some scores, in percent, by the additions of the official script."""
    return 100.0 * added(scores) / len(scores)


def added(numbers):  # type: (list[float]) -> float
    """The sum, by adding one number after the other to 0.

    `sum` of Python 3.12 and later, and `numpy.sum`, add in other ways: other last digits.

    Example:
        >>> added([0.1] * 10)
        0.9999999999999999
    """
    total = 0.0
    for number in numbers:
        total += number
    return total


def f1_of_words(predicted, gold):  # type: (Counter[str], Counter[str]) -> float
    """F1 of the words of two normalised texts, each with how often it has every word."""
    num_same = sum(min(number, gold[word]) for word, number in predicted.items() if word in gold)
    if num_same == 0:
        return 0.0
    precision = 1.0 * num_same / sum(predicted.values())
    recall = 1.0 * num_same / sum(gold.values())
    return (2 * precision * recall) / (precision + recall)


def _words_f1(predicted, gold):
    """F1 of two normalised texts."""
    return f1_of_words(Counter(predicted.split()), Counter(gold.split()))
