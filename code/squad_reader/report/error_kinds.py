"""Kinds of error, by rule: each question of a reader gets exactly one, so the shares add up.

Where an answer stands in the context is known from n-best lists with `char_start`; else every place
where its text occurs counts, and the one that is nearest to a gold answer decides.
"""

from collections.abc import Sequence
from typing import NamedTuple

from squad_reader.data.squad_data import Example
from squad_reader.report.scoring import GoldScorer
from squad_reader.report.sentences import Sentences
from squad_reader.score.squad_v1_1 import normalize_answer


class Kind(NamedTuple):
    """A kind of error: key, title and definition."""

    key: str
    title: str
    definition: str


KINDS = (
    Kind("right", "right", "Equal to a gold answer, once normalised (EM)."),
    Kind("too_long", "too long", "All of a gold answer, and more words beside it."),
    Kind("too_short", "too short", "A part of a gold answer."),
    Kind("shifted", "shifted", "Shares a place with a gold answer, lacks a part and has more."),
    Kind("same_sentence", "other words", "Other words of a sentence that has a gold answer."),
    Kind("other_sentence", "wrong sentence", "Words of a sentence without a gold answer."),
    Kind("not_in_context", "not in the context", "A text that does not stand in the context."),
    Kind("answered", "answered in vain", "An answer where the question has none (SQuAD v2.0)."),
    Kind("empty", "empty", "An empty answer, or one of which normalising leaves nothing."),
    Kind("missing", "missing", "No prediction for the question."),
)
_NEAREST_FIRST = ("too_long", "too_short", "shifted", "same_sentence", "other_sentence")


def kind_of(
    example: Example,
    scorer: GoldScorer,
    sentences: Sentences,
    answer: str | None,
    char_start: int | None = None,
) -> str:
    """The key of the kind.

    Args:
        example: the question.
        scorer: of its gold answers.
        sentences: of its context.
        answer: None where there is no prediction.
        char_start: where the answer begins; None where that is not known.
    """
    if answer is None:
        return "missing"
    exact, f1 = scorer.scores(answer)
    if exact:
        return "right"
    predicted = normalize_answer(answer)
    if not predicted:
        return "empty"
    if not scorer.texts:
        return "answered"
    places = places_of(answer, sentences.context, char_start)
    if not places:
        return "not_in_context"
    golds = _nearest(example, sentences.context, scorer, predicted, f1)
    found = {_kind_of_pair(span, gold, sentences) for span in places for gold in golds}
    return next((kind for kind in _NEAREST_FIRST if kind in found), "other_sentence")


def places_of(text: str, context: str, char_start: int | None = None) -> list[tuple[int, int]]:
    """Where a text stands in a context, half open; only there where its place is known and true."""
    if char_start is not None and context.startswith(text, char_start):
        return [(char_start, char_start + len(text))]
    found, place = [], context.find(text)
    while place >= 0 and text:
        found.append((place, place + len(text)))
        place = context.find(text, place + 1)
    return found


def gold_spans(example: Example, context: str) -> list[tuple[int, int]]:
    """Where its gold answers stand; those without a known place, wherever they occur."""
    spans = []
    for gold in example.answers:
        start = gold.char_start if gold.char_start >= 0 else None
        spans += places_of(gold.text, context, start)
    return spans


def _nearest(
    example: Example, context: str, scorer: GoldScorer, predicted: str, f1: float
) -> list[tuple[int, int]]:
    """The places of the gold answers that have the most words in common with the answer."""
    best = [
        text for text, each in zip(scorer.texts, scorer.f1s(predicted), strict=True) if each == f1
    ]
    golds = [gold for gold in example.answers if normalize_answer(gold.text) in best]
    return gold_spans(example._replace(answers=tuple(golds)), context)


def _kind_of_pair(span: tuple[int, int], gold: tuple[int, int], sentences: Sentences) -> str:
    (start, end), (gold_start, gold_end) = span, gold
    if start < gold_end and gold_start < end:
        if start <= gold_start and gold_end <= end:
            return "too_long"
        return "too_short" if gold_start <= start and end <= gold_end else "shifted"
    same = sentences.number_of(start) == sentences.number_of(gold_start)
    return "same_sentence" if same else "other_sentence"


def shares(kinds: Sequence[str]) -> list[dict[str, object]]:
    """How many questions are of each kind, and their percentage; all kinds, in their order."""
    rows: list[dict[str, object]] = []
    for kind in KINDS:
        number = sum(each == kind.key for each in kinds)
        percent = 100.0 * number / len(kinds)
        rows.append({**kind._asdict(), "questions": number, "percent": percent})
    return rows
