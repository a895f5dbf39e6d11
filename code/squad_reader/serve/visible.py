"""Whether a text or a question has anything to see: one that has not counts as empty."""

import re

# For `[...]`: control characters, spaces, the empty Braille cell, and what Unicode says to show as
# nothing (Default_Ignorable_Code_Point). One by one, as each Python knows another Unicode.
INVISIBLE = (
    "\x00- \x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    "\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
VISIBLE = f"[^{INVISIBLE}]"


def has_visible(text: str) -> bool:
    """Whether a text has a character that can be seen.

    Example:
        >>> has_visible("\\u200b \\u2026"), has_visible("\\u200b \\ufeff\\n")
        (True, False)
    """
    return re.search(VISIBLE, text) is not None
