"""How the tokens of a context overlap with those of its question, in numbers.

This file is for Python 2.7 too: `code/v4` uses it.
"""

from __future__ import division

import numpy as np

from squad_reader.data.features.same_token import in_question

AROUND = (5, 15)  # tokens on either side
SIZE = 3 + len(AROUND)


def rarity_of(words, frequent):
    """float64, (W,). How rare each word is: 0 the most frequent, 1 unknown.

    Args:
        words: the words.
        frequent: those that are less than fully rare, the most frequent first.
    """
    rank = {word: i for i, word in enumerate(frequent)}
    ranks = np.array([rank.get(word, len(frequent)) for word in words], dtype=np.float64)
    return np.log1p(ranks) / np.log1p(max(len(frequent), 1))


def overlap(contexts, questions, words, stems, rarity):
    """Of each token of some contexts: the numbers that `match.Match` tells of.

    Args:
        contexts, questions: `Texts`, as many of these as of those; question i is about context i.
        words, stems: int64, by what `tokens` are indices into. Two tokens with the same number are
            the same word, or have the same stem.
        rarity: float64, likewise. As `rarity_of` gives it.

    Returns:
        float64, (N, 5).
    """
    same = in_question(contexts, questions, words)
    alike = in_question(contexts, questions, stems)
    context, question = contexts.text_numbers(), questions.text_numbers()
    rare = alike * rarity[contexts.tokens]
    asked = rarity[questions.tokens]
    total = np.bincount(question, asked, len(contexts.offsets) - 1)
    whole = np.maximum(total, 0.1)[context]
    around = [_sums(rare, contexts.offsets, context, width) / whole for width in AROUND]
    return np.stack([same, alike, rare] + around, axis=-1)


def _sums(values, offsets, texts, width):
    """Sums over the tokens of the same text that are at most `width` away."""
    sums = np.append(0.0, np.cumsum(values))
    places = np.arange(len(values))
    last = np.minimum(places + width + 1, offsets[1:][texts])
    first = np.maximum(places - width, offsets[:-1][texts])
    return sums[last] - sums[first]
