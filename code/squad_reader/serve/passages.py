"""A text of any length as passages, each to be read at once.

Paragraphs, told apart by blank lines, are joined as long as they fit: an answer never crosses a
blank line, but what a paragraph is about is often said in the one before. A paragraph that is too
long for one passage is a passage of its own, which `data.rows` reads in overlapping windows.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from squad_reader.data.tokenizer import token_spans

BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*|\r[^\S\r\n]*\r\s*|\r\n[^\S\r\n]*\r\n\s*")


@dataclass(frozen=True, eq=False)
class Passage:
    """A part of a text.

    Attributes:
        text: `whole[char_start : char_start + len(text)]`.
        char_start: where it begins in the whole text.
        spans: int32, (tokens, 2). The places of its tokens in `text`, half open: the text is
            tokenised once, however many questions it gets.
    """

    text: str
    char_start: int
    spans: np.ndarray

    @property
    def tokens(self) -> int:
        """How many it has."""
        return len(self.spans)


def passages_of(text: str, most_tokens: int) -> list[Passage]:
    """Cut a text into passages; every token of it is in one of them.

    Args:
        text: as it stands.
        most_tokens: in a passage of more than one paragraph.

    Example:
        >>> [passage.text for passage in passages_of("One two.\\n\\nThree.\\n\\nFour five.", 5)]
        ['One two.\\n\\nThree.', 'Four five.']
    """
    spans = np.array(token_spans(text), np.int32).reshape(-1, 2)
    starts = spans[:, 0].tolist()
    found: list[tuple[int, int, int, int]] = []  # characters, then tokens, both half open
    for start, end in _paragraphs(text):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if found and last - found[-1][2] <= most_tokens:
            start, _, first, _ = found.pop()
        found.append((start, end, first, last))
    return [
        Passage(text[start:end], start, spans[first:last] - np.int32(start))
        for start, end, first, last in found
        if last > first
    ]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Character offsets of the parts between blank lines, half open."""
    start = 0
    for blank in BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)
