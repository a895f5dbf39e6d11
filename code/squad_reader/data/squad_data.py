"""A SQuAD file in memory: contexts, questions and gold answers, as they stand there.

The one form that `squad_format` reads all files into. For Python 2.7 too.
"""

from __future__ import unicode_literals

from collections import namedtuple

from squad_reader.data.json_file import quoted
from squad_reader.errors import InputError, one_line

EXPECTED_VERSION = "1.1"
NUM_PROBLEMS_TOLD = 10


class Answer(namedtuple("Answer", ["text", "char_start"])):
    """A gold answer.

    Attributes:
        text: as in the file.
        char_start: where it begins in the context; -1 where `answer_start` is wrong or missing.
    """

    __slots__ = ()


class Example(namedtuple("Example", ["id", "context_index", "question", "answers"])):
    """A question.

    Attributes:
        id: the question id, unique in the file.
        context_index: which of `SquadData.contexts` it is about.
        question: as in the file; may be empty.
        answers: tuple of the gold answers; empty if the question can't be answered, None if the
            file does not say.
    """

    __slots__ = ()


class SquadData(object):
    """A SQuAD file.

    Attributes:
        path: where it was read.
        titles: article title of each context; "" where there is none.
        contexts: the paragraphs, each once, in the order of the file; those of rows that are equal
            and have the same title are one.
        examples: the questions, in the order of the file.
        problems: a line for each oddity that was kept.
        version: as in the file, "(none)" if missing; "1.1" where there is no place for one.
        names_impossible: whether any question has the key `is_impossible`, as in SQuAD v2.0.
    """

    def __init__(self, path, titles, contexts, examples, problems):
        # type: (str, list[str], list[str], list[Example], list[str]) -> None
        self.path, self.titles, self.contexts = path, titles, contexts
        self.examples, self.problems = examples, problems
        self.version = EXPECTED_VERSION
        self.names_impossible = False


def problems_to_tell(data):  # type: (SquadData) -> list[str]
    """The first lines of `problems`, and how many there are if that is more."""
    more = ["%s: %d problems in all" % (one_line(data.path), len(data.problems))]
    return data.problems[:NUM_PROBLEMS_TOLD] + more * (len(data.problems) > NUM_PROBLEMS_TOLD)


def expect_golds(data):  # type: (SquadData) -> None
    """Raises InputError where the gold answers of a question are not known: it can't be scored."""
    unknown = [example.id for example in data.examples if example.answers is None]
    if unknown:
        raise InputError(
            '%s: expected "answers" of every question, to score, got none of question %s (the '
            "first of %d such, of %d questions)"
            % (data.path, quoted(unknown[0]), len(unknown), len(data.examples))
        )
