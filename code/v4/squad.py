"""SQuAD JSON to arrays of words: first stage of this edition.

The same as `squad_reader.data.squad_json` and `.preprocess`, in short: each context is tokenized
once, every question is kept.
"""

from __future__ import unicode_literals

from array import array
from collections import defaultdict

import numpy as np

from squad_reader.data.spans import char_to_token_span
from squad_reader.data.tokenizer import normalise, token_spans
from squad_reader.score.score_files import TEXT, ScoringError, part, read_json


class Data(object):
    """A SQuAD file. C contexts, Q questions, W distinct words.

    Attributes:
        contexts: list of the paragraphs' texts.
        ids, golds: lists, (Q,). Question ids; lists of gold answer texts, empty if there are none.
        context_of: int64, (Q,). Which context a question is about.
        words: list of distinct words, as `normalise` gives them, most frequent first.
        context_words, question_words: int64. All tokens, one text after the other, as indices
            into `words`.
        context_offsets, question_offsets: int64, (C + 1,) and (Q + 1,). Text i is
            `[offsets[i]:offsets[i + 1]]`.
        char_starts, char_ends: int64. Place of each of the contexts' tokens, half open.
        start_pos, end_pos: int64, (Q,). First gold answer's tokens, both inclusive; -1 if none.

    Args:
        path: SQuAD JSON, gzip compressed or not.

    Raises:
        ScoringError: the file is broken; the line says where.
    """

    def __init__(self, path):
        self.contexts, self.ids, self.golds = [], [], []
        self._questions, self._context_of, self._answers = [], [], []
        self._read(*read_json(path))
        self.context_of = np.array(self._context_of, dtype=np.int64)
        numbers = defaultdict(lambda: len(numbers))
        context_sources, chars, self.context_offsets = _tokens(self.contexts, numbers)
        question_sources, _, self.question_offsets = _tokens(self._questions, numbers)
        self.char_starts, self.char_ends = chars[0::2], chars[1::2]
        sources = np.concatenate([context_sources, question_sources])
        self.words, new_numbers = _count_words(numbers, sources)
        self.context_words = new_numbers[context_sources]
        self.question_words = new_numbers[question_sources]
        spans = [self._span(i, *answer) for i, answer in enumerate(self._answers)]
        self.start_pos, self.end_pos = np.array(spans, dtype=np.int64).reshape(-1, 2).T

    def _read(self, name, content):
        seen = set()
        for number, article in enumerate(part(name, content, "data", list)):
            place = "%s: article %d" % (name, number)
            place += ' "%s"' % part(place, article, "title", TEXT)
            for number, paragraph in enumerate(part(place, article, "paragraphs", list)):
                where = "%s, paragraph %d (numbers count from 0)" % (place, number)
                self.contexts.append(part(where, paragraph, "context", TEXT))
                for question in part(where, paragraph, "qas", list):
                    self._read_question(where, question, seen)

    def _read_question(self, place, question, seen):
        question_id = part(place + ", a question", question, "id", TEXT)
        place += ", question %s" % question_id
        if question_id in seen:
            raise ScoringError("%s: expected a new id, got one that occurs before" % place)
        seen.add(question_id)
        self.ids.append(question_id)
        self._context_of.append(len(self.contexts) - 1)
        self._questions.append(part(place, question, "question", TEXT))
        answers = part(place, question, "answers", list) if "answers" in question else []
        self.golds.append([part(place, answer, "text", TEXT) for answer in answers])
        starts = [part(place, answer, "answer_start", int) for answer in answers]
        self._answers.append((starts[0], self.golds[-1][0]) if answers else (-1, ""))

    def _span(self, question, char_start, text):
        """start_pos, end_pos of an answer; -1 where it isn't at its `answer_start`."""
        context = self.context_of[question]
        if char_start < 0 or not self.contexts[context].startswith(text, char_start):
            return -1, -1
        tokens = slice(*self.context_offsets[context : context + 2])
        starts, ends = self.char_starts[tokens], self.char_ends[tokens]
        return char_to_token_span(starts, ends, char_start, char_start + len(text))[:2]

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


def _count_words(numbers, tokens):
    """Distinct words, most frequent first, ties in alphabetical order; new number of each source.

    Args:
        numbers: source text -> number.
        tokens: int64. All tokens, as those numbers.
    """
    sources = sorted(numbers, key=numbers.get)
    normalised = [normalise(source) for source in sources]
    counts = defaultdict(int)
    for word, count in zip(normalised, np.bincount(tokens, minlength=len(sources)).tolist()):
        counts[word] += count
    words = sorted(counts, key=lambda word: (-counts[word], word))
    number = {word: i for i, word in enumerate(words)}
    return words, np.array([number[word] for word in normalised], dtype=np.int64)
