"""What is accepted as a SQuAD file: the one reader, of the package, `code/v4` and `evaluate.py`.

Accepted are SQuAD v1.1 and v2.0, sets of that form from other tools, and flat rows of one question
each, as the library `datasets` writes them:

    {"version": "1.1", "data": [{"title": "T", "paragraphs": [{"context": "...", "qas":
        [{"id": "q1", "question": "...", "answers": [{"text": "...", "answer_start": 0}]}]}]}]}
    {"id": "q1", "title": "T", "context": "...", "question": "...",
        "answers": {"text": ["..."], "answer_start": [0]}}

Articles or rows may stand in a list, under "data" or by itself, or one on each line. Not needed are
a title; a text as id (a whole number becomes its decimal text); "answers" (null or missing: not
known); an "answer_start" (null or missing: the answer is scored, not trained on). A question is
unanswerable where its answers are [] or "is_impossible" is true. Other keys do not matter.

First stage of the flow. Needs the standard library only; for Python 2.7 too. The 2018 code left out
questions whose answer it could not place; here every question is kept.

Sources:
    Rajpurkar et al. 2016, SQuAD: https://arxiv.org/abs/1606.05250
    https://huggingface.co/docs/datasets, `Dataset.to_json`
"""

from __future__ import unicode_literals

from itertools import chain, islice

from squad_reader.data.json_file import TEXT, described, quoted, read_values
from squad_reader.data.squad_data import Answer, Example, SquadData
from squad_reader.errors import InputError, one_line, shown

WHOLE = (int, type(1 << 64))  # int and, in Python 2, long
KINDS = {TEXT: "text", list: "a list", int: "a whole number"}
COUNT = " (numbers count from 0)"  # after the place in a message


def read_squad_file(path, texts=True):  # type: (str, bool) -> SquadData
    """Read a file of one of the accepted forms.

    Args:
        path: JSON in UTF-8, gzip compressed or not.
        texts: False to read what is scored: ids and answers. Contexts and questions are then not
            looked at and empty, and no answer has a place.

    Raises:
        InputError: not readable, not JSON, a missing key, a value of the wrong type or a question
            id that occurs twice; names the file, article, paragraph and question.
    """
    return _Reader(path, texts).read(read_values(path))


class _Reader(object):
    """Goes through the values of a file, and names the place where something is wrong."""

    def __init__(self, path, texts):
        self.texts = texts
        self.data = SquadData(shown(path), [], [], [], [])
        self.where = ""
        self.question = None  # type: str | int | None  # its number, then its id
        self.places = {}  # question id -> where
        self.numbers = set()  # the ids that are whole numbers in the file
        self.row_contexts = {}  # (title, context) -> its index

    def read(self, values):
        for number, entry in enumerate(self._entries(values)):
            if self._is_row(entry):
                self._read_row(number, entry)
            else:
                self._read_article(number, entry)
        return self.data

    def _entries(self, values):
        """Articles or rows; those of several values are not in memory at once."""
        first = next(values)
        rest = list(islice(values, 1))
        if rest:
            return chain([first], rest, values)
        if isinstance(first, list):
            return first
        if self._is_row(first) or (isinstance(first, dict) and "paragraphs" in first):
            return [first]
        entries = self._get(first, "data", list)
        self.data.version = first.get("version", "(none)")
        return entries

    @staticmethod
    def _is_row(entry):
        keys = entry if isinstance(entry, dict) else ()
        return ("context" in keys or "question" in keys) and "paragraphs" not in keys

    def _read_row(self, number, row):
        self.where, self.question = "row %d" % number, None
        title, context = _title(row), self._text(row, "context")
        index = self.row_contexts.setdefault((title, context), len(self.data.contexts))
        if index == len(self.data.contexts):
            self._add_context(title, context)
        self._read_question(row, index)

    def _read_article(self, number, article):
        title = _title(article)
        name = "article %d %s" % (number, quoted(title)) if title else "article %d" % number
        self.where, self.question = name, None
        for place, paragraph in enumerate(self._get(article, "paragraphs", list)):
            self.where, self.question = "%s, paragraph %d" % (name, place), None
            questions = self._get(paragraph, "qas", list)
            self._add_context(title, self._text(paragraph, "context"))
            for self.question, item in enumerate(questions):
                self._read_question(item, len(self.data.contexts) - 1)

    def _add_context(self, title, context):
        self.data.titles.append(title)
        self.data.contexts.append(context)

    def _read_question(self, item, context_index):
        self.question = self._read_id(item)
        text = self._text(item, "question")
        answers = self._read_answers(item, self.data.contexts[context_index])
        self.data.examples.append(Example(self.question, context_index, text, answers))

    def _read_id(self, item):
        value = item.get("id") if isinstance(item, dict) else None
        question_id = TEXT(value) if type(value) in WHOLE else value
        if type(question_id) is not TEXT:
            self._refuse_value(item, "id", "text or a whole number")
        if question_id in self.places:
            self._refuse_id(question_id, value)
        if question_id is not value:
            self.numbers.add(question_id)
        self.places[question_id] = self.where
        return question_id

    def _refuse_id(self, question_id, value):
        first = question_id if question_id in self.numbers else quoted(question_id)
        self._refuse(
            "expected a new id, got %s; %s came before, in %s"
            % (described(value), first, self.places[question_id])
        )

    def _read_answers(self, item, context):
        """As in `Example.answers`."""
        if "is_impossible" in item:
            self.data.names_impossible = True
        if item.get("is_impossible") is True:
            return ()
        answers = item.get("answers")
        if answers is None:
            return None
        if isinstance(answers, dict):
            answers = self._in_columns(answers)
        elif not isinstance(answers, list):
            self._refuse_value(item, "answers", "a list")
        num_problems = len(self.data.problems)
        golds = tuple([self._read_answer(answer, context) for answer in answers])
        if len(self.data.problems) > num_problems and all(gold.char_start < 0 for gold in golds):
            self.data.problems[-1] += "; as no answer has one, the question is not trained on"
        return golds

    def _in_columns(self, answers):
        """{"text": [...], "answer_start": [...]} as a list of answers."""
        texts = self._get(answers, "text", list)
        starts = [None] * len(texts)
        if self.texts and answers.get("answer_start") is not None:
            starts = self._get(answers, "answer_start", list)
        if len(starts) != len(texts):
            self._refuse(
                'expected as many of "answer_start" as of "text", %d, got %d'
                % (len(texts), len(starts))
            )
        return [{"text": text, "answer_start": start} for text, start in zip(texts, starts)]

    def _read_answer(self, answer, context):
        text = self._get(answer, "text", TEXT)
        if not self.texts:
            return Answer(text, -1)
        start = answer.get("answer_start")
        if type(start) in WHOLE:
            if start >= 0 and context.startswith(text, start):
                return Answer(text, start)
        elif start is not None:
            self._refuse_value(answer, "answer_start", "a whole number")
        self.data.problems.append(
            "%s: %s: %s; kept for scoring, without its place"
            % (one_line(self.data.path), self._place(), _misplaced(text, start, context))
        )
        return Answer(text, -1)

    def _text(self, item, key):
        """`item[key]`, a text; nothing where texts do not matter."""
        return self._get(item, key, TEXT) if self.texts else ""

    def _get(self, item, key, kind):
        """`item[key]`, which must be there and of this type."""
        value = item.get(key) if isinstance(item, dict) else None
        if type(value) is not kind:
            self._refuse_value(item, key, KINDS[kind])
        return value

    def _refuse_value(self, item, key, wanted):
        if not isinstance(item, dict):
            self._refuse('expected an object with "%s", got %s' % (key, described(item)))
        if key not in item:
            self._refuse('expected a key "%s", got none' % key)
        self._refuse('expected "%s" to be %s, got %s' % (key, wanted, described(item[key])))

    def _refuse(self, what):
        parts = [self.data.path, self._place(), what] if self.where else [self.data.path, what]
        raise InputError(": ".join(parts))

    def _place(self):
        question = self.question
        if question is None:
            return self.where + COUNT
        named = "%d" % question if isinstance(question, int) else quoted(question)
        return "%s, question %s%s" % (self.where, named, COUNT)


def _title(entry):
    """The title; empty if it is missing or no text, since nothing depends on it."""
    title = entry.get("title") if isinstance(entry, dict) else None
    return title if isinstance(title, TEXT) else ""


def _misplaced(text, start, context):
    """What is wrong with the place of an answer."""
    if start is None:
        return 'expected an "answer_start" with the answer %s, got none' % quoted(text)
    found = context[start : start + len(text)] if start >= 0 else ""
    values = (quoted(text), start, quoted(found))
    return "expected the answer %s at answer_start %d, found %s" % values
