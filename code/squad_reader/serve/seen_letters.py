"""Where an answer begins and ends as a reader of the text sees it: never inside a letter or emoji.

Several characters may be one sign: a flag, a family, a letter with an accent. Others are not seen
at all: a byte order mark inside a text, a joiner at the end of a word. Tokens do not know that, and
their places are part of every checkpoint.
"""

import re

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff"
EDGES = ZERO_WIDTH + "".join(filter(str.isspace, map(chr, range(0x3001))))
# Between two of these a sign always ends: Latin letters, common punctuation.
_are_plain = re.compile("[\0-\u02ff\u2010-\u205f]*").fullmatch
LONGEST = 128  # characters before and behind an answer among which its first and last sign are


def seen_span(text: str, char_start: int, char_end: int) -> tuple[int, int]:
    """The same span, wider by the rest of its signs, without what is not seen at its ends.

    Args:
        text: in which it is.
        char_start, char_end: half open; no space is at its ends.

    Returns:
        char_start, char_end: equal where the span holds nothing that is seen.

    Example:
        >>> text = "the \U0001f1e9\U0001f1ea on deck"  # two characters are the flag
        >>> seen_span(text, 5, 9) == (4, 9)
        True
    """
    char_start, char_end = _widened(text, char_start, char_end)
    part = text[char_start:char_end]
    char_start += len(part) - len(part.lstrip(EDGES))
    return char_start, char_start + len(part.strip(EDGES))


def _widened(text: str, char_start: int, char_end: int) -> tuple[int, int]:
    edges = (text[max(place - 1, 0) : place + 1] for place in (char_start, char_end))
    if all(map(_are_plain, edges)):
        return char_start, char_end
    import regex  # it takes a while, and few answers need it

    before = text[max(char_start - LONGEST, 0) : char_start]
    begin = char_start - len(re.split(r"\s", before)[-1])
    for sign in regex.finditer(r"\X", text, pos=begin, endpos=char_end + LONGEST):
        if sign.start() <= char_start < sign.end():
            begin = sign.start()
        if sign.end() >= char_end:
            return begin, sign.end()
    return begin, char_end
