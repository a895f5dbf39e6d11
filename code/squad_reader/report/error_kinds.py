"""Kinds of error, by rule: each question of a reader gets exactly one, so the shares add up.

Where an answer stands in the context is known from n-best lists with `char_start`; else every place
where its text occurs counts, and the one that is nearest to a gold answer decides. Some programs
write answers in lower case, or tokens with spaces between them: a text that does not occur is
looked for once more without regard to either.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
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
Span = tuple[int, int]  # of characters of the context, half open
_NEAREST_FIRST = ("too_long", "too_short", "shifted", "same_sentence", "other_sentence")


class Judged(NamedTuple):
    """What an answer is.

    Attributes:
        kind: key of its kind.
        place: where it stands in the context, the place that decided; None where there is none.
    """

    kind: str
    place: Span | None = None


def judge(
    example: Example,
    scorer: GoldScorer,
    sentences: Sentences,
    answer: str | None,
    is_right: bool,
    char_start: int | None = None,
) -> Judged:
    """The kind of an answer.

    Args:
        example: the question.
        scorer: of its gold answers.
        sentences: of its context.
        answer: None where there is no prediction.
        is_right: whether it scored 1 in EM.
        char_start: where the answer begins; None where that is not known.
    """
    if answer is None:
        return Judged("missing")
    if is_right:
        return Judged("right")
    if not normalize_answer(answer):
        return Judged("empty")
    places = places_of(answer, sentences.context, char_start)
    if not scorer.texts:
        return Judged("answered", places[0] if places else None)
    if not places:
        return Judged("not_in_context")
    found: dict[str, Span] = {}
    for gold in _nearest(example, sentences.context, scorer, answer):
        for span in places:
            found.setdefault(_kind_of_pair(span, gold, sentences), span)
    kind = next((each for each in _NEAREST_FIRST if each in found), "other_sentence")
    return Judged(kind, found.get(kind, places[0]))


def places_of(text: str, context: str, char_start: int | None = None) -> list[Span]:
    """Where a text stands in a context; only there where its place is known and true."""
    if char_start is not None and context.startswith(text, char_start):
        return [(char_start, char_start + len(text))]
    exact = [(place, place + len(text)) for place in _finds(text, context)]
    found = exact or _places_but_for_case_and_space(text, context)
    return [span for span in found if span[0] == char_start] or found


def _finds(text: str, context: str) -> Iterator[int]:
    """Where a text begins; nowhere if it is empty."""
    place = context.find(text) if text else -1
    while place >= 0:
        yield place
        place = context.find(text, place + 1)


def _places_but_for_case_and_space(text: str, context: str) -> list[Span]:
    """The same without regard to case and white space; of whole words only.

    Example:
        >>> _places_but_for_case_and_space("u . s . art", "The U.S. art")
        [(4, 12)]
        >>> _places_but_for_case_and_space("heart", "The art")
        []
    """
    key, (letters, origins) = "".join(text.split()).casefold(), _without_case_and_space(context)
    spans = [(origins[place], origins[place + len(key) - 1] + 1) for place in _finds(key, letters)]
    return [span for span in spans if not any(_is_inside_word(context, each) for each in span)]


@lru_cache(maxsize=1)  # questions about one context follow each other
def _without_case_and_space(context: str) -> tuple[str, list[int]]:
    """A text without both, and where each of its letters stands in the original."""
    kept = [(i, letter.casefold()) for i, letter in enumerate(context) if not letter.isspace()]
    return "".join(each for _, each in kept), [i for i, each in kept for _ in each]


def _is_inside_word(context: str, place: int) -> bool:
    """Whether there is a letter or digit on both sides of a place."""
    around = context[max(place - 1, 0) : place + 1]
    return len(around) == 2 and around.isalnum()


def gold_spans(example: Example, context: str) -> list[Span]:
    """Where its gold answers stand; those without a known place, wherever they occur."""
    spans = []
    for gold in example.answers:
        start = gold.char_start if gold.char_start >= 0 else None
        spans += places_of(gold.text, context, start)
    return spans


def _nearest(example: Example, context: str, scorer: GoldScorer, answer: str) -> list[Span]:
    """The places of the gold answers that have the most words in common with the answer."""
    f1s = scorer.f1s(normalize_answer(answer))
    best = [text for text, each in zip(scorer.texts, f1s, strict=True) if each == max(f1s)]
    golds = [gold for gold in example.answers if normalize_answer(gold.text) in best]
    return gold_spans(example._replace(answers=tuple(golds)), context)


def _kind_of_pair(span: Span, gold: Span, sentences: Sentences) -> str:
    (start, end), (gold_start, gold_end) = span, gold
    if start < gold_end and gold_start < end:
        if start <= gold_start and gold_end <= end:
            return "too_long"
        return "too_short" if gold_start <= start and end <= gold_end else "shifted"
    same = sentences.number_of(start) == sentences.number_of(gold_start)
    return "same_sentence" if same else "other_sentence"


def shares(answers: Sequence[Judged]) -> list[dict[str, object]]:
    """How many questions are of each kind, and their percentage; all kinds, in their order."""
    rows: list[dict[str, object]] = []
    for kind in KINDS:
        number = sum(each.kind == kind.key for each in answers)
        percent = 100.0 * number / len(answers)
        rows.append({**kind._asdict(), "questions": number, "percent": percent})
    return rows
