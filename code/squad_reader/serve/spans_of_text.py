"""One scale for all spans of a text that is read in parts.

Each window of each passage gives logits. A span's logit is that of its start plus that of its end;
where two windows or two passages overlap, the larger one. Its probability is the softmax over all
legal spans of all passages, each counted once, so that a short passage does not win by being short.
A span that crosses a blank line is not legal.

`model.span_decoder` chooses, by the same rule as everywhere.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from squad_reader.model.span_decoder import choose, near_best
from squad_reader.serve.passages import Passage


class FoundSpan(NamedTuple):
    """A span of tokens.

    Attributes:
        start_pos, end_pos: its first and last token in the text, both inclusive.
        probability: among all legal spans of all passages.
    """

    start_pos: int
    end_pos: int
    probability: float


class _Run:
    """Tokens of passages that overlap, or of one that overlaps with no other.

    Args:
        passages: in the order of the text, each but the first beginning inside the one before.
        max_answer_len: as in `SpansOfText`.
    """

    def __init__(self, passages: Sequence[Passage], max_answer_len: int) -> None:
        last = passages[-1]
        self.first, length = passages[0].first, last.first + last.tokens - passages[0].first
        # (tokens, A): the logit of the span that begins there and has 1, 2, ... A tokens; -inf
        # where no window has been read, and where the span is not legal.
        self.logits = np.full((length, min(length, max_answer_len or length)), -np.inf)
        begins = {each.first + i - self.first for each in passages for i in each.paragraphs}
        ends = np.array([*sorted(begins), length])
        places = np.arange(length)
        self._room = ends[np.searchsorted(ends, places, side="right")] - places  # (tokens,)

    def add(self, first: int, starts: np.ndarray, ends: np.ndarray) -> None:
        """Take in a window; `first` is its first token in the text."""
        begin, length = first - self.first, len(starts)
        for more in range(min(self.logits.shape[1], length)):
            places = slice(begin, begin + length - more)
            found = starts[: length - more].astype(np.float64) + ends[more:]
            column = self.logits[places, more]
            np.maximum(column, found, out=column, where=self._room[places] > more)


class SpansOfText:
    """Takes in windows, one after the other, and gives the best spans of all.

    Args:
        passages: those that are read, in the order of the text; at least one.
        max_answer_len: most tokens in a span; 0 means no limit.
    """

    def __init__(self, passages: Sequence[Passage], max_answer_len: int) -> None:
        runs: list[list[Passage]] = []
        self._passages, self._run_of = passages, list[int]()
        for passage in passages:
            if not runs or passage.first >= runs[-1][-1].first + runs[-1][-1].tokens:
                runs.append([])
            runs[-1].append(passage)
            self._run_of.append(len(runs) - 1)
        self._runs = [_Run(run, max_answer_len) for run in runs]

    def add(self, passage: int, first: int, starts: np.ndarray, ends: np.ndarray) -> None:
        """Take in a window.

        Args:
            passage: of which passage.
            first: place of its first token there.
            starts, ends: (T,). Logits of its real tokens, in nats.
        """
        self._runs[self._run_of[passage]].add(self._passages[passage].first + first, starts, ends)

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
        return np.concatenate([run.logits.ravel() for run in self._runs])

    def _place(self, number: int) -> tuple[int, int]:
        """First and last token of the span with this number."""
        sizes = np.cumsum([0, *(run.logits.size for run in self._runs)])
        run = int(np.searchsorted(sizes, number, side="right")) - 1
        start, more = divmod(number - int(sizes[run]), self._runs[run].logits.shape[1])
        start += self._runs[run].first
        return start, start + more
