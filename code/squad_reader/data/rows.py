"""Which part of which context is read for which question.

A *row* is one question with the part of its context that is read at once (a *window*). In training
there is one row a question, with the window that holds the answer; in prediction a context longer
than `context_len` gives several overlapping rows. A window is known by its context and its first
token, never by what stands in it.
"""

import enum
from dataclasses import dataclass, replace

import numpy as np

from squad_reader.data.tokenized import TokenizedData


class Target(enum.IntEnum):
    """What a row is to a question's gold answer span."""

    WHOLE = 0  # it holds all of the answer
    CUT = 1  # it holds some of its tokens, so it has no true start and end
    OUTSIDE = 2  # it holds none of them
    NONE = 3  # there is no span: `placement.Placement` says why


@dataclass(frozen=True)
class Rows:
    """Rows over a data set.

    Attributes:
        data: the data set.
        question_len: most tokens of a question that are read.
        examples: int64, (N,). Which question each row asks.
        window_starts: int64, (N,). First token of the window in its context.
        lengths: int64, (N,). Tokens in the window.
    """

    data: TokenizedData
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

    def question_lengths(self, numbers: np.ndarray | slice = slice(None)) -> np.ndarray:
        """int64. Tokens of the questions that are read, for these rows."""
        lengths: np.ndarray = np.diff(self.data.question_offsets)[self.examples[numbers]]
        return np.minimum(lengths, self.question_len)

    def windows(self, numbers: np.ndarray) -> np.ndarray:
        """int64. Where the windows of these rows begin in all contexts' tokens: equal for rows
        with the same window, and for no others."""
        contexts = self.data.example_contexts[self.examples[numbers]]
        begins: np.ndarray = self.data.context_offsets[contexts] + self.window_starts[numbers]
        return begins

    def targets(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The gold answer spans, counted from the first tokens of these rows' windows.

        Returns:
            start_pos, end_pos: int32. Both inclusive; -1 where the row does not hold the whole.
            target: int8. A `Target` for each row.
        """
        examples = self.examples[numbers]
        gold_start, gold_end = self.data.start_pos[examples], self.data.end_pos[examples]
        start_pos, end_pos = (gold - self.window_starts[numbers] for gold in (gold_start, gold_end))
        last = self.lengths[numbers] - 1
        target = np.select(
            [
                gold_start < 0,
                (end_pos < 0) | (start_pos > last),
                (start_pos < 0) | (end_pos > last),
            ],
            [Target.NONE, Target.OUTSIDE, Target.CUT],
            Target.WHOLE,
        ).astype(np.int8)
        whole = target == Target.WHOLE
        return (
            np.where(whole, start_pos, -1).astype(np.int32),
            np.where(whole, end_pos, -1).astype(np.int32),
            target,
        )


def training_rows(data: TokenizedData, context_len: int, question_len: int) -> Rows:
    """One row for each question whose answer span fits into a window, with one that holds it."""
    spans = data.end_pos - data.start_pos + 1
    examples = np.flatnonzero((data.start_pos >= 0) & (spans <= context_len))
    lengths = context_lengths(data)[examples]
    middle = (data.start_pos[examples] + data.end_pos[examples]) // 2
    last_start = np.maximum(lengths - context_len, 0)
    starts = np.clip(middle - context_len // 2, 0, last_start)
    last_token = starts + context_len - 1  # an answer of just `context_len` tokens begins later
    starts = starts + np.maximum(data.end_pos[examples] - last_token, 0)
    return _make_rows(data, question_len, examples, starts, context_len)


def num_too_long(data: TokenizedData, context_len: int) -> int:
    """How many answer spans fit into no window, so that nothing true could be trained on them."""
    return int(np.sum(data.end_pos - data.start_pos + 1 > context_len))


def prediction_rows(data: TokenizedData, context_len: int, question_len: int) -> Rows:
    """All of every context: overlapping windows, half a window apart, where it is longer.

    A question whose context has no token has no row.
    """
    lengths = context_lengths(data)
    step = max(context_len // 2, 1)
    counts = np.where(lengths > 0, 1 + -(-np.maximum(lengths - context_len, 0) // step), 0)
    examples = np.repeat(np.arange(len(lengths)), counts)
    place = np.arange(len(examples)) - np.repeat(np.cumsum(counts) - counts, counts)
    last_start = np.maximum(lengths - context_len, 0)[examples]
    starts = np.minimum(place * step, last_start)
    return _make_rows(data, question_len, examples, starts, context_len)


def context_lengths(data: TokenizedData) -> np.ndarray:
    """int64, (Q,). Tokens in the context of each question."""
    lengths: np.ndarray = np.diff(data.context_offsets)[data.example_contexts]
    return lengths


def _make_rows(
    data: TokenizedData,
    question_len: int,
    examples: np.ndarray,
    window_starts: np.ndarray,
    context_len: int,
) -> Rows:
    lengths = np.minimum(context_lengths(data)[examples], context_len)
    return Rows(data, question_len, examples, window_starts.astype(np.int64), lengths)
