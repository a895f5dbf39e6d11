"""The routes of the service: questions in, answers with their places out; and the page."""

import html
import re
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from starlette.exceptions import HTTPException

from squad_reader import __version__
from squad_reader.serve.guard import Refused, error_content, failed
from squad_reader.serve.service import Answers, Service
from squad_reader.serve.visible import VISIBLE, has_visible

PAGE = {  # path -> file, type
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/docs": ("docs.html", "text/html; charset=utf-8"),
}
MOST_AT_ONCE = 100  # questions in a request of many
LONGEST_FIELD = 100  # characters of a field's name in an error: it may be any text
# For the description; what is empty gets a line of ours.
NOT_EMPTY: JsonDict = {"pattern": VISIBLE}
EMPTY = {
    "context": "expected a text with a word, got an empty one",
    "question": "expected a question, got an empty one",
}


class Error(BaseModel):
    """What is wrong, and in which field."""

    field: str | None
    message: str


class ErrorContent(BaseModel):
    """The body of every error."""

    error: Error


class Results(BaseModel):
    """The answers to many questions, in their order."""

    results: list[Answers]


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorContent, "description": what}
    for status, what in {
        400: "The Host header is not one of the server's names, or the request is malformed",
        408: "The body did not arrive in time",
        413: "The body is too large",
        422: "A field is wrong",
        500: "The server failed",
        503: "Too many requests wait, or the answer took too long",
    }.items()
}


def make_api(service: Service, root_path: str = "") -> FastAPI:
    """The application, without its guard.

    Args:
        service: gives the answers.
        root_path: where the description and the page say that the routes are.
    """
    path = root_path.rstrip("/")
    api = FastAPI(
        title="squad_reader",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would lead out of the path of a proxy
        servers=[{"url": path}] if path else None,
        responses=ERRORS,
    )
    _add_answers(api, service)
    api.add_api_route("/healthz", health, methods=["GET"])
    # What is described under the name of GET need not be described again.
    api.add_api_route("/healthz", health, methods=["HEAD"], include_in_schema=False)
    _add_page(api, path)
    _add_errors(api)
    return api


def _add_answers(api: FastAPI, service: Service) -> None:
    """The routes for questions; their limits are in the description."""

    class Question(BaseModel):
        """A question about a context; of the best answers at most `n_best` are given."""

        model_config = ConfigDict(strict=True, extra="forbid")  # no "7" for 7

        context: Annotated[str, AfterValidator(_not_empty)] = Field(
            max_length=service.limits.context, json_schema_extra=NOT_EMPTY
        )
        question: Annotated[str, AfterValidator(_not_empty)] = Field(
            max_length=service.limits.question, json_schema_extra=NOT_EMPTY
        )
        n_best: Annotated[int, BeforeValidator(_whole)] = Field(1, ge=1, le=20)
        attention: bool = False

    class Questions(BaseModel):
        """Many questions."""

        model_config = ConfigDict(extra="forbid")

        questions: list[Question] = Field(max_length=MOST_AT_ONCE)

    async def one(asked: Question) -> Answers:
        """The best answers to a question."""
        return await service.answer(**asked.model_dump())

    async def many(asked: Questions) -> Results:
        """The best answers to each of many questions, which share one limit of time."""
        end = service.end()
        found = [await service.answer(**each.model_dump(), end=end) for each in asked.questions]
        return Results(results=found)

    api.add_api_route("/v1/answer", one, methods=["POST"])
    api.add_api_route("/v1/answers", many, methods=["POST"])


def _add_page(api: FastAPI, root_path: str) -> None:
    """The files of the page, which are not in the description."""
    routes = {path: _file(name, kind, root_path) for path, (name, kind) in PAGE.items()}
    for path, route in {"/favicon.ico": _nothing, **routes}.items():
        api.add_api_route(path, route, methods=["GET", "HEAD"], include_in_schema=False)


def _add_errors(api: FastAPI) -> None:
    """What a client is told of each kind of error."""
    api.add_exception_handler(RequestValidationError, _not_valid)
    api.add_exception_handler(HTTPException, _no_route)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(Exception, _failed)


def _not_empty(text: str, info: ValidationInfo) -> str:
    if not has_visible(text):
        raise PydanticCustomError("empty", EMPTY[info.field_name or ""])
    return text


def _whole(number: Any) -> Any:
    """In JSON 3.0 is the integer 3."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


async def health() -> dict[str, str]:
    """Whether the service answers at all."""
    return {"status": "ok"}


async def _nothing() -> Response:
    """A browser asks for an icon; the page has none."""
    return Response(status_code=204)


def _file(name: str, kind: str, root_path: str) -> Callable[[], Awaitable[Response]]:
    content = (resources.files("squad_reader.serve") / "page" / name).read_text("utf-8")
    if root_path and name.endswith(".html"):
        # The page's address may lack the slash at its end: relative ones, as all in the file are,
        # would lead elsewhere.
        content = re.sub(r'\b(href|src)="(\./)?', rf'\1="{html.escape(root_path)}/', content)

    async def file() -> Response:
        return Response(content, media_type=kind)

    return file


async def _refused(request: Request, refused: Any) -> Response:
    headers = {"retry-after": "1"} if refused.status == 503 else None
    return JSONResponse(error_content(refused), refused.status, headers)


async def _failed(request: Request, error: Any) -> Response:
    """The guard writes it into the log."""
    return await _refused(request, failed())


async def _not_valid(request: Request, error: Any) -> Response:
    """What is wrong with a body: its first error, with the field's name and not its content."""
    if "json" not in request.headers.get("content-type", ""):
        line = "expected JSON with the header Content-Type: application/json"
        return await _refused(request, Refused(422, line))
    first = error.errors()[0]
    # Of what is no JSON the place is a number of characters, and of no field.
    place = [] if first["type"] == "json_invalid" else first["loc"]
    field = ".".join(str(part) for part in place[1:])[:LONGEST_FIELD]
    line = "there is no such field" if first["type"] == "extra_forbidden" else first["msg"]
    return await _refused(request, Refused(422, line, field or None))


async def _no_route(request: Request, error: Any) -> Response:
    """No such path or method; or a body that could not be read at all, which FastAPI calls 400."""
    if error.status_code == 400:
        line = "expected JSON in UTF-8, not nested deeply, got something else"
        return await _refused(request, Refused(422, line))
    response = await _refused(request, Refused(error.status_code, error.detail))
    response.headers.update(error.headers or {})  # which methods there are
    return response
