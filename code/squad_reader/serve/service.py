"""`Service`: the answers of a reader, a few at a time, each within a limit of time."""

import asyncio
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from pydantic import BaseModel

from squad_reader.config import Config
from squad_reader.data.batches import Batch
from squad_reader.predict.reader import Reader
from squad_reader.serve.guard import Refused
from squad_reader.serve.recent_texts import RecentTexts


class Limits(BaseModel):
    """What a request may ask for.

    Attributes:
        context, question: most characters of each.
        waiting: most requests that wait for an answer, those at work included.
        at_work: requests that are answered at the same time.
        seconds: in which an answer must be there.
    """

    context: int = Config.max_context
    question: int = Config.max_question
    waiting: int = Config.max_waiting
    at_work: int = 2
    seconds: float = Config.answer_seconds


class FoundAnswer(BaseModel):
    """`context[char_start:char_end]`, in Unicode code points, and how probable it is."""

    text: str
    char_start: int
    char_end: int
    probability: float


class Look(BaseModel):
    """What each word of an answer looked at in the question: weights of its words, (answer,
    question), each row of which adds up to 1."""

    answer: list[str]
    question: list[str]
    weights: list[list[float]]


class Answers(BaseModel):
    """The best answers, the best first; how many passages of the text were read, and how many
    there are; the same of the question's tokens, its words and marks, of which the first ones are
    read; and, where it was asked for, what the best answer looked at."""

    answers: list[FoundAnswer]
    passages_read: int
    passages: int
    question_tokens_read: int
    question_tokens: int
    attention: Look | None = None


class Service:
    """Answers of a reader, a few at a time.

    Args:
        reader: of one model; used by several threads.
        limits: what a request may ask for.
    """

    def __init__(self, reader: Reader, limits: Limits) -> None:
        self.limits, self._texts = limits, RecentTexts(reader)
        self._threads = ThreadPoolExecutor(limits.at_work, "answer")
        self._places = threading.Semaphore(limits.waiting)

    def end(self) -> float:
        """When, by `time.monotonic`, a request that arrives now must have all its answers."""
        return time.monotonic() + self.limits.seconds

    async def answer(
        self,
        context: str,
        question: str,
        n_best: int,
        attention: bool = False,
        end: float | None = None,
    ) -> Answers:
        """Wait for a free thread, then for the answer.

        Args:
            context, question: texts with something to see.
            n_best: how many answers at most.
            attention: whether to give what the best answer looked at.
            end: when the request must be answered; None: it begins here.

        Raises:
            Refused: too many wait, or the answer takes too long.
        """
        if not self._places.acquire(blocking=False):
            raise Refused(503, "too many requests wait; try again in a second")
        end = self.end() if end is None else end
        work = self._threads.submit(self._answer, context, question, n_best, attention, end)
        # Not when the client has its error, but when no thread is at it any more.
        work.add_done_callback(lambda _: self._places.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), end - time.monotonic())
        except asyncio.TimeoutError:  # noqa: UP041  # another one in Python 3.10
            raise self._too_late() from None

    def _answer(
        self, context: str, question: str, n_best: int, attention: bool, end: float
    ) -> Answers:
        def until_end(batches: Iterable[Batch], number: int) -> Iterator[Batch]:
            for batch in batches:
                if time.monotonic() > end:  # nobody waits for it any more
                    raise self._too_late()
                yield batch

        texts = self._texts.reader_of(context)
        found = texts.ask(question, n_best, until_end)
        answers = [FoundAnswer(**answer._asdict()) for answer in found.answers]
        look = texts.look(question, found.answers[0]) if attention else None
        read, tokens = texts.question_tokens(question)
        return Answers(
            answers=answers,
            passages_read=found.read,
            passages=found.passages,
            question_tokens_read=read,
            question_tokens=tokens,
            attention=look and Look(**look._asdict()),
        )

    def _too_late(self) -> Refused:
        return Refused(503, f"no answer within {self.limits.seconds:g} seconds")
