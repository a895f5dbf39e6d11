"""Tokens to padded batches with masks, in an order that depends only on (seed, epoch).

Heir of the 2018 code's `data_batcher.py`. There, batches were refilled from a text file, examples
too long were thrown away, and where a run had come to could not be told. Here everything is an
index into flat arrays:

- A *row* is one question with the part of its context that is read at once (a *window*). In
  training there is one row a question, with the window that holds the answer; in prediction a
  context longer than `context_len` gives several overlapping rows.
- Rows of about the same length share a batch, padded to one of a few fixed widths. In prediction,
  the questions on one context share a batch, and the model reads the context once.
- The batches of an epoch are a pure function of (seed, epoch), so any step can be reached again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from squad_reader.data.glove import PAD_ID
from squad_reader.data.preprocess import TokenizedData
from squad_reader.data.vocabulary import Vocabulary

# Few widths, so that a backend that compiles for each shape compiles seldom; close together where
# SQuAD's contexts are (half have 90 to 160 tokens), so that little of a batch is padding.
CONTEXT_WIDTHS = (32, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 320, 400, 500, 600)
QUESTION_WIDTHS = (8, 12, 16, 20, 30)

# In prediction a batch has a multiple of this many distinct contexts, for the same reason.
WINDOWS_STEP = 8

# The memory of a training step grows with rows x width. A batch of contexts wider than this / 100
# tokens has fewer than 100 rows, which takes less memory and is no slower.
MAX_BATCH_TOKENS = 12_800
# In prediction nothing is kept for gradients.
MAX_PREDICTION_TOKENS = 25_600


class Batch(NamedTuple):
    """Some rows, padded. B rows, T context tokens, J question tokens.

    Attributes:
        rows: int64, (B,). Which rows of `Rows` these are.
        context_ids, question_ids: int32, (B, T) and (B, J). PAD 0.
        context_mask, question_mask: bool, (B, T) and (B, J). True at real tokens.
        start_pos, end_pos: int32, (B,). Answer span, both inclusive, counted from the first token
            of the window; -1 if there is none in it.
    """

    rows: np.ndarray
    context_ids: np.ndarray
    context_mask: np.ndarray
    question_ids: np.ndarray
    question_mask: np.ndarray
    start_pos: np.ndarray
    end_pos: np.ndarray

    def inputs(self) -> dict[str, np.ndarray]:
        """What `QAModel.call` takes."""
        names = ("context_ids", "context_mask", "question_ids", "question_mask")
        return {name: getattr(self, name) for name in names}

    def shared_inputs(self) -> dict[str, np.ndarray]:
        """The same with each distinct context once: W of them, and `windows` says which is whose.

        Rows of padding are added, so that W is a multiple of 8 and has few values.
        """
        _, firsts, windows = np.unique(
            self.context_ids, axis=0, return_index=True, return_inverse=True
        )
        more = ((0, -len(firsts) % WINDOWS_STEP), (0, 0))
        return {
            **self.inputs(),
            "context_ids": np.pad(self.context_ids[firsts], more),  # (W, T)
            "context_mask": np.pad(self.context_mask[firsts], more),  # (W, T)
            "windows": windows.reshape(-1).astype(np.int32),  # (B,)
        }

    def targets(self) -> dict[str, np.ndarray]:
        """What `QAModel.compute_loss` takes."""
        return {"start_pos": self.start_pos, "end_pos": self.end_pos}


@dataclass(frozen=True)
class Rows:
    """Rows over a data set whose words have ids.

    Attributes:
        examples: int64, (N,). Which question each row asks.
        window_starts: int64, (N,). First token of the window in its context.
        lengths: int64, (N,). Tokens in the window.
    """

    data: TokenizedData
    context_ids: np.ndarray
    question_ids: np.ndarray
    question_len: int
    examples: np.ndarray
    window_starts: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.examples)

    def take(self, numbers: np.ndarray) -> "Rows":
        """Only the rows with these numbers, or where a mask is True."""
        return replace(
            self,
            examples=self.examples[numbers],
            window_starts=self.window_starts[numbers],
            lengths=self.lengths[numbers],
        )


def training_rows(
    data: TokenizedData, vocabulary: Vocabulary, context_len: int, question_len: int
) -> Rows:
    """One row for each question that has an answer span, with the window that holds it."""
    examples = np.flatnonzero(data.start_pos >= 0)
    lengths = _context_lengths(data)[examples]
    middle = (data.start_pos[examples] + data.end_pos[examples]) // 2
    last_start = np.maximum(lengths - context_len, 0)
    starts = np.clip(middle - context_len // 2, 0, last_start)
    starts = np.minimum(starts, data.start_pos[examples])  # an answer longer than the window
    return _make_rows(data, vocabulary, question_len, examples, starts, context_len)


def prediction_rows(
    data: TokenizedData, vocabulary: Vocabulary, context_len: int, question_len: int
) -> Rows:
    """All of every context: overlapping windows, half a window apart, where it is longer.

    A question whose context has no token has no row.
    """
    lengths = _context_lengths(data)
    step = max(context_len // 2, 1)
    counts = np.where(lengths > 0, 1 + -(-np.maximum(lengths - context_len, 0) // step), 0)
    examples = np.repeat(np.arange(len(lengths)), counts)
    place = np.arange(len(examples)) - np.repeat(np.cumsum(counts) - counts, counts)
    last_start = np.maximum(lengths - context_len, 0)[examples]
    starts = np.minimum(place * step, last_start)
    return _make_rows(data, vocabulary, question_len, examples, starts, context_len)


def _context_lengths(data: TokenizedData) -> np.ndarray:
    """int64, (Q,). Tokens in the context of each question."""
    lengths: np.ndarray = np.diff(data.context_offsets)[data.example_contexts]
    return lengths


def _make_rows(
    data: TokenizedData,
    vocabulary: Vocabulary,
    question_len: int,
    examples: np.ndarray,
    window_starts: np.ndarray,
    context_len: int,
) -> Rows:
    ids = vocabulary.encode(data.words)
    return Rows(
        data,
        ids[data.context_words],
        ids[data.question_words],
        question_len,
        examples,
        window_starts.astype(np.int64),
        np.minimum(_context_lengths(data)[examples], context_len),
    )


def shuffled_batches(rows: Rows, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """The batches of one training epoch, as arrays of row numbers.

    Args:
        rows: from `training_rows`.
        batch_size: rows in a batch; fewer where contexts are long, and in the last batch.
        seed, epoch: the order depends on these two alone.

    Returns:
        list of int64 arrays; each row is in exactly one of them.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(rows))
    widths = _widths(rows.lengths, CONTEXT_WIDTHS)
    question_widths = _widths(_question_lengths(rows, rows.examples), QUESTION_WIDTHS)
    by_width = np.lexsort((question_widths[order], widths[order]))  # stable: ties stay shuffled
    batches = _cut(order[by_width], widths, batch_size, MAX_BATCH_TOKENS)
    return [batches[i] for i in rng.permutation(len(batches))]


def sorted_batches(rows: Rows, batch_size: int) -> list[np.ndarray]:
    """All rows once, for prediction: by width, and those of one context side by side."""
    widths = _widths(rows.lengths, CONTEXT_WIDTHS)
    contexts = rows.data.example_contexts[rows.examples]
    order = np.lexsort((rows.window_starts, contexts, widths))
    return _cut(order, widths, batch_size, MAX_PREDICTION_TOKENS)


def _cut(
    order: np.ndarray, widths: np.ndarray, batch_size: int, max_tokens: int
) -> list[np.ndarray]:
    """Cut rows, sorted by width, into batches of at most `batch_size` rows and `max_tokens`."""
    batches, place = [], 0
    while place < len(order):
        widest = widths[order[min(place + batch_size, len(order)) - 1]]
        size = min(batch_size, max(1, max_tokens // int(widest)))
        batches.append(order[place : place + size])
        place += size
    return batches


def make_batch(rows: Rows, numbers: np.ndarray) -> Batch:
    """Look up and pad the rows with these numbers."""
    data, examples = rows.data, rows.examples[numbers]
    starts = data.context_offsets[data.example_contexts[examples]] + rows.window_starts[numbers]
    context_ids, context_mask = _gather(
        rows.context_ids, starts, rows.lengths[numbers], CONTEXT_WIDTHS
    )
    question_ids, question_mask = _gather(
        rows.question_ids,
        data.question_offsets[examples],
        _question_lengths(rows, examples),
        QUESTION_WIDTHS,
    )
    start_pos, end_pos = _in_window(rows, numbers, examples)
    return Batch(
        numbers, context_ids, context_mask, question_ids, question_mask, start_pos, end_pos
    )


def _question_lengths(rows: Rows, examples: np.ndarray) -> np.ndarray:
    """int64. Tokens of these questions that are read."""
    lengths: np.ndarray = np.diff(rows.data.question_offsets)[examples]
    return np.minimum(lengths, rows.question_len)


def make_batches(rows: Rows, numbers: list[np.ndarray]) -> Iterator[Batch]:
    """`make_batch` for each array of row numbers."""
    return (make_batch(rows, some) for some in numbers)


def _in_window(rows: Rows, numbers: np.ndarray, examples: np.ndarray) -> tuple[np.ndarray, ...]:
    """The answer spans counted from the windows' first tokens; -1 where one is not inside.

    In training only an answer longer than the window isn't; its end is then cut.
    """
    first = rows.window_starts[numbers]
    last = rows.lengths[numbers] - 1
    start_pos = rows.data.start_pos[examples] - first
    end_pos = np.minimum(rows.data.end_pos[examples] - first, last)
    inside = (rows.data.start_pos[examples] >= 0) & (start_pos >= 0) & (start_pos <= last)
    return tuple(np.where(inside, pos, -1).astype(np.int32) for pos in (start_pos, end_pos))


def _gather(
    ids: np.ndarray, starts: np.ndarray, lengths: np.ndarray, widths: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Slices of a flat array, padded to the width that the longest needs."""
    width = int(_widths(lengths, widths).max(initial=1))
    columns = np.arange(width)
    mask = columns < lengths[:, None]  # (B, L)
    index = np.where(mask, starts[:, None] + columns, 0)
    if len(ids) == 0:
        return np.full(mask.shape, PAD_ID, np.int32), mask
    return np.where(mask, ids[index], PAD_ID), mask


def _widths(lengths: np.ndarray, widths: tuple[int, ...]) -> np.ndarray:
    """The smallest of `widths` that holds each length; beyond the last, multiples of 100."""
    table = np.asarray(widths)
    place = np.minimum(np.searchsorted(table, lengths), len(table) - 1)
    return np.where(lengths > table[-1], -(-lengths // 100) * 100, table[place])
