"""What the spelling of a word tells: capitals and digits, its shape, its letters.

The same in every version of Python: `str.isupper` and its like know more characters in each newer
one, so letters, capitals and digits are those of Unicode 3.2, which each has beside its own. This
file is for Python 2.7 too: `code/v4` uses it.
"""

from __future__ import unicode_literals

import re
import zlib
from unicodedata import ucd_3_2_0 as unicode_3_2

NUM_KINDS = 4
LONGEST_SHAPE = 8  # letters of a shape; the rest is cut off
SMALLEST_GRAM, MOST_GRAMS = 3, 10  # letters of an n-gram; n-grams of a word, the first ones
# A letter beyond U+FFFF is one, also where Python 2.7 has it as two.
_find_letters = re.compile("[\ud800-\udbff][\udc00-\udfff]|.", re.DOTALL).findall
# Encodes half of a surrogate pair in UTF-8, as Python 2 always does.
_SURROGATES = "strict" if str is bytes else "surrogatepass"


def kinds_of(source):
    """Whether a token, as it stands in the text, is of each of four kinds.

    In this order: begins with a capital; more than one letter, all capitals; has a digit; has
    neither letter nor digit. A character beyond U+FFFF is none of letter, capital and digit.

    Example:
        >>> kinds_of("NATO"), kinds_of("1,066"), kinds_of("\u2014")
        ((True, True, False, False), (False, False, True, False), (False, False, False, True))
    """
    categories = [_category(letter) for letter in source]
    all_capitals = "Lu" in categories and "Ll" not in categories and "Lt" not in categories
    return (
        categories[:1] == ["Lu"],
        len(source) > 1 and all_capitals,
        any(map(_is_digit, source, categories)),
        not any(category[0] in "LN" for category in categories),
    )


def _category(letter):
    """Its class in Unicode 3.2: "Lu" is a capital, "L." a letter, "N." a number."""
    return unicode_3_2.category(letter) if letter <= "\uffff" else "Cs"


def _is_digit(letter, category):
    # The number of a digit that is newer than Unicode 3.2 depends on the version of Python.
    return category[0] == "N" and unicode_3_2.digit(letter, None) is not None


def shape_of(word):
    """Digits are 0, runs of small Latin letters a; at most `LONGEST_SHAPE` letters.

    Example:
        >>> shape_of("2,400"), shape_of("1990s"), shape_of("mp3")
        ('0,000', '0000a', 'a0')
    """
    return re.sub("[a-z]+", "a", re.sub("[0-9]", "0", word))[:LONGEST_SHAPE]


def grams_of(word, buckets, size=SMALLEST_GRAM, most=MOST_GRAMS):
    """The first n-grams of "<word>", each as one of a fixed number of buckets by CRC-32.

    Args:
        word: not empty.
        buckets: how many there are; the first, 0, stands for no n-gram.
        size: letters in an n-gram.
        most: n-grams that are read.

    Returns:
        list of 1 to `most` numbers from 1 on.

    Example:
        >>> grams_of("at", 1000) == [1 + zlib.crc32(gram) % 999 for gram in (b"<at", b"at>")]
        True
    """
    letters = _find_letters("<" + word + ">")
    number = min(max(len(letters) - size + 1, 1), most)
    grams = ("".join(letters[i : i + size]).encode("utf-8", _SURROGATES) for i in range(number))
    # Python 2 gives the sum with a sign.
    return [1 + (zlib.crc32(gram) & 0xFFFFFFFF) % (buckets - 1) for gram in grams]
