"""Downloads one file: goes on where it broke off; the file gets its name when it is right.

The only file of the package that asks other machines for something; `download.py` calls it.
"""

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any, NamedTuple

from squad_reader.bars import BYTES, Bars
from squad_reader.errors import InputError
from squad_reader.files import sha256_of
from squad_reader.screen import say

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 60


class Source(NamedTuple):
    """A file to have.

    Attributes:
        name: in the data folder.
        url: where it is published.
        size: in bytes.
        sha256: None where no sum could be verified against the published file.
    """

    name: str
    url: str
    size: int
    sha256: str | None


def fetch(source: Source, folder: Path) -> Path:
    """Download a file, or the rest of it, and verify it.

    Args:
        source: what to download.
        folder: where to put it; `source.name` if it is right, `source.name + ".part"` before.

    Returns:
        The file.

    Raises:
        InputError: the network or the server failed (what has come is kept), or the file is not
            the one expected (nothing of it is kept).
    """
    path = folder / source.name
    if path.exists():
        verify(path, source, advice="delete it to download it anew")
        return path
    part = folder / (source.name + ".part")
    try:
        _fetch_rest(source, part)
    except urllib.error.HTTPError as error:
        raise InputError(f"{source.url}: the server refused: {error}") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(
            f"{source.url}: download broke off: {reason}; the same command goes on from there"
        ) from error
    try:
        verify(part, source)
    except InputError:
        part.unlink()
        raise
    part.replace(path)
    return path


def _fetch_rest(source: Source, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= source.size:
        return
    request = urllib.request.Request(source.url)
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        if answer.status != 206:  # the server sends the whole file, not only the rest
            have = 0
        _check_offer(source, answer, have)
        with open(part, "ab" if have else "wb") as file:
            copy(answer, file, source.name, source.size, have)
    if part.stat().st_size < source.size:
        raise OSError(f"got {part.stat().st_size:,} of {source.size:,} bytes")


def _check_offer(source: Source, answer: Any, have: int) -> None:
    """Raises InputError before anything is written, for a sign-in page or another part."""
    length = answer.headers.get("Content-Length")
    begin = answer.headers.get("Content-Range", f"bytes {have}-").partition("-")[0]
    if length != str(source.size - have) or begin != f"bytes {have}":
        raise InputError(
            f"{source.url}: expected {source.size - have:,} bytes from byte {have:,} on, the "
            f"server offers {length or 'an unknown number of'} bytes ({begin})"
        )


def copy(source: IO[bytes], target: IO[bytes], name: str, total: int | None, have: int = 0) -> None:
    """Copy one stream to another under a progress bar.

    Args:
        source, target: open files.
        name: to show.
        total: bytes there will be; None if that is not known.
        have: bytes that are in `target` already.
    """
    with Bars(BYTES) as bars:
        bars.begin(name, total, have)
        while part := source.read(CHUNK_BYTES):
            target.write(part)
            bars.update(len(part))


def verify(
    path: Path,
    source: Source,
    shown: Path | None = None,
    advice: str = "--from with --any_size takes a file as it is",
) -> None:
    """Check size and sha256, and print the sum.

    Args:
        path: the file.
        source: what it should be.
        shown: how to name it in a message, where `path` is a temporary file.
        advice: what to do about a file of another size.

    Raises:
        InputError: the file is another one.
    """
    size, shown = path.stat().st_size, shown or path
    if size != source.size:
        raise InputError(
            f"{shown}: expected {source.name} of {source.size:,} bytes, "
            f"got {size:,} bytes; {advice}"
        )
    sha256 = sha256_of(path)
    if source.sha256 and sha256 != source.sha256:
        raise InputError(f"{shown}: expected sha256 {source.sha256}, got {sha256}")
    say(f"{source.name}: {size:,} bytes, sha256 {sha256}")
