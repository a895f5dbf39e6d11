"""Whether the service can listen where its flags say: uvicorn's own error is not one line."""

import errno
import os
import socket
from typing import Any

from squad_reader.errors import InputError

# What asyncio passes over, where a name like localhost has another address too.
NOT_HERE = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


def check_port(host: str, port: int) -> None:
    """Listen for a moment.

    Args:
        host: name or address; empty for all addresses.
        port: number; 0 for a free one.

    Raises:
        InputError: the port is in use, or the address is not one of this machine.
    """
    try:
        places = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError) as error:  # there is no such name, or it is none
        raise _refused(host, port, getattr(error, "strerror", None) or str(error)) from error
    failed = [_failure(family, place) for family, _, _, _, place in places]
    for number in failed:
        if number and (number not in NOT_HERE or all(failed)):
            raise _refused(host, port, os.strerror(number))


def _failure(family: int, place: Any) -> int:
    """The number of the error at an address; 0 where there is none."""
    try:
        socket.create_server(place, family=family).close()
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def _refused(host: str, port: int, why: str) -> InputError:
    return InputError(f"--host={host} --port={port}: cannot listen there: {why}")
