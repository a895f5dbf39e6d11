"""How many questions a second a run trains on, counted over whole steps."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Rate:
    """Wall-clock from step to step: making the batch, the update, its norms, the lines of the log.

    Dev scores and checkpoints come in between; `paused` leaves them out.
    """

    def __init__(self) -> None:
        self._questions = 0
        self._begin = time.perf_counter()

    def add(self, questions: int) -> None:
        """One more step was done, on so many questions."""
        self._questions += questions

    @contextmanager
    def paused(self) -> Iterator[None]:
        """What is done in this block does not count."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self._begin += time.perf_counter() - begin

    def take(self) -> float:
        """Questions a second since the last `take`; begins to count anew."""
        now = time.perf_counter()
        rate = self._questions / (now - self._begin)
        self._questions, self._begin = 0, now
        return rate
