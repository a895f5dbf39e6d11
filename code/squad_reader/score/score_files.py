"""Reads the two files to score, and says in one line what is wrong with a broken one.

Before `squad_v1_1` in the flow, and like it for Python 2.7 too. The official script and the seed
stop with a traceback where this one names the file, the article, the paragraph and the question.
"""

from __future__ import print_function, unicode_literals

import io
import json
import sys

EXPECTED_VERSION = "1.1"
TEXT = type("")  # str in Python 3, unicode in Python 2
KIND_NAMES = {dict: "an object", list: "a list", TEXT: "a string", int: "a whole number"}


class ScoringError(ValueError):
    """The data or the predictions cannot be scored; the message is one line for the user."""


def read_dataset(path):  # type: (str) -> list[dict]
    """Read a SQuAD file, check the parts that are scored, warn if its version is not 1.1.

    Args:
        path: JSON in UTF-8, gzip compressed or not, whatever its name.

    Returns:
        The list under "data": its articles.

    Raises:
        ScoringError: what is wrong, with the file and, where known, the place in it.
    """
    name, content = read_json(path)
    dataset = part(name, content, "data", list)
    version = content.get("version", "(none)")
    if version != EXPECTED_VERSION:
        warn("Evaluation expects v-%s, but got dataset with v-%s" % (EXPECTED_VERSION, version))
    number_of_questions = 0
    for number, article in enumerate(dataset):
        number_of_questions += _check_article("%s: article %d" % (name, number), article)
    if not number_of_questions:
        raise ScoringError("%s: expected at least one question, got none" % name)
    return dataset


def read_predictions(path):  # type: (str) -> dict[str, str]
    """Read question id -> answer text from a JSON file, gzip compressed or not.

    Raises:
        ScoringError: what is wrong, with the file and, where known, the question id.
    """
    name, predictions = read_json(path)
    for question_id in require(name, predictions, dict):
        part(name, predictions, question_id, TEXT)
    return predictions


def warn(line):  # type: (str) -> None
    """Print a line on stderr; Python 2 would stop at the first letter outside ASCII."""
    print(line.encode("utf-8") if sys.version_info[0] == 2 else line, file=sys.stderr)


def _check_article(place, article):
    """The number of its questions, all of which can be scored."""
    if "title" in require(place, article, dict):
        place += ' "%s"' % article["title"]
    count = 0
    for number, paragraph in enumerate(part(place, article, "paragraphs", list)):
        paragraph_place = "%s, paragraph %d (numbers count from 0)" % (place, number)
        for question in part(paragraph_place, paragraph, "qas", list):
            count += 1
            _check_question(paragraph_place, question)
    return count


def _check_question(place, question):
    place = "%s, question %s" % (place, part(place + ", a question", question, "id", TEXT))
    for answer in part(place, question, "answers", list):
        part(place + ", an answer", answer, "text", TEXT)


def part(place, parent, key, kind):
    """parent[key], which must be there and of that kind; else a ScoringError with the place."""
    if key not in require(place, parent, dict):
        raise ScoringError('%s: missing key "%s"' % (place, key))
    return require('%s: "%s"' % (place, key), parent[key], kind)


def require(place, value, kind):
    """The value, which must be of that kind; else a ScoringError with the place."""
    if not isinstance(value, kind):
        got = json.dumps(value)[:60]
        raise ScoringError("%s: expected %s, got %s" % (place, KIND_NAMES[kind], got))
    return value


def shown(path):
    """A path as text, for messages: on the command line of Python 2 it is bytes."""
    if isinstance(path, bytes):
        return path.decode(sys.getfilesystemencoding() or "utf-8", "replace")
    return path


def read_json(path):
    """The file's name as text, for messages, and its content."""
    name = shown(path)
    try:
        content = _read_bytes(path)
    except Exception as error:  # of five kinds for a broken .gz, by Python version
        reason = getattr(error, "strerror", None) or error
        raise ScoringError("%s: cannot be read: %s" % (name, reason))
    try:
        return name, json.loads(content.decode("utf-8-sig"))  # Windows puts a mark in front
    except (ValueError, RuntimeError) as error:  # RuntimeError: nested deeper than Python's stack
        raise ScoringError("%s: not JSON in UTF-8: %s" % (name, error))


def _read_bytes(path):
    """The bytes of a file; one that gzip compressed is known by its first two."""
    with io.open(path, "rb") as file:
        content = file.read()
    if not content.startswith(b"\x1f\x8b"):
        return content
    import gzip  # here, because it would double the start time of other runs

    return gzip.GzipFile(fileobj=io.BytesIO(content)).read()
