"""Rows of questions with windows of their contexts, and padded batches of about the same length.

As in `squad_reader.data.batches` and `batch_order`: the same windows, the same widths, the same
limits. In prediction, questions on the same window share a batch, which holds the window once.
"""

from __future__ import division, unicode_literals

import copy
from collections import namedtuple

import numpy as np

CONTEXT_WIDTHS = (32, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 320, 400, 500, 600)
QUESTION_WIDTHS = (8, 12, 16, 20, 30)
MAX_BATCH_TOKENS = 12800

# B rows on W windows. `rows` int64 (B,): which rows of `Rows`. `windows` int32 (B,): which of the
# windows a row is about. `context_ids` int32 (T, W), `context_lengths` int32 (W,), `question_ids`
# int32 (J, B), `question_lengths` int32 (B,): time first, PAD 0. `match` float32 (T, B, 5), or None
# where no `Match` was given. `start_pos`, `end_pos` int32 (B,): the answer, counted from the
# window's first token; -1 if not all of it is inside.
PARTS = "rows windows context_ids context_lengths question_ids question_lengths match"
Batch = namedtuple(str("Batch"), str(PARTS + " start_pos end_pos").split())


class Rows(object):
    """Questions, each with the part of its context that is read at once.

    Attributes:
        examples: int64, (N,). Which question each row asks.
        starts, lengths: int64, (N,). First token of its window in the context, tokens in it.

    Args:
        data: `squad.Data`.
        vocabulary: gives the ids of tokens, as `vectors.Vocabulary` does.
        context_len, question_len: most tokens that are read at once; of a question the rest is
            cut off.
        training: one row for each question whose answer fits into a window, else all windows of
            all questions.
        match: `match.Match`, for a model that reads it.
    """

    def __init__(self, data, vocabulary, context_len, question_len, training, match=None):
        self.data, self.context_len, self.question_len = data, context_len, question_len
        self.match = match
        self.context_ids, self.question_ids = vocabulary.token_ids(data)
        self.all_lengths = np.diff(data.context_offsets)[data.context_of]
        self.examples, starts = self._answer_windows() if training else self._all_windows()
        self.starts = starts.astype(np.int64)
        self._measure()

    def __len__(self):
        return len(self.examples)

    def _measure(self):
        self.lengths = np.minimum(self.all_lengths[self.examples], self.context_len)
        question_lengths = np.diff(self.data.question_offsets)[self.examples]
        self.question_lengths = np.minimum(question_lengths, self.question_len)

    def take(self, numbers):
        """Only the rows with these numbers."""
        taken = copy.copy(self)
        taken.examples, taken.starts = self.examples[numbers], self.starts[numbers]
        taken._measure()
        return taken

    def _answer_windows(self):
        """For training: a window that holds all of the answer, where there is one."""
        sizes = self.data.end_pos - self.data.start_pos + 1
        examples = np.flatnonzero((self.data.start_pos >= 0) & (sizes <= self.context_len))
        first, last = self.data.start_pos[examples], self.data.end_pos[examples]
        last_start = np.maximum(self.all_lengths[examples] - self.context_len, 0)
        starts = np.clip((first + last) // 2 - self.context_len // 2, 0, last_start)
        # The window around the middle may end one token before an answer of its own length.
        return examples, np.maximum(starts, last - self.context_len + 1)

    def _all_windows(self):
        """For prediction: overlapping windows, half a window apart, over all of a context."""
        lengths, step = self.all_lengths, max(self.context_len // 2, 1)
        beyond = np.maximum(lengths - self.context_len, 0)
        counts = np.where(lengths > 0, 1 + -(-beyond // step), 0)
        examples = np.repeat(np.arange(len(lengths)), counts)
        place = np.arange(len(examples)) - np.repeat(np.cumsum(counts) - counts, counts)
        return examples, np.minimum(place * step, beyond[examples])

    def batch(self, numbers, share=False):
        """Look up and pad the rows with these numbers; `share`: each window once."""
        examples = self.examples[numbers]
        firsts = self.data.context_offsets[self.data.context_of[examples]] + self.starts[numbers]
        windows, where = np.arange(len(numbers)), np.arange(len(numbers))
        if share:
            _, windows, where = np.unique(firsts, return_index=True, return_inverse=True)
        lengths, question_lengths = self.lengths[numbers][windows], self.question_lengths[numbers]
        question_firsts = self.data.question_offsets[examples]
        start_pos, end_pos = self._answers(numbers, examples)
        return Batch(
            numbers,
            where.astype(np.int32),
            _padded(self.context_ids, firsts[windows], lengths, CONTEXT_WIDTHS),
            lengths.astype(np.int32),
            _padded(self.question_ids, question_firsts, question_lengths, QUESTION_WIDTHS),
            question_lengths.astype(np.int32),
            self._match(numbers, examples) if self.match else None,
            start_pos,
            end_pos,
        )

    def _match(self, numbers, examples):
        """What the contexts have of the questions, cut to the windows: (T, B, 5)."""
        found, offsets = self.match.encode(examples)
        firsts = offsets[:-1] + self.starts[numbers]
        return _padded(found, firsts, self.lengths[numbers], CONTEXT_WIDTHS)

    def _answers(self, numbers, examples):
        """The answers counted from the windows' first tokens; -1 where not all of one is inside."""
        first, last = self.starts[numbers], self.lengths[numbers] - 1
        start_pos = self.data.start_pos[examples] - first
        end_pos = self.data.end_pos[examples] - first
        inside = (self.data.start_pos[examples] >= 0) & (start_pos >= 0) & (end_pos <= last)
        return [np.where(inside, pos, -1).astype(np.int32) for pos in (start_pos, end_pos)]


def num_too_long(data, context_len):
    """How many answers fit into no window, so that nothing true could be trained on them."""
    return int(np.sum(data.end_pos - data.start_pos + 1 > context_len))


def _padded(values, firsts, lengths, widths):
    """Slices of an array side by side, (L, B, ...), padded to the width that the longest needs."""
    index = np.arange(_widths(lengths, widths).max())[:, None]
    index = np.where(index < lengths, firsts + index, -1)  # -1 is the row of zeros
    zeros = np.zeros((1,) + values.shape[1:], values.dtype)
    return np.concatenate([values, zeros])[index]


def _widths(lengths, widths):
    """The smallest of `widths` that holds each length; beyond the last, multiples of 100."""
    table = np.asarray(widths)
    place = np.minimum(np.searchsorted(table, lengths), len(table) - 1)
    return np.where(lengths > table[-1], -(-lengths // 100) * 100, table[place])


def shuffled_batches(rows, batch_size, seed, epoch):
    """The batches of one training epoch, as arrays of row numbers; fixed by (seed, epoch)."""
    rng = np.random.RandomState([seed, epoch])
    order = rng.permutation(len(rows))
    widths = _widths(rows.lengths, CONTEXT_WIDTHS)
    question_widths = _widths(rows.question_lengths, QUESTION_WIDTHS)
    by_width = np.lexsort((question_widths[order], widths[order]))
    batches = _cut(order[by_width], widths, batch_size)
    return [batches[i] for i in rng.permutation(len(batches))]


def sorted_batches(rows, batch_size):
    """All rows once, for prediction: by width, those on the same window side by side."""
    widths = _widths(rows.lengths, CONTEXT_WIDTHS)
    order = np.lexsort((rows.starts, rows.data.context_of[rows.examples], widths))
    return _cut(order, widths, batch_size)


def _cut(order, widths, batch_size):
    batches, place = [], 0
    while place < len(order):
        widest = widths[order[min(place + batch_size, len(order)) - 1]]
        size = min(batch_size, max(1, MAX_BATCH_TOKENS // int(widest)))
        batches.append(order[place : place + size])
        place += size
    return batches
