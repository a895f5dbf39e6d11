"""A text of any length as passages, each to be read at once.

Paragraphs, told apart by blank lines, are joined as long as they fit: an answer never crosses a
blank line, but what a paragraph is about is often said in the one before. A paragraph of a length
that SQuAD has is a passage of its own, which `data.rows` reads in overlapping windows where it is
too long for one. A longer one is cut, since a text need not have blank lines at all. No answer
that crosses a cut is found, so cuts are made at ends of sentences as far as there are any.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from squad_reader.data.tokenizer import token_spans

BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*|\r[^\S\r\n]*\r\s*|\r\n[^\S\r\n]*\r\n\s*")
# Behind the end of a sentence, a quote or bracket included. Not behind a short word, which may be
# "Mr." or "U.S.".
SENTENCE = r"(?:(?<=[^\s.]{3}[.!?])|(?<=[^\s.]{3}[.!?][\"')\]\u201d\u2019]))"
# Where a long paragraph is cut; a part of it that is still too long, by the next of them.
CUTS = (
    re.compile(SENTENCE + r"[^\S\r\n]*[\r\n]\s*"),  # lines that end with a sentence
    re.compile(SENTENCE + r"\s+"),
    re.compile(r"[\r\n]\s*"),
)


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


class _Part(NamedTuple):
    """Characters of a text and its tokens there, both half open."""

    start: int
    end: int
    first: int
    last: int

    @property
    def tokens(self) -> int:
        return self.last - self.first


def passages_of(text: str, most_tokens: int, most_whole: int) -> list[Passage]:
    """Cut a text into passages; every token of it is in one of them.

    Args:
        text: as it stands.
        most_tokens: in a passage of more than one paragraph, or of a part of one.
        most_whole: tokens of a paragraph that is not cut.

    Example:
        >>> text = "One two.\\n\\nThree.\\n\\nFour. Five six. Seven."
        >>> [passage.text for passage in passages_of(text, 5, 6)]
        ['One two.\\n\\nThree.', 'Four. Five six.', 'Seven.']
    """
    cutter, found = _Cutter(text), list[_Part]()
    for part in cutter.parts(most_tokens, most_whole):
        if found and part.last - found[-1].first <= most_tokens:
            before = found.pop()
            part = _Part(before.start, part.end, before.first, part.last)
        found.append(part)
    return [cutter.passage(part) for part in found if part.tokens]


class _Cutter:
    """Cuts a text between its tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._spans = np.array(token_spans(text), np.int32).reshape(-1, 2)
        self._starts = self._spans[:, 0].tolist()

    def parts(self, most_tokens: int, most_whole: int) -> Iterator[_Part]:
        """Paragraphs, and parts of those that are too long; the least that stays together."""
        for paragraph in self._between(self._part(0, len(self._text)), BLANK_LINE):
            fits = paragraph.tokens <= most_whole
            yield from [paragraph] if fits else self._cut(paragraph, most_tokens, CUTS)

    def passage(self, part: _Part) -> Passage:
        """A part, or several that were joined."""
        spans = self._spans[part.first : part.last] - np.int32(part.start)
        return Passage(self._text[part.start : part.end], part.start, spans)

    def _cut(self, part: _Part, most: int, cuts: Sequence[re.Pattern[str]]) -> Iterator[_Part]:
        """In parts of at most so many tokens."""
        if part.tokens <= most:
            yield part
        elif cuts:
            for smaller in self._between(part, cuts[0]):
                yield from self._cut(smaller, most, cuts[1:])
        else:
            for first in range(part.first, part.last, most):
                tokens = self._spans[first : min(first + most, part.last)]
                yield self._part(int(tokens[0, 0]), int(tokens[-1, 1]))

    def _between(self, part: _Part, gap: re.Pattern[str]) -> Iterator[_Part]:
        """What is between the gaps, which hold no token."""
        start = part.start
        for found in gap.finditer(self._text, part.start, part.end):
            yield self._part(start, found.start())
            start = found.end()
        yield self._part(start, part.end)

    def _part(self, start: int, end: int) -> _Part:
        return _Part(start, end, bisect_left(self._starts, start), bisect_left(self._starts, end))
