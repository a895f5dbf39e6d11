"""Marks spans of a text for the terminal, by colours or brackets, and breaks it into lines.

Used by `show_examples`. The 2018 code coloured tokens and joined them by spaces; here the marks go
between the letters of the untouched text, and line breaks after its spaces, so that nothing of
it is lost.
"""

# Of the library `rich` only the widths of letters are used here. Its `Text.wrap` drops spaces at
# the ends of lines, so that the lines joined are not the text; it has no brackets for an output
# without colours; and of two styles on the same letters it shows the later one, where gold and
# predicted need a third colour.

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len  # columns of a terminal: 2 for a Chinese sign, 0 for an accent

Span = tuple[int, int]  # char_start, char_end: half open


class Mark(NamedTuple):
    """One kind of span: its name, its brackets in plain text, its ANSI codes in colour."""

    name: str
    left: str
    right: str
    codes: str


GOLD = Mark("gold", "[", "]", "30;42")  # black on green
PREDICTED = Mark("predicted", "{", "}", "97;44")  # white on blue
UNKNOWN = Mark("unknown", "_", "_", "4")  # underlined
MARKS = (GOLD, PREDICTED, UNKNOWN)  # of two marks with the same span, the first is outside
BOTH_CODES = "30;46"  # gold and predicted: black on cyan

Spans = Mapping[Mark, Sequence[Span]]
Brackets = Mapping[Mark, tuple[str, str]]

# Characters that would act on the terminal or can't be printed are shown as pictures, one character
# each: a newline as U+240A, an escape as U+241B; those without a picture in Unicode as U+FFFD, line
# separators and marks of writing direction among them.
NEWLINE_PICTURE = "\u240a"
PICTURES = {
    **{code: 0x2400 + code for code in range(32)},
    0x7F: 0x2421,
    **dict.fromkeys([*range(0x80, 0xA0), *range(0xD800, 0xE000)], 0xFFFD),
    **dict.fromkeys([*range(0x2028, 0x202F), *range(0x2066, 0x206A)], 0xFFFD),
}


def choose_brackets(text: str) -> Brackets:
    """The two brackets of each mark: "[" and "]", or longer ones where the text has one of them.

    Example:
        >>> choose_brackets("a list[int]")[GOLD]
        ('[gold:', '/gold]')
    """
    return {mark: next(_absent_brackets(mark, text)) for mark in MARKS}


def _absent_brackets(mark: Mark, text: str) -> Iterator[tuple[str, str]]:
    names = (f"{mark.name}{number}" for number in itertools.chain([""], itertools.count(2)))
    longer = ((f"{mark.left}{name}:", f"/{name}{mark.right}") for name in names)
    for pair in itertools.chain([(mark.left, mark.right)], longer):
        if not any(bracket in text for bracket in pair):
            yield pair


def legend(brackets: Brackets | None) -> str:
    """What the marks mean: the name of each, marked as its spans are."""
    if brackets is None:
        both = _painted("both", BOTH_CODES)
        return " ".join([*(_painted(mark.name, mark.codes) for mark in MARKS), both])
    return " ".join(mark.name.join(brackets[mark]) for mark in MARKS)


def marked_lines(text: str, spans: Spans, columns: int, brackets: Brackets | None) -> list[str]:
    """The lines of a text with its spans marked.

    Args:
        text: the untouched text.
        spans: (char_start, char_end), half open, in the text, of each kind.
        columns: how many a line may have; a longer word is not broken.
        brackets: as from `choose_brackets`; None for colours.

    Returns:
        At least one line. Without the marks and joined, they are the text, letter for letter,
        with pictures of its control characters (`PICTURES`).

    Raises:
        ValueError: a span is not inside the text.
    """
    for char_start, char_end in itertools.chain.from_iterable(spans.values()):
        if not 0 <= char_start <= char_end <= len(text):
            raise ValueError(
                f"expected a span inside the {len(text)} characters of the text, "
                f"got ({char_start}, {char_end})"
            )
    if brackets is not None:
        return wrapped(_bracketed(text, spans, brackets), columns)
    text = text.translate(PICTURES)
    return [_coloured(text, spans, *line) for line in _line_spans(text, columns)]


def wrapped(text: str, columns: int) -> list[str]:
    """The lines of a text without marks, as of `marked_lines`."""
    text = text.translate(PICTURES)
    return [text[slice(*line)] for line in _line_spans(text, columns)]


def _bracketed(text: str, spans: Spans, brackets: Brackets) -> str:
    """The text with brackets, nested where the spans are."""
    marked = [(*span, mark) for mark in MARKS for span in spans.get(mark, ())]
    closing: defaultdict[int, str] = defaultdict(str)  # position -> brackets in front of it
    opening: defaultdict[int, str] = defaultdict(str)
    for char_start, char_end, mark in sorted(marked, key=lambda item: (item[0], -item[1])):
        left, right = brackets[mark]
        if char_start == char_end:
            left, right = left + right, ""
        opening[char_start] += left
        closing[char_end] = right + closing[char_end]
    return "".join(closing[i] + opening[i] + text[i : i + 1] for i in range(len(text) + 1))


def _coloured(text: str, spans: Spans, line_start: int, line_end: int) -> str:
    """One line of the text, cut where a span begins or ends, each piece in its colours."""
    edges = set(itertools.chain.from_iterable(itertools.chain.from_iterable(spans.values())))
    cuts = sorted({line_start, line_end, *(e for e in edges if line_start < e < line_end)})
    return "".join(
        _painted(text[start:end], _codes(spans, start)) for start, end in itertools.pairwise(cuts)
    )


def _codes(spans: Spans, position: int) -> str:
    marks = [
        mark for mark in MARKS if any(start <= position < end for start, end in spans.get(mark, ()))
    ]
    if GOLD in marks and PREDICTED in marks:
        return ";".join([BOTH_CODES, *(mark.codes for mark in marks[2:])])
    return ";".join(mark.codes for mark in marks)


def _painted(text: str, codes: str) -> str:
    return f"\x1b[{codes}m{text}\x1b[0m" if codes else text


def _line_spans(text: str, columns: int) -> list[Span]:
    """Where its lines are: each ends after spaces or a newline's picture, and none is left out."""
    starts, used = [0], 0
    for word in re.finditer(rf"[^ {NEWLINE_PICTURE}]*(?:{NEWLINE_PICTURE}| +)|[^ ]+$", text):
        after_newline = text[word.start() - 1 : word.start()] == NEWLINE_PICTURE
        too_long = used and used + cell_len(word[0].rstrip(" ")) > columns
        if after_newline or too_long:
            starts.append(word.start())
            used = 0
        used += cell_len(word[0])
    return list(itertools.pairwise([*starts, len(text)]))
