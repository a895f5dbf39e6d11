"""Headers: of a request, and those of every response, whoever made it.

What `scope`, `receive` and `send` are: https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class SecurityHeaders:
    """An ASGI application around another one, the outermost.

    Args:
        app: the application inside.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                more = [(n.encode(), v.encode()) for n, v in SECURITY_HEADERS.items()]
                message["headers"] = [*message["headers"], *(h for h in more if h[0] not in names)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def header_of(scope: Message, wanted: bytes) -> str | None:
    """A header of a request, by its name in lower case; None where there is none."""
    headers = scope.get("headers", [])
    return next((value.decode("latin-1") for name, value in headers if name == wanted), None)
