"""Reads the files to score, and says in one line what is wrong with a broken one.

Comes before the metrics in the flow; for Python 2.7 too. Where the official script and the 2018
code stop with a traceback, this one names the file, the article, the paragraph and the question.
What is accepted as a data file is described in `squad_reader.data.squad_format`.
"""

from __future__ import unicode_literals

import re
import sys

from squad_reader.data.json_file import TEXT, described, quoted, read_json
from squad_reader.data.squad_data import EXPECTED_VERSION, expect_golds
from squad_reader.data.squad_format import read_squad_file
from squad_reader.errors import InputError, one_line, shown
from squad_reader.screen import say

METRICS = ("v1.1", "v2.0")
VERSION_2 = re.compile(r"v?2(\.|$)")  # "v2.0" in the official file
NUMBERS = (float, int, type(1 << 64))  # the last, in Python 2, long
INFINITY = float("inf")


def read_scored_file(path):
    """Read a SQuAD file with the gold answers of at least one question.

    Args:
        path: of a form that `squad_format` names.

    Returns:
        A `SquadData`, without the texts of contexts and questions.

    Raises:
        InputError: what is wrong, with the file and, where known, the place in it.
    """
    data = read_squad_file(path, texts=False)
    if not data.examples:
        raise InputError("%s: expected at least one question, got none" % data.path)
    expect_golds(data)
    return data


def golds_of(data):
    """(question id, texts of the gold answers) for each question of a `SquadData`."""
    return [(example.id, [gold.text for gold in example.answers]) for example in data.examples]


def is_version_2(data):
    """Whether a `SquadData` is SQuAD v2.0: its version says so, or `is_impossible` occurs."""
    return data.names_impossible or VERSION_2.match("%s" % data.version) is not None


def metric_of(data, given=None):
    """The metric that scores a `SquadData`, of `METRICS`: the one given, or what the data says."""
    return given or METRICS[is_version_2(data)]


def warn_of_version(data):
    """Warn, as the official script does, if the version of a `SquadData` is not 1.1."""
    if data.version != EXPECTED_VERSION:
        versions = (EXPECTED_VERSION, data.version)
        warn("Evaluation expects v-%s, but got dataset with v-%s" % versions)


def read_predictions(path):  # type: (str) -> dict[str, str]
    """Read question id -> answer text from a JSON file, gzip compressed or not.

    Raises:
        InputError: what is wrong, with the file and, where known, the question id.
    """
    predictions = read_json(path)
    if not isinstance(predictions, dict):
        wanted = "an object with question ids and answers"
        raise InputError("%s: expected %s, got %s" % (shown(path), wanted, described(predictions)))
    for question_id, answer in predictions.items():
        if not isinstance(answer, TEXT):
            values = (shown(path), quoted(question_id), described(answer))
            raise InputError("%s: expected the answer to %s to be text, got %s" % values)
    return predictions


def read_na_probs(path):  # type: (str) -> dict[str, float]
    """Read question id -> probability of "no answer" from a JSON file, in the order of the file.

    Any finite number will do, as a difference of two scores of the reader.

    Raises:
        InputError: what is wrong, with the file and, where known, the question id.
    """
    na_probs = read_json(path, ordered=True)
    if not isinstance(na_probs, dict):
        wanted = "an object with question ids and probabilities"
        raise InputError("%s: expected %s, got %s" % (shown(path), wanted, described(na_probs)))
    for question_id, prob in na_probs.items():
        if type(prob) not in NUMBERS or not _is_finite(prob):
            values = (shown(path), quoted(question_id), described(prob))
            raise InputError("%s: expected a finite number for %s, got %s" % values)
    return na_probs


def _is_finite(number):
    try:
        return abs(float(number)) < INFINITY  # false for NaN too
    except OverflowError:  # a whole number of more than 308 digits
        return False


def expect_every_na_prob(path, na_probs, asked):
    # type: (str, dict[str, float], list[str]) -> None
    """Raises InputError where a question with a prediction has no probability."""
    missing = [question_id for question_id in asked if question_id not in na_probs]
    if missing:
        values = (path, quoted(missing[0]), len(missing), len(asked))
        raise InputError(
            "%s: expected a number for each question with a prediction, got none for %s (the "
            "first of %d such, of %d questions)" % values
        )


def warn(line):  # type: (str) -> None
    """Print a line on stderr, with escapes for what would break it or can't be printed there."""
    say(one_line(line), sys.stderr)
