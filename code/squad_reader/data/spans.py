"""From an answer's characters to its tokens and back.

The 2018 code looked for the tokens whose text equals the answer's, and threw the question away
where there were none. Here an answer that begins or ends inside a token is widened to whole tokens.
This file is for Python 2.7 too: `code/v4` uses it.
"""

from bisect import bisect_left, bisect_right


def char_to_token_span(char_starts, char_ends, char_start, char_end):
    """The smallest run of tokens that covers some characters of a context.

    Args:
        char_starts, char_ends: (T,), ascending. Where the context's tokens start and end.
        char_start, char_end: the characters, half open.

    Returns:
        start_pos, end_pos: first and last token, both inclusive; -1, -1 if no character is in a
            token.
        exact: whether the tokens hold just those characters and no more or fewer.

    Example:
        >>> starts, ends = [0, 6, 13], [5, 12, 14]  # the tokens of "Super Bowl50 !"
        >>> char_to_token_span(starts, ends, 0, 10)  # "Super Bowl"
        (0, 1, False)
    """
    start_pos = bisect_right(char_ends, char_start)
    end_pos = bisect_left(char_starts, char_end) - 1
    if char_start < 0 or char_start >= char_end or start_pos > end_pos:
        return -1, -1, False
    exact = char_starts[start_pos] == char_start and char_ends[end_pos] == char_end
    return start_pos, end_pos, bool(exact)


def first_placed(char_starts, char_ends, answers):
    """The tokens of the first gold answer that has a place in its context.

    Args:
        char_starts, char_ends: (T,), ascending. Where the context's tokens start and end.
        answers: (text, char_start) of each; char_start -1 where the place is not known. Or None.

    Returns:
        As `char_to_token_span`; of no answer if none has a place.

    Example:
        >>> first_placed([0, 6, 13], [5, 12, 14], [("Super", -1), ("Bowl", 6)])
        (1, 1, False)
    """
    for text, char_start in answers or ():
        span = char_to_token_span(char_starts, char_ends, char_start, char_start + len(text))
        if span[0] >= 0:
            return span
    return -1, -1, False


def token_to_char_span(char_starts, char_ends, start_pos, end_pos):
    """The characters from the first to the last of some tokens.

    Args:
        char_starts, char_ends: (T,). Where the context's tokens start and end.
        start_pos, end_pos: first and last token, both inclusive.

    Returns:
        char_start, char_end: half open, so that the answer is `context[char_start:char_end]`.

    Example:
        >>> token_to_char_span([0, 6, 13], [5, 12, 14], 0, 1)
        (0, 12)
    """
    return int(char_starts[start_pos]), int(char_ends[end_pos])
