"""What is checked of the flags of mode serve: that requests can match them, that limits agree."""

import ipaddress
import re

from squad_reader.config import Config
from squad_reader.errors import InputError

NAME = r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?"
HOST = re.compile(rf"\*|{NAME}|\[(?P<v6>[0-9a-f:.]+)\]")
# As a browser sends it: "null" is that of a page in a file.
ORIGIN = re.compile(
    rf"\*|null|(?P<scheme>[a-z][a-z0-9+.-]*)://(?:{NAME}|\[(?P<v6>[0-9a-f:.]+)\])"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
)
USUAL_PORTS = {"http": "80", "https": "443"}  # which browsers leave out
# Neither "." nor "..", which browsers take out, nor what the path of a request holds otherwise.
ROOT_PATH = re.compile(r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)*/?")
BYTES_A_CHAR = 12  # of JSON: two escapes of six for a character beyond U+FFFF
MORE_BYTES = 10_000  # for the names of the fields, the other fields, and spaces


def check_flags(config: Config) -> None:
    """Check hosts, origins, root path and limits.

    Raises:
        InputError: no request could match a flag, or two contradict each other.
    """
    for host in names_of(config.allowed_host):
        if not _fits(HOST, host):
            raise InputError(
                "--allowed_host: expected a name or [IPv6 address] without scheme and port, such "
                f"as example.org, or *, got {host}"
            )
    for origin in names_of(config.allow_origin):
        if not _fits(ORIGIN, origin):
            raise InputError(
                "--allow_origin: expected scheme and name without a path, with no port where it "
                f"is the usual one, such as https://example.org, or *, got {origin}"
            )
    if not ROOT_PATH.fullmatch(config.root_path):
        raise InputError(
            "--root_path: expected a slash, then letters, digits and signs of a path without "
            f"escapes, such as /reader, got {config.root_path}"
        )
    _check_body(config)


def names_of(text: str) -> list[str]:
    """Of hosts or origins, in lower case, as browsers send them."""
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def most_body(config: Config) -> int:
    """Bytes that a body may have: any text and question that is not too long, however escaped."""
    return config.max_body or _enough(config)


def _fits(pattern: "re.Pattern[str]", text: str) -> bool:
    found = pattern.fullmatch(text)
    if not found:
        return False
    parts = found.groupdict()
    port, scheme = parts.get("port"), parts.get("scheme")
    if port and (int(port) > 65535 or port == USUAL_PORTS.get(scheme or "")):
        return False
    try:
        return not parts["v6"] or bool(ipaddress.IPv6Address(parts["v6"]))
    except ValueError:
        return False


def _check_body(config: Config) -> None:
    enough = _enough(config)
    if 0 < config.max_body < enough:
        raise InputError(
            f"--max_body: a text of --max_context={config.max_context} and a question of "
            f"--max_question={config.max_question} characters may take {enough} bytes; expected "
            f"that or more, or 0 for just that, got {config.max_body}"
        )


def _enough(config: Config) -> int:
    return BYTES_A_CHAR * (config.max_context + config.max_question) + MORE_BYTES
