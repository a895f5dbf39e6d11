"""A text of any length as passages, each to be read at once.

Paragraphs, told apart by blank lines, are joined as long as they fit: an answer never crosses a
blank line, but what a paragraph is about is often said in the one before. A paragraph that is too
long for one passage is a passage of its own, which `data.rows` reads in overlapping windows.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from squad_reader.data.tokenizer import token_spans

BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*|\r[^\S\r\n]*\r\s*|\r\n[^\S\r\n]*\r\n\s*")


class Passage(NamedTuple):
    """A part of a text.

    Attributes:
        text: `whole[char_start : char_start + len(text)]`.
        char_start: where it begins in the whole text.
        tokens: how many it has.
    """

    text: str
    char_start: int
    tokens: int


def passages_of(text: str, most_tokens: int) -> list[Passage]:
    """Cut a text into passages; every token of it is in one of them.

    Args:
        text: as it stands.
        most_tokens: in a passage of more than one paragraph.

    Example:
        >>> [passage.text for passage in passages_of("One two.\\n\\nThree.\\n\\nFour five.", 5)]
        ['One two.\\n\\nThree.', 'Four five.']
    """
    found: list[Passage] = []
    for start, end in _paragraphs(text):
        tokens = len(token_spans(text[start:end]))
        if found and found[-1].tokens + tokens <= most_tokens:
            start, tokens = found[-1].char_start, found.pop().tokens + tokens
        found.append(Passage(text[start:end], start, tokens))
    return [passage for passage in found if passage.tokens]


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Character offsets of the parts between blank lines, half open."""
    start = 0
    for blank in BLANK_LINE.finditer(text):
        yield start, blank.start()
        start = blank.end()
    yield start, len(text)
