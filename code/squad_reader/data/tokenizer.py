"""Splits text into words, numbers and punctuation marks, and gives the place of each.

First stage after reading the JSON: contexts and questions become tokens here. The 2018 code called
nltk's `word_tokenize`, lower-cased the whole context, and later searched the tokens' places in
it, which lost 2.1 % of the training questions. Here one regular expression finds the places
themselves; the text is never changed, and every character that is not a space is in exactly one
token. Only the text that is looked up in GloVe has lower case and straight quotes (`normalise`).

The spans are those of `nltk.tokenize.RegexpTokenizer(PATTERN).span_tokenize`. The standard `re`
does the same without importing nltk, which takes 0.4 s.

Words are split as GloVe 6B has them: "do" "n't", "levi" "'s", "u.s.", "1,000,000". It was made
with Stanford's tokenizer, but hyphens and dashes are always split here, since answers begin and
end there.

The pattern names its characters one by one, because `\\w`, `\\s` and `\\d` mean other characters
in each version of Unicode, hence of Python. This file is for Python 2.7 too: `code/v4` uses it.

Sources:
    GloVe 6B (Pennington et al. 2014), https://nlp.stanford.edu/projects/glove/
    nltk, https://www.nltk.org/api/nltk.tokenize.regexp.html
"""

from __future__ import unicode_literals

import re
from collections import namedtuple

# Part of the key of every cache of tokens. Raise it whenever the tokens of a text change.
TOKENIZER_VERSION = 2
# Versions whose checkpoints can be read. Version 1 cut words at soft hyphens, of which SQuAD's
# train and dev set hold none.
READABLE_VERSIONS = (1, 2)

# What Python 3's `str.isspace` calls a space.
SPACES = "\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# The characters of words: whole blocks of Unicode that have letters, with their digits, combining
# marks and characters not assigned yet; without the common marks that end a sentence or a clause.
LETTERS = (
    "0-9A-Za-z"
    "\xaa\xb5\xba\xc0-\xd6\xd8-\xf6\xf8-\u037d\u037f-\u0386\u0388-\u0588"  # Latin to Armenian
    "\u058a-\u060b\u060d-\u061a\u061c-\u061e\u0620-\u06d3\u06d5-\u0963"  # Hebrew, Arabic, ...
    "\u0966-\u167f\u1681-\u1fff"  # scripts of South and South-East Asia, ..., accented Greek
    "\u200c\u200d"  # joiners inside words of Persian and of Indian scripts
    "\u2c00-\u2dff\u3005-\u3007\u3041-\u30fa\u30fc-\ud7ff"  # Chinese, Japanese, Korean, ...
    "\uf900-\ufdff\ufe20-\ufe2f\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uffdc"
)
SOFT_HYPHEN = "\xad"  # shown only where a line ends inside the word
WORD_ENDS = "(?!%s*[%s])" % (SOFT_HYPHEN, LETTERS)
QUOTE_T = "['\u2019][tT]" + WORD_ENDS

PATTERN = "|".join(
    [
        r"[A-Za-z]\.(?:[A-Za-z]\.)+",  # U.S.  e.g.  p.m.
        r"[0-9][0-9]?[0-9]?(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?",  # 1,000,000  1,234.5
        r"[0-9]+(?:\.[0-9]+)+",  # 3.14  10.6.8
        "[nN]" + QUOTE_T,  # do|n't
        # Words, years, 20th, 1990s; they end with a letter.
        "[%s][%s%s]*(?<!%s)(?!(?<=[nN])%s)" % (LETTERS, LETTERS, SOFT_HYPHEN, SOFT_HYPHEN, QUOTE_T),
        "['\u2019](?:[sSmMdD]|[lL][lL]|[rR][eE]|[vV][eE])" + WORD_ENDS,  # levi|'s  we|'ll
        r"\.\.+",
        "--+",
        "``",
        "''",
        # One character beyond U+FFFF where Python has it as two (a "narrow" Python 2.7).
        "[\ud800-\udbff][\udc00-\udfff]",
        "[^%s]" % SPACES,  # any other character is a token of its own
    ]
)
_find_tokens = re.compile(PATTERN).finditer

# Lower case of Latin, Greek and Cyrillic letters, one letter for one: `str.lower` would make two
# of "\u0130" and choose the sigma by its neighbours, and knows more letters in newer versions of
# Python. All letters in these ranges are older than the Unicode 5.2 of Python 2.7, for which
# "%c" stands for `chr`.
_CAPITALS = ["AZ", "\xc0\xde", "\u0100\u024f", "\u0386\u03ab", "\u0400\u0523"]  # first and last
_CAPITALS += ["\u0531\u0556", "\u1e00\u1eff"]
_LOWER = {
    code: ("%c" % code).lower()[0]
    for block in _CAPITALS
    for code in range(ord(block[0]), ord(block[1]) + 1)
}
# Copies of GloVe 6B have different quotes and dashes; these three are in all of them.
_QUOTES = dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\xab\xbb"), '"')
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b"), "'")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
# For `str.translate`: from the source of a token to the text that GloVe has.
LOOKUP = dict(_LOWER)
LOOKUP[ord(SOFT_HYPHEN)] = ""
for _characters in (_QUOTES, _APOSTROPHES, _DASHES):
    LOOKUP.update(_characters)
_DOUBLE_QUOTES = ("``", "''")


class Token(namedtuple("Token", ["text", "char_start", "char_end"])):
    """One token.

    Attributes:
        text: what to look up in GloVe; not for showing.
        char_start, char_end: the token is `text[char_start:char_end]` of the text it came from.
    """

    __slots__ = ()


def normalise(source):  # type: (str) -> str
    """The form in which GloVe has a token: lower case, straight quotes, one kind of dash.

    Soft hyphens are left out, but for one that is alone: no token is empty.

    Example:
        >>> normalise("Levi"), normalise("\u2019S"), normalise("``")
        ('levi', "'s", '"')
    """
    return '"' if source in _DOUBLE_QUOTES else source.translate(LOOKUP) or source


def token_spans(text):  # type: (str) -> list[tuple[int, int]]
    """The places of the tokens of a text: (char_start, char_end), half open, in order.

    Example:
        >>> token_spans("I don't.")
        [(0, 1), (2, 4), (4, 7), (7, 8)]
    """
    return [match.span() for match in _find_tokens(text)]


def tokenize(text):  # type: (str) -> list[Token]
    """The tokens of a text, in order.

    Args:
        text: any text.

    Returns:
        Tokens that do not overlap, hold no space, and together hold all other characters.

    Example:
        >>> [token.text for token in tokenize("Levi's cost $1,000.50 in the U.S.")]
        ['levi', "'s", 'cost', '$', '1,000.50', 'in', 'the', 'u.s.']
    """
    return [Token(normalise(text[start:end]), start, end) for start, end in token_spans(text)]
