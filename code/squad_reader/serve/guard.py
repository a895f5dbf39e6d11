"""What every request meets first: the host's name, the body's size and time.

An ASGI application around another one. Whatever goes wrong inside, the client gets JSON.
"""

import asyncio
import json
import logging
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from squad_reader.serve.headers import App, Message, Receive, Send, header_of

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LINGER_SECONDS = 2.0
LONGEST_LOGGED = 100  # characters of a path or a method, in which a client could put a text
log = logging.getLogger("squad_reader.serve")


class Refused(Exception):
    """A request that gets an error: its status, the field that is wrong, and one line."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status, self.field = status, field


class Guard:
    """An ASGI application around another one, which gets no request that is refused here.

    Args:
        app: the application inside.
        max_body: most bytes of a body; it is counted as it arrives.
        hosts: names that the Host header may have, in lower case, beside those of this machine;
            "*" for any.
        body_seconds: the time in which a body must have arrived.
        root_path: a path before all others, such as "/reader", which a proxy may strip or not.
    """

    def __init__(
        self,
        app: App,
        max_body: int,
        hosts: Sequence[str] = (),
        body_seconds: float = 10.0,
        root_path: str = "",
    ) -> None:
        self.app, self.max_body, self.body_seconds = app, max_body, body_seconds
        self.hosts, self.root_path = {*LOOPBACK, *hosts}, root_path.rstrip("/")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # In this very scope, as uvicorn writes its log from it. No route takes a query.
        path = scope["path"]
        scope["path"], scope["query_string"] = path[:LONGEST_LOGGED], b""
        scope["method"] = scope["method"][:LONGEST_LOGGED]
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            self._check_host(scope)
            body = await self._body(scope, receive)
            inside = {**scope, "path": self._path(path), "root_path": ""}
            await self.app(inside, _replayed(body, receive), send_and_note)
        except Refused as refused:
            rest = receive if refused.status == 413 else None
            await send_error(send, refused, rest)
        except Exception as error:
            # Neither the body nor what the error says, in which a piece of a text may stand.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s %s: %s\n%s", scope["method"], scope["path"], type(error).__name__, where)
            if not begun:
                await send_error(send, failed())

    def _path(self, path: str) -> str:
        """The path without that of the proxy."""
        if self.root_path and f"{path}/".startswith(self.root_path + "/"):
            return path[len(self.root_path) :] or "/"
        return path

    def _check_host(self, scope: Message) -> None:
        host = header_of(scope, b"host") or ""
        name = host if host.endswith("]") else host.rsplit(":", 1)[0]
        if "*" not in self.hosts and name.lower() not in self.hosts:
            raise Refused(400, "the Host header is not one of this server's names: --allowed_host")

    async def _body(self, scope: Message, receive: Receive) -> bytes:
        """The whole body, no more than is allowed of it."""
        length = header_of(scope, b"content-length")
        if length and length.isdigit() and int(length) > self.max_body:
            raise self._too_large()
        parts, size, end = [], 0, time.monotonic() + self.body_seconds
        more = True
        while more:
            try:
                message = await asyncio.wait_for(receive(), end - time.monotonic())
            except asyncio.TimeoutError:  # noqa: UP041  # another one in Python 3.10
                line = f"the body did not arrive within {self.body_seconds:g} seconds"
                raise Refused(408, line) from None
            if message["type"] == "http.disconnect":
                raise Refused(400, "the connection ended before the body did")
            size += len(message.get("body", b""))
            if size > self.max_body:
                raise self._too_large()
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        return b"".join(parts)

    def _too_large(self) -> Refused:
        return Refused(413, f"expected a body of at most {self.max_body:,} bytes, got more")


def _replayed(body: bytes, receive: Receive) -> Receive:
    """`receive` for the application inside: the body at once, then whatever comes."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def error_content(refused: Refused) -> dict[str, Any]:
    """What the body of an error says."""
    return {"error": {"field": refused.field, "message": str(refused)}}


def failed() -> Refused:
    """What a client is told of an error inside."""
    return Refused(500, "the server failed; see its log")


async def send_error(send: Send, refused: Refused, receive: Receive | None = None) -> None:
    """The response to a request that is refused; the rest of its body is not kept.

    Args:
        send: to the client.
        refused: what is wrong.
        receive: gives what is left of the body, where the client may still be sending it. If the
            connection were closed on that, many clients would not see the response.
    """
    content = json.dumps(error_content(refused)).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(content)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": True})
    if receive:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_drop(receive), LINGER_SECONDS)
    await send({"type": "http.response.body", "body": b""})


async def _drop(receive: Receive) -> None:
    """Take in a body and forget it."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass
