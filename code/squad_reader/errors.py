"""The error that bad input raises in every stage, and how its text stays one line.

This file is for Python 2.7 too: `code/v4` and `evaluate.py` use it.
"""

from __future__ import unicode_literals

import re
import sys

# Characters that would break a line or change how a terminal shows the rest of it: control
# characters, line and paragraph separators, marks of writing direction, halves of surrogate pairs.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text):  # type: (str) -> str
    """The text with an escape for each character that would break the line.

    Example:
        >>> print(one_line("a\\nb"))
        a\\nb
    """
    if isinstance(text, bytes):  # a message of Python 2
        text = text.decode("utf-8", "replace")
    return _UNSEEN.sub(lambda match: match.group().encode("unicode_escape").decode("ascii"), text)


def shown(path):
    """A path as text, for messages: on the command line of Python 2 it is bytes."""
    if isinstance(path, bytes):
        return path.decode(sys.getfilesystemencoding() or "utf-8", "replace")
    return path


class InputError(ValueError):
    """Input from outside is not what was expected.

    Its text is one line, whatever text of a file it quotes. It says what was expected, what came,
    and in which file, flag or question. The command line prints it without a traceback and
    exits with a non-zero status.
    """

    def __init__(self, message):  # type: (str) -> None
        ValueError.__init__(self, one_line(message))
