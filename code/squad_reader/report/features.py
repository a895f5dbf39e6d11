"""What is known of each question without any reader: words, lengths, the place of the answer.

From these `breakdowns` makes groups. Lengths are in words between spaces. The first gold answer is
the first that has a word; a question without one counts as one without an answer.
"""

import re
from collections import Counter
from typing import NamedTuple

from squad_reader.data.squad_data import Example, SquadData
from squad_reader.data.tokenizer import tokenize
from squad_reader.data.vector_source import VectorSource
from squad_reader.report.grouping import UNKNOWN
from squad_reader.report.kinds import answer_kind, question_word
from squad_reader.report.sentences import Sentences
from squad_reader.score.squad_v1_1 import normalize_answer

WORD = re.compile(r"\w+")
# Words that say nothing about the subject of a question.
COMMON = set(
    "a an the of to in on at by for from with as and or is are was were be been did do does has "
    "have had what who whom whose when where which how why many much long that this it its".split()
)


class Features(NamedTuple):
    """One question.

    Attributes:
        question_word, answer_kind: see `kinds`.
        answer_len: words of the first gold answer; None where there is no answer.
        context_len: words of the context.
        place: where the first gold answer begins, in percent of the context's characters, rounded
            down; None where that is not known.
        overlap: how many percent of the question's words, but for common ones, are in the
            sentence where the answer begins, rounded down; None where that is not known.
        agreeing: how many gold answers say the most frequent thing, once normalised; None where
            there are fewer than two.
        in_vocabulary: whether all words of the first gold answer have a vector, "yes" or "no";
            "not known" where no vocabulary is given, and without an answer.
        has_answer: whether the question has gold answers, with words or not.
    """

    question_word: str
    answer_kind: str
    answer_len: int | None
    context_len: int
    place: int | None
    overlap: int | None
    agreeing: int | None
    in_vocabulary: str
    has_answer: bool


def features_of(
    data: SquadData, sentences: list[Sentences], vocabulary: VectorSource | None = None
) -> list[Features]:
    """The features of each question.

    Args:
        data: with gold answers.
        sentences: of each context.
        vocabulary: word vectors, of which only the words matter; None for none.
    """
    lengths = [len(context.split()) for context in data.contexts]
    found = [_features(each, lengths[each.context_index], sentences) for each in data.examples]
    if vocabulary is None:
        return found
    texts = [_first_gold(each) for each in data.examples]
    firsts = [None if text is None else {each.text for each in tokenize(text)} for text in texts]
    known = set(vocabulary.lookup(sorted(set().union(*filter(None, firsts))))[0])
    return [
        row if words is None else row._replace(in_vocabulary="yes" if words <= known else "no")
        for row, words in zip(found, firsts, strict=True)
    ]


def gold_place(example: Example) -> int | None:
    """Where the first gold answer with a known place begins; None without one."""
    golds = (gold for gold in example.answers if gold.char_start >= 0 and gold.text.split())
    return next((gold.char_start for gold in golds), None)


def _first_gold(example: Example) -> str | None:
    return next((gold.text for gold in example.answers if gold.text.split()), None)


def _features(example: Example, context_len: int, sentences: list[Sentences]) -> Features:
    first = _first_gold(example)
    context, place = sentences[example.context_index], gold_place(example)
    share, overlap = None, None
    if place is not None:
        share = 100 * place // max(len(context.context), 1)
        overlap = overlap_percent(example.question, context.text_of(context.number_of(place)))
    golds = Counter(normalize_answer(gold.text) for gold in example.answers)
    return Features(
        question_word(example.question),
        answer_kind(first),
        None if first is None else len(first.split()),
        context_len,
        share,
        overlap,
        max(golds.values()) if golds.total() > 1 else None,
        UNKNOWN,
        bool(example.answers),
    )


def overlap_percent(question: str, sentence: str) -> int | None:
    """How many percent of a question's words a sentence has; None where all are common ones.

    Example:
        >>> overlap_percent("Where did Alma open a bakery?", "A bakery was opened by Alma.")
        66
    """
    words = set(WORD.findall(question.lower())) - COMMON
    if not words:
        return None
    return 100 * len(words & set(WORD.findall(sentence.lower()))) // len(words)
