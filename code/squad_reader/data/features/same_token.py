"""Which tokens of a context its question has too, for any sense of "the same".

This file is for Python 2.7 too: `code/v4` uses it.
"""

from __future__ import unicode_literals

import re

import numpy as np

from squad_reader.data.features.stemmer import porter_stemmer

MOST_KNOWN = 100000  # words whose stems are remembered, for the next question
_porter = porter_stemmer()
_known = {}  # type: dict[str, str]
# Words of these letters are stemmed: Latin, phonetic, with accents. They have no capital once
# `normalise` has been there, so nltk's `str.lower` does nothing; of other letters it knows more in
# newer versions of Python.
_is_latin = re.compile("[\0-\u036f\u1d00-\u1eff]*$").match


def in_question(contexts, questions, numbers):
    """Whether the question beside a context has the same token, for each of the context's tokens.

    Args:
        contexts, questions: `Texts`, as many of these as of those, as `feature.pairs_of` gives
            them.
        numbers: int64, by what `tokens` are indices into. Two with the same number are the same.

    Returns:
        bool, (N,). For all tokens of the contexts.
    """
    count = int(np.append(numbers, 0).max()) + 1
    context, question = (
        texts.text_numbers() * count + numbers[texts.tokens] for texts in (contexts, questions)
    )
    return np.isin(context, question)


def stem_of(word):
    """The stem of a word by Porter's algorithm; a word with letters that are not Latin is its own.

    Args:
        word: as `normalise` gives it.
    """
    stem = _known.get(word)
    if stem is None:
        if len(_known) >= MOST_KNOWN:
            _known.clear()
        stem = _known[word] = _porter.stem(word) if _is_latin(word) else word
    return stem


def stem_numbers(words):
    """int64, (W,). Words with the same stem have the same number.

    Args:
        words: as `normalise` gives them.

    Example:
        >>> stem_numbers(["painted", "painter", "paints"]).tolist()
        [0, 1, 0]
    """
    numbers = {}  # type: dict[str, int]
    stems = [numbers.setdefault(stem_of(word), len(numbers)) for word in words]
    return np.array(stems, dtype=np.int64)
