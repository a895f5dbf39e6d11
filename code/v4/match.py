"""Which words of a context its question has too, as `squad_reader.data.features.match` tells it."""

from __future__ import unicode_literals

from collections import namedtuple

import numpy as np

from squad_reader.data.features.overlap import overlap, rarity_of
from squad_reader.data.features.same_token import stem_numbers


class Texts(namedtuple(str("Texts"), str("tokens offsets").split())):
    """Some texts as tokens, one text after the other. N tokens.

    Attributes:
        tokens: int64, (N,). Indices into the words of a data set.
        offsets: int64, (number of texts + 1,). Text i is `[offsets[i]:offsets[i + 1]]` of these.
    """

    __slots__ = ()

    def text_numbers(self):
        """int64, (N,). In which text each token is."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def take(self, numbers, longest=None):
        """These texts, one after the other; of each at most the first `longest` tokens."""
        lengths = np.diff(self.offsets)[numbers]
        if longest is not None:
            lengths = np.minimum(lengths, longest)
        offsets = np.append(0, np.cumsum(lengths))
        places = np.repeat(self.offsets[numbers] - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Texts(self.tokens[places], offsets)


class Match(object):
    """Match features of a data set: of a whole context and of a question as it is read.

    Args:
        data: `squad.Data`.
        frequent: words that are less than fully rare, the most frequent first.
        question_len: most tokens of a question that are read.
    """

    def __init__(self, data, frequent, question_len):
        self.context_of, self.question_len = data.context_of, question_len
        self.contexts = Texts(data.context_words, data.context_offsets)
        self.questions = Texts(data.question_words, data.question_offsets)
        self.words, self.stems = np.arange(len(data.words)), stem_numbers(data.words)
        self.rarity = rarity_of(data.words, frequent)

    def encode(self, examples):
        """The numbers of some questions, as 16 bits hold them.

        Args:
            examples: int64, (B,). Which questions.

        Returns:
            float32, (N, 5). Of the context's tokens of the first question, then of the second, ...
            int64, (B + 1,). Question i has `[offsets[i]:offsets[i + 1]]` of these.
        """
        contexts = self.contexts.take(self.context_of[examples])
        questions = self.questions.take(examples, self.question_len)
        found = overlap(contexts, questions, self.words, self.stems, self.rarity)
        return found.astype(np.float16).astype(np.float32), contexts.offsets
