"""The routes of the service: questions in, answers with their places out; and the page."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from squad_reader import __version__
from squad_reader.data.batches import Batch
from squad_reader.predict.reader import Reader
from squad_reader.serve.guard import Refused, error_content
from squad_reader.serve.recent_texts import RecentTexts

PAGE = {  # path -> file, type
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/docs": ("docs.html", "text/html; charset=utf-8"),
}
MOST_AT_ONCE = 100  # questions in a request of many


class Limits(BaseModel):
    """What a request may ask for.

    Attributes:
        context, question: most characters of each.
        waiting: most requests that wait for an answer, those at work included.
        at_work: requests that are answered at the same time.
        seconds: in which an answer must be there.
    """

    context: int = 1_000_000
    question: int = 1_000
    waiting: int = 64
    at_work: int = 2
    seconds: float = 30.0


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
    there are; and, where it was asked for, what the best answer looked at."""

    answers: list[FoundAnswer]
    passages_read: int
    passages: int
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

    async def answer(
        self, context: str, question: str, n_best: int, attention: bool = False
    ) -> Answers:
        """Wait for a free thread, then for the answer.

        Raises:
            Refused: too many wait, the answer takes too long, or there is nothing to answer.
        """
        if not question.strip():
            raise Refused(422, "expected a question, got an empty one", "question")
        if not self._places.acquire(blocking=False):
            raise Refused(503, "too many requests wait; try again in a second")
        end = time.monotonic() + self.limits.seconds
        work = self._threads.submit(self._answer, context, question, n_best, attention, end)
        # Not when the client has its error, but when no thread is at it any more.
        work.add_done_callback(lambda _: self._places.release())
        try:
            return await asyncio.wait_for(asyncio.wrap_future(work), self.limits.seconds)
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
        if not found.passages:
            raise Refused(422, "expected a text with a word, got an empty one", "context")
        answers = [FoundAnswer(**answer._asdict()) for answer in found.answers]
        look = texts.look(question, found.answers[0]) if attention else None
        return Answers(
            answers=answers,
            passages_read=found.read,
            passages=found.passages,
            attention=look and Look(**look._asdict()),
        )

    def _too_late(self) -> Refused:
        return Refused(503, f"no answer within {self.limits.seconds:g} seconds")


def make_api(service: Service) -> FastAPI:
    """The application, without its guard."""
    limits = service.limits
    api = FastAPI(title="squad_reader", version=__version__, docs_url=None, redoc_url=None)

    class Question(BaseModel):
        """A question about a context; of the best answers at most `n_best` are given."""

        context: str = Field(max_length=limits.context)
        question: str = Field(max_length=limits.question)
        n_best: int = Field(1, ge=1, le=20)
        attention: bool = False

    class Questions(BaseModel):
        """Many questions."""

        questions: list[Question] = Field(max_length=MOST_AT_ONCE)

    class Results(BaseModel):
        """The answers to many questions, in their order."""

        results: list[Answers]

    async def one(asked: Question) -> Answers:
        """The best answers to a question."""
        return await service.answer(**asked.model_dump())

    async def many(asked: Questions) -> Results:
        """The best answers to each of many questions."""
        return Results(results=[await one(each) for each in asked.questions])

    async def health() -> dict[str, str]:
        """Whether the service answers at all."""
        return {"status": "ok"}

    api.add_api_route("/v1/answer", one, methods=["POST"])
    api.add_api_route("/v1/answers", many, methods=["POST"])
    api.add_api_route("/healthz", health, methods=["GET"])
    api.add_api_route("/favicon.ico", _nothing, methods=["GET"], include_in_schema=False)
    for path, (name, kind) in PAGE.items():
        api.add_api_route(path, _file(name, kind), methods=["GET"], include_in_schema=False)
    api.add_exception_handler(RequestValidationError, _not_valid)
    api.add_exception_handler(HTTPException, _no_route)
    api.add_exception_handler(Refused, _refused)
    return api


async def _nothing() -> Response:
    """A browser asks for an icon; the page has none."""
    return Response(status_code=204)


def _file(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    content = (resources.files("squad_reader.serve") / "page" / name).read_bytes()

    async def file() -> Response:
        return Response(content, media_type=kind)

    return file


async def _refused(request: Request, refused: Any) -> Response:
    headers = {"retry-after": "1"} if refused.status == 503 else None
    return JSONResponse(error_content(refused), refused.status, headers)


async def _not_valid(request: Request, error: Any) -> Response:
    """What is wrong with a body: its first error, with the field's name and not its content."""
    if "json" not in request.headers.get("content-type", ""):
        line = "expected JSON with the header Content-Type: application/json"
        return await _refused(request, Refused(422, line))
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"] if part != "body") or None
    return await _refused(request, Refused(422, first["msg"], field))


async def _no_route(request: Request, error: Any) -> Response:
    return await _refused(request, Refused(error.status_code, error.detail))
