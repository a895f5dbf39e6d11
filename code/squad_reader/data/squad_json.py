"""Reads SQuAD JSON: contexts, questions and gold answers, just as they stand in the file.

First stage of the flow. A file that is broken is refused with the place where it is; what is odd
but can be kept is kept, and told in `SquadData.problems`. Nothing is left out: the seed skipped
questions that it could not place, here every question id of the file goes on.

Read are v1.1 and v2.0 (whose unanswerable questions have no gold answer), `.json` and `.json.gz`.

Source:
    Rajpurkar et al. 2016, SQuAD: https://arxiv.org/abs/1606.05250
"""

import gzip
import json
import logging
import os
import zlib
from dataclasses import dataclass
from typing import Any, NamedTuple

from squad_reader.errors import InputError
from squad_reader.runtime import collector_off

log = logging.getLogger(__name__)
NUM_PROBLEMS_SHOWN = 10
SHOWN_CHARS = 40  # of a text in a message
COUNT = " (numbers count from 0)"  # after the place in a message


class Answer(NamedTuple):
    """A gold answer.

    Attributes:
        text: as in the file.
        char_start: where it begins in the context; -1 where the file's `answer_start` is wrong.
    """

    text: str
    char_start: int


class Example(NamedTuple):
    """A question.

    Attributes:
        id: the question id, unique in the file.
        context_index: which of `SquadData.contexts` it is about.
        question: as in the file; may be empty.
        answers: gold answers, empty if the question can't be answered or the file has none.
    """

    id: str
    context_index: int
    question: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class SquadData:
    """A SQuAD file.

    Attributes:
        path: where it was read.
        titles: article title of each context.
        contexts: the paragraphs, each once, in the order of the file.
        examples: the questions, in the order of the file.
        problems: a line for each oddity that was kept.
    """

    path: str
    titles: list[str]
    contexts: list[str]
    examples: list[Example]
    problems: list[str]


def read_squad(path: str | os.PathLike[str]) -> SquadData:
    """Read a SQuAD file.

    Args:
        path: `.json` or `.json.gz`.

    Returns:
        All of its contexts and questions.

    Raises:
        InputError: not readable, not JSON, a missing key, a value of the wrong type or a question
            id that occurs twice; names the file, article, paragraph and question.
    """
    path = os.fspath(path)
    with collector_off():  # 30 % of the time otherwise
        return _Reader(path).read(_load_json(path))


def read_and_tell(path: str | os.PathLike[str]) -> SquadData:
    """`read_squad`, with a warning for the first oddities that were kept."""
    data = read_squad(path)
    for line in data.problems[:NUM_PROBLEMS_SHOWN]:
        log.warning(line)
    if len(data.problems) > NUM_PROBLEMS_SHOWN:
        log.warning("%s: %d problems in all", path, len(data.problems))
    return data


def _load_json(path: str) -> Any:
    try:
        with open(path, "rb") as file:
            content = file.read()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        return json.loads(content.decode("utf-8-sig"))
    except (OSError, EOFError, zlib.error) as error:  # the last two: gzip cut off or damaged
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{path}: cannot be read: {reason}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected JSON in UTF-8, got: {error}") from error


class _Reader:
    """Goes through a parsed file, and knows where it is when something is wrong."""

    def __init__(self, path: str) -> None:
        self.data = SquadData(path, [], [], [], [])
        self.ids: set[str] = set()

    def read(self, content: Any) -> SquadData:
        articles = self._get(content, "data", list, "")
        for number, article in enumerate(articles):
            where = f"article {number}"
            title = self._get(article, "title", str, where)
            where += f" {_short(title)}"
            for place, paragraph in enumerate(self._get(article, "paragraphs", list, where)):
                self._read_paragraph(title, paragraph, f"{where}, paragraph {place}")
        return self.data

    def _read_paragraph(self, title: str, paragraph: Any, where: str) -> None:
        context = self._get(paragraph, "context", str, where)
        self.data.titles.append(title)
        self.data.contexts.append(context)
        for number, question in enumerate(self._get(paragraph, "qas", list, where)):
            self._read_question(context, question, where, number)

    def _read_question(self, context: str, item: Any, where: str, number: int) -> None:
        question_id = self._get(item, "id", str, f"{where}, question {number}")
        place = f"{where}, question {question_id!r}"
        if question_id in self.ids:
            self._refuse(place, "expected a new id, got one that occurs before")
        self.ids.add(question_id)
        text = self._get(item, "question", str, place)
        answers = self._get(item, "answers", list, place) if "answers" in item else ()
        golds = tuple([self._read_answer(context, answer, place) for answer in answers])
        self.data.examples.append(Example(question_id, len(self.data.contexts) - 1, text, golds))

    def _read_answer(self, context: str, answer: Any, place: str) -> Answer:
        text = self._get(answer, "text", str, place)
        start = self._get(answer, "answer_start", int, place)
        if start >= 0 and context.startswith(text, start):
            return Answer(text, start)
        found = _short(context[start : start + len(text)] if start >= 0 else "")
        self.data.problems.append(
            f"{self.data.path}: {place}{COUNT}: expected the answer {_short(text)} at "
            f"answer_start {start}, found {found}; kept for scoring, without its place"
        )
        return Answer(text, -1)

    def _get(self, item: Any, key: str, kind: type, where: str) -> Any:
        """`item[key]`, which must be of this type."""
        if not isinstance(item, dict):
            self._refuse(where, f"expected an object with {key!r}, got {_describe(item)}")
        if key not in item:
            self._refuse(where, f"expected a key {key!r}, got none")
        value = item[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            wanted = {str: "text", list: "a list", int: "a whole number"}[kind]
            self._refuse(where, f"expected {key!r} to be {wanted}, got {_describe(value)}")
        return value

    def _refuse(self, where: str, what: str) -> None:
        place = where and f"{where}{COUNT}: "
        raise InputError(f"{self.data.path}: {place}{what}")


def _short(text: str) -> str:
    """The beginning of a text, quoted, on one line."""
    return repr(text if len(text) <= SHOWN_CHARS else text[: SHOWN_CHARS - 1] + "…")


def _describe(value: Any) -> str:
    if isinstance(value, dict | list):
        return {dict: "an object", list: "a list"}[type(value)]
    return _short(value) if isinstance(value, str) else json.dumps(value)
