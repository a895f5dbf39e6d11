"""A text of any length as passages, each to be read at once.

Paragraphs, told apart by blank lines, are joined as long as they fit: an answer never crosses a
blank line, but what a paragraph is about is often said in the one before. A paragraph of a length
that SQuAD has is a passage of its own, which `data.rows` reads in overlapping windows where it is
too long for one. A longer one is cut, since a text need not have blank lines at all: at ends of
sentences as far as there are any. A passage that begins elsewhere begins some tokens earlier, so
that an answer on the cut is found.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from squad_reader.data.tokenizer import token_spans

BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*|\r[^\S\r\n]*\r\s*|\r\n[^\S\r\n]*\r\n\s*")
# Behind the end of a sentence, a quote or bracket included. Not behind a short word, which may be
# "Mr." or "U.S."; but behind a short number, as in "It opens at 9.", unless it begins a line.
SENTENCE = "|".join(
    f"(?<={end}[.!?])|(?<={end}[.!?][\"')\\]\u201d\u2019])"
    for end in (r"[^\s.]{3}", r"[^\s.] [0-9]", r"[^\s.] [0-9]{2}")
)
SENTENCE = f"(?:{SENTENCE})"
# Where a long paragraph is cut; a part of it that is still too long, by the next of them.
CUTS = (
    re.compile(SENTENCE + r"[^\S\r\n]*[\r\n]\s*"),  # lines that end with a sentence
    re.compile(SENTENCE + r"\s+"),
)
LINE_END = re.compile(r"[\r\n]\s*")  # where a long sentence is cut


@dataclass(frozen=True, eq=False)
class Passage:
    """A part of a text.

    Attributes:
        text: `whole[char_start : char_start + len(text)]`.
        char_start: where it begins in the whole text.
        spans: int32, (tokens, 2). The places of its tokens in `text`, half open: the text is
            tokenised once, however many questions it gets.
        first: the number of its first token in the whole text. Passages may overlap.
        paragraphs: which of its tokens are the first ones of a paragraph, but for token 0.
    """

    text: str
    char_start: int
    spans: np.ndarray
    first: int
    paragraphs: tuple[int, ...]

    @property
    def tokens(self) -> int:
        """How many it has."""
        return len(self.spans)


class _Part(NamedTuple):
    """Characters of a text and its tokens there, both half open; whether a sentence goes on."""

    start: int
    end: int
    first: int
    last: int
    goes_on: bool = False

    @property
    def tokens(self) -> int:
        return self.last - self.first


def passages_of(text: str, most_tokens: int, most_whole: int, overlap: int = 0) -> list[Passage]:
    """Cut a text into passages; every token of it is in one of them, or in two that overlap.

    Args:
        text: as it stands.
        most_tokens: in a passage of more than one paragraph, or of a part of one.
        most_whole: tokens of a paragraph that is not cut.
        overlap: tokens that two passages share where a sentence is cut; below `most_tokens`.

    Example:
        >>> text = "One two.\\n\\nThree.\\n\\nFour. Five six. Seven."
        >>> [passage.text for passage in passages_of(text, 5, 6)]
        ['One two.\\n\\nThree.', 'Four. Five six.', 'Seven.']
    """
    cutter, found = _Cutter(text, most_tokens, overlap), list[_Part]()
    for part in cutter.parts(most_whole):
        if found and part.last - found[-1].first <= most_tokens:
            before = found.pop()
            part = _Part(before.start, part.end, before.first, part.last)
        elif part.goes_on:
            part = cutter.begun_earlier(part)
        found.append(part)
    return [cutter.passage(part) for part in found if part.tokens]


class _Cutter:
    """Cuts a text between its tokens, as `passages_of` says."""

    def __init__(self, text: str, most_tokens: int, overlap: int) -> None:
        self._text, self._most, self._overlap = text, most_tokens, overlap
        self._spans = np.array(token_spans(text), np.int32).reshape(-1, 2)
        self._starts = self._spans[:, 0].tolist()
        self._paragraphs: list[int] = []  # the first token of each, as far as they were cut

    def parts(self, most_whole: int) -> Iterator[_Part]:
        """Paragraphs, and parts of those that are too long; the least that stays together."""
        for paragraph in self._between(self._part(0, len(self._text)), BLANK_LINE):
            self._paragraphs.append(paragraph.first)
            yield from [paragraph] if paragraph.tokens <= most_whole else self._cut(paragraph)

    def begun_earlier(self, part: _Part) -> _Part:
        """The same with the tokens before it that a passage shares with the one before."""
        first = part.first - self._overlap
        return self._part(self._starts[first], part.end)

    def passage(self, part: _Part) -> Passage:
        """A part, or several that were joined."""
        spans = self._spans[part.first : part.last] - np.int32(part.start)
        begin = bisect_right(self._paragraphs, part.first)
        inside = self._paragraphs[begin : bisect_left(self._paragraphs, part.last)]
        gaps = tuple(first - part.first for first in dict.fromkeys(inside))
        return Passage(self._text[part.start : part.end], part.start, spans, part.first, gaps)

    def _cut(self, part: _Part) -> Iterator[_Part]:
        """At ends of sentences, and what is still too long elsewhere."""
        for lines in self._between(part, CUTS[0]):
            fits = lines.tokens <= self._most
            for sentence in [lines] if fits else self._between(lines, CUTS[1]):
                yield from self._cut_sentence(sentence)

    def _cut_sentence(self, part: _Part) -> Iterator[_Part]:
        """At ends of lines, or anywhere; so that what is before fits into a passage too."""
        if part.tokens <= self._most:
            yield part
            return
        room = self._most - self._overlap
        for line in self._between(part, LINE_END):
            for first in range(line.first, line.last, room):
                tokens = self._spans[first : min(first + room, line.last)]
                smaller = self._part(int(tokens[0, 0]), int(tokens[-1, 1]))
                yield smaller._replace(goes_on=first > part.first)

    def _between(self, part: _Part, gap: re.Pattern[str]) -> Iterator[_Part]:
        """What is between the gaps, which hold no token."""
        start = part.start
        for found in gap.finditer(self._text, part.start, part.end):
            yield self._part(start, found.start())
            start = found.end()
        yield self._part(start, part.end)

    def _part(self, start: int, end: int) -> _Part:
        return _Part(start, end, bisect_left(self._starts, start), bisect_left(self._starts, end))
