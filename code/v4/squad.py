"""SQuAD JSON to arrays of words: first stage of this edition.

The same as `squad_reader.data.preprocess`, in short: each context is tokenized once, every question
is kept.
"""

from __future__ import unicode_literals

from array import array
from collections import defaultdict

import numpy as np

from squad_reader.data.spans import first_placed
from squad_reader.data.squad_data import problems_to_tell
from squad_reader.data.squad_format import read_squad_file
from squad_reader.data.tokenizer import normalise, token_spans
from squad_reader.score.score_files import warn


class Data(object):
    """A SQuAD file. C contexts, Q questions, W distinct words, S distinct sources.

    A source is a token as it stands in the text ("Levi"), a word what is looked up for it ("levi").

    Attributes:
        path: where it was read, as text.
        contexts: list of the paragraphs' texts.
        examples: list of the questions, as `squad_format` has them.
        ids: list, (Q,). Question ids.
        context_of: int64, (Q,). Which context a question is about.
        words: list of distinct words, as `normalise` gives them, most frequent first.
        sources: list of distinct tokens as they stand, in the order of their first places.
        source_words: int64, (S,). The word of each.
        context_sources, question_sources: int64. All tokens, one text after the other, as indices
            into `sources`.
        context_words, question_words: int64. Likewise, as indices into `words`.
        context_offsets, question_offsets: int64, (C + 1,) and (Q + 1,). Text i is
            `[offsets[i]:offsets[i + 1]]`.
        char_starts, char_ends: int64. Place of each of the contexts' tokens, half open.
        start_pos, end_pos: int64, (Q,). Tokens of the first gold answer that has a place, both
            inclusive; -1 if there is none.

    Args:
        path: of a form that `squad_format` names. Oddities that were kept are told on stderr.

    Raises:
        InputError: the file is broken; the line says where.
    """

    def __init__(self, path):
        content = read_squad_file(path)
        for line in problems_to_tell(content):
            warn(line)
        self.path, self.contexts, self.examples = content.path, content.contexts, content.examples
        self.ids = [example.id for example in self.examples]
        indices = [example.context_index for example in self.examples]
        self.context_of = np.array(indices, dtype=np.int64)
        numbers = defaultdict(lambda: len(numbers))
        self.context_sources, chars, self.context_offsets = _tokens(self.contexts, numbers)
        self.question_sources, _, self.question_offsets = _tokens(
            (example.question for example in self.examples), numbers
        )
        self.char_starts, self.char_ends = chars[0::2], chars[1::2]
        self.sources = sorted(numbers, key=numbers.get)
        tokens = np.concatenate([self.context_sources, self.question_sources])
        self.words, self.source_words = _count_words(self.sources, tokens)
        self.context_words = self.source_words[self.context_sources]
        self.question_words = self.source_words[self.question_sources]
        spans = [self._span(example) for example in self.examples]
        self.start_pos, self.end_pos = np.array(spans, dtype=np.int64).reshape(-1, 2).T

    def _span(self, example):
        """start_pos, end_pos of its first gold answer that has a place."""
        tokens = slice(*self.context_offsets[example.context_index : example.context_index + 2])
        starts, ends = self.char_starts[tokens], self.char_ends[tokens]
        return first_placed(starts, ends, example.answers)[:2]

    def answer_text(self, question, start_pos, end_pos):
        """The slice of the untouched context that a token span stands for; "" if there is none."""
        context = self.context_of[question]
        first = self.context_offsets[context]
        if start_pos < 0 or end_pos < start_pos:
            return ""
        char_start, char_end = self.char_starts[first + start_pos], self.char_ends[first + end_pos]
        return self.contexts[context][char_start:char_end]


def _tokens(texts, numbers):
    """Numbers of all tokens' source texts, their places (start, end, start, ...), text offsets."""
    sources, chars, lengths = array(str("i")), array(str("i")), [0]
    for text in texts:
        spans = token_spans(text)
        sources.extend(numbers[text[start:end]] for start, end in spans)
        for span in spans:
            chars.extend(span)
        lengths.append(len(spans))
    return (
        np.array(sources, dtype=np.int64),
        np.array(chars, dtype=np.int64),
        np.cumsum(lengths, dtype=np.int64),
    )


def _count_words(sources, tokens):
    """Distinct words, most frequent first, ties in alphabetical order; the word of each source.

    Args:
        sources: list of distinct source texts.
        tokens: int64. All tokens, as indices into `sources`.
    """
    normalised = [normalise(source) for source in sources]
    counts = defaultdict(int)
    for word, count in zip(normalised, np.bincount(tokens, minlength=len(sources)).tolist()):
        counts[word] += count
    words = sorted(counts, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    return words, np.array([number[word] for word in normalised], dtype=np.int64)
