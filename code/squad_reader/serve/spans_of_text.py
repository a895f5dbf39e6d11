"""One scale for all spans of a text that is read in parts.

Each window of each passage gives logits. A span's logit is that of its start plus that of its end;
where two windows overlap, the larger one. Its probability is the softmax over all legal spans of
all passages, each counted once, so that a short passage does not win by being short.

`model.span_decoder` chooses, by the same rule as everywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from squad_reader.model.span_decoder import choose, near_best


class FoundSpan(NamedTuple):
    """A span of tokens.

    Attributes:
        passage: which passage.
        start_pos, end_pos: its first and last token there, both inclusive.
        probability: among all legal spans of all passages.
    """

    passage: int
    start_pos: int
    end_pos: int
    probability: float


class SpansOfText:
    """Takes in windows, one after the other, and gives the best spans of all.

    Args:
        lengths: tokens in each passage; at least one of them.
        max_answer_len: most tokens in a span; 0 means no limit.
    """

    def __init__(self, lengths: Sequence[int], max_answer_len: int) -> None:
        # Of each passage (tokens, A): the logit of the span that begins there and has 1, 2, ... A
        # tokens; -inf where no window has been read.
        self._logits = [
            np.full((length, min(length, max_answer_len or length)), -np.inf) for length in lengths
        ]

    def add(self, passage: int, first: int, starts: np.ndarray, ends: np.ndarray) -> None:
        """Take in a window.

        Args:
            passage: of which passage.
            first: place of its first token there.
            starts, ends: (T,). Logits of its real tokens, in nats.
        """
        logits, length = self._logits[passage], len(starts)
        for more in range(min(logits.shape[1], length)):
            found = starts[: length - more].astype(np.float64) + ends[more:]
            column = logits[first : first + length - more, more]
            np.maximum(column, found, out=column)

    def best(self, number: int, temperature: float = 1.0) -> list[FoundSpan]:
        """The best spans, by `span_decoder.choose`, of all windows that were taken in.

        Args:
            number: how many at most.
            temperature: divides the logits in the probabilities; it changes no choice.
        """
        logits = self._all_logits()
        legal = np.flatnonzero(np.isfinite(logits))
        if not len(legal):
            return []
        near = legal[near_best(logits[legal], number)]
        chosen = choose(dict(zip(near.tolist(), logits[near].tolist(), strict=True)), number)
        top = logits[legal].max()
        total = np.sum(np.exp((logits[legal] - top) / temperature))
        return [
            FoundSpan(*self._place(place), float(np.exp((logit - top) / temperature) / total))
            for place, logit in chosen
        ]

    def logits(self) -> np.ndarray:
        """float64. Of all legal spans of all windows that were taken in, in nats."""
        logits = self._all_logits()
        return logits[np.isfinite(logits)]

    def _all_logits(self) -> np.ndarray:
        """From the earliest span on; -inf at those that are none."""
        return np.concatenate([each.ravel() for each in self._logits])

    def _place(self, number: int) -> tuple[int, int, int]:
        """Passage, first and last token of the span with this number."""
        sizes = np.cumsum([0, *(each.size for each in self._logits)])
        passage = int(np.searchsorted(sizes, number, side="right")) - 1
        width = self._logits[passage].shape[1]
        start, more = divmod(number - int(sizes[passage]), width)
        return passage, start, start + more
