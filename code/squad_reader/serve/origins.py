"""Pages of other origins: what browsers ask before a request of theirs, and what they may read.

Like Starlette's `CORSMiddleware`, but an origin that is not allowed gets no header at all, and a
preflight is answered behind the guard, which checks the host and keeps the query out of the log.
The rules: https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from collections.abc import Sequence

from squad_reader.serve.headers import App, Message, Receive, Send, header_of

READABLE = [(b"access-control-expose-headers", b"retry-after")]
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"content-type"),
    (b"access-control-max-age", b"600"),
]


class ReadableByOrigins:
    """An ASGI application around another one, whose responses, errors too, these pages may read.

    Args:
        app: the application inside, the guard too.
        origins: in lower case; "*" for all.
    """

    def __init__(self, app: App, origins: Sequence[str]) -> None:
        self.app, self.origins = app, origins

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        origin = header_of(scope, b"origin") or ""
        headers = [(b"vary", b"Origin")]
        if _allowed(origin, self.origins):
            name = "*" if "*" in self.origins else origin
            headers += [(b"access-control-allow-origin", name.encode("latin-1")), *READABLE]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *headers]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class Preflights:
    """An ASGI application around another one, behind the guard.

    A preflight of an origin that is not allowed is a method like others that no route has.

    Args:
        app: the application inside.
        origins: in lower case; "*" for all.
    """

    def __init__(self, app: App, origins: Sequence[str]) -> None:
        self.app, self.origins = app, origins

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asks = scope.get("method") == "OPTIONS"
        asks = asks and header_of(scope, b"access-control-request-method") is not None
        if not asks or not _allowed(header_of(scope, b"origin") or "", self.origins):
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 204, "headers": PREFLIGHT})
        await send({"type": "http.response.body", "body": b""})


def _allowed(origin: str, origins: Sequence[str]) -> bool:
    return bool(origin) and (origin in origins or "*" in origins)
