"""Lower case under Python 2.7 as under Python 3, so that both print the same scores.

Imported by `squad_v1_1` under Python 2 only. Python 3 differs in three letters: U+0130 becomes two
letters, a sigma at the end of a word becomes another letter than elsewhere, and U+180E is no space.

Source: Unicode, section 3.13 (Final_Sigma) and SpecialCasing.txt: https://www.unicode.org/
"""

from __future__ import unicode_literals

import unicodedata

CAPITAL_SIGMA, FINAL_SIGMA = "\u03a3", "\u03c2"
# Marks that may stand inside a word; with the categories in `_is_ignorable` these are the
# characters that Unicode calls Case_Ignorable.
IN_WORDS = frozenset(
    "'.:^`\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a"
)


def lower(text):  # type: (str) -> str
    """`text.lower()` of Python 3.

    Example:
        >>> lower("\\u039f\\u03a3") == "\\u03bf\\u03c2"  # the sigma at the end of a word
        True
    """
    # U+180E was a space until Unicode 6.3. U+2060 takes its place: it was never a space, and is in
    # the category that U+180E is in now.
    text = text.replace("\u180e", "\u2060").replace("\u0130", "i\u0307")
    if CAPITAL_SIGMA not in text:
        return text.lower()
    return "".join(
        FINAL_SIGMA if letter == CAPITAL_SIGMA and _ends_word(text, i) else letter.lower()
        for i, letter in enumerate(text)
    )


def _ends_word(text, i):
    """Whether the letter at i has a letter with case before it in its word, and none after."""
    return _has_case_first(reversed(text[:i])) and not _has_case_first(text[i + 1 :])


def _has_case_first(letters):
    first = next((letter for letter in letters if not _is_ignorable(letter)), "")
    return first.lower() != first.upper() or first.islower() or first.isupper()


def _is_ignorable(letter):
    return letter in IN_WORDS or unicodedata.category(letter) in ("Mn", "Me", "Cf", "Lm", "Sk")
