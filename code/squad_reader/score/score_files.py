"""Reads the two files to score, and says in one line what is wrong with a broken one.

Comes before `squad_v1_1` in the flow; for Python 2.7 too. Where the official script and the 2018
code stop with a traceback, this one names the file, the article, the paragraph and the question.
What is accepted as a data file is described in `squad_reader.data.squad_format`.
"""

from __future__ import unicode_literals

import sys

from squad_reader.data.json_file import TEXT, described, quoted, read_json
from squad_reader.data.squad_data import EXPECTED_VERSION, expect_golds
from squad_reader.data.squad_format import read_squad_file
from squad_reader.errors import InputError, one_line, shown
from squad_reader.screen import say


def read_golds(path):  # type: (str) -> list[tuple[str, list[str]]]
    """Read ids and gold answers of a SQuAD file, and warn if its version is not 1.1.

    Args:
        path: of a form that `squad_format` names.

    Returns:
        Question id and gold answers of each question, as `evaluate_golds` takes them.

    Raises:
        InputError: what is wrong, with the file and, where known, the place in it.
    """
    data = read_squad_file(path, texts=False)
    if not data.examples:
        raise InputError("%s: expected at least one question, got none" % data.path)
    expect_golds(data)
    if data.version != EXPECTED_VERSION:
        versions = (EXPECTED_VERSION, data.version)
        warn("Evaluation expects v-%s, but got dataset with v-%s" % versions)
    return [(example.id, [gold.text for gold in example.answers]) for example in data.examples]


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


def warn(line):  # type: (str) -> None
    """Print a line on stderr, with escapes for what would break it or can't be printed there."""
    say(one_line(line), sys.stderr)
