"""A client's connection, as uvicorn reads it, but for what uvicorn says of a malformed request.

Such a request never becomes one that the application sees, so neither the guard nor the security
headers stand around it.
"""

import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from squad_reader.serve.guard import Refused, error_content
from squad_reader.serve.headers import SECURITY_HEADERS

MALFORMED = "expected an HTTP request, got one that is malformed or has headers that are too long"


class Connection(H11Protocol):
    """For `uvicorn.run(http=...)`, whatever parser of HTTP is installed beside h11."""

    def send_400_response(self, msg: str) -> None:
        """Answer like the service, not with uvicorn's plain text.

        Args:
            msg: what uvicorn would have said.
        """
        # Of a response that has begun, the rest can only be left out.
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._send_error(json.dumps(error_content(Refused(400, MALFORMED))).encode())
        self.transport.close()

    def _send_error(self, content: bytes) -> None:
        headers = {
            "content-type": "application/json",
            "content-length": str(len(content)),
            "connection": "close",
            **SECURITY_HEADERS,
        }
        head = h11.Response(status_code=400, headers=list(headers.items()), reason=b"Bad Request")
        for part in (head, h11.Data(data=content), h11.EndOfMessage()):
            self.transport.write(self.conn.send(part))
