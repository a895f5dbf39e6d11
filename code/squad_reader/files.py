"""Writing a file so that a reader sees either the old content or the new, never a part.

What is written goes to a temporary file in the same folder, which then takes the name in one
step. A process killed at any moment leaves the old file, and at worst a temporary one beside it.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from squad_reader.errors import InputError


@contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "w", **kwargs: Any) -> Iterator[IO[Any]]:
    """Open a temporary file that becomes `path` when the block ends without an error.

    Args:
        path: the file to write; its folder must exist.
        mode: "w" for UTF-8 text, "wb" for bytes.
        **kwargs: passed to `open`.

    Yields:
        The open file.

    Raises:
        InputError: the folder is missing or can't be written.
    """
    path = os.fspath(path)
    if os.path.isdir(path):
        raise InputError(f"cannot write {path}: Is a directory")
    if "b" not in mode:
        kwargs = {"encoding": "utf-8", "newline": "\n", **kwargs}
    try:
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path) or ".", prefix=".writing-")
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    try:
        os.close(handle)  # opened again by its name, which `file.name` then tells
        with open(temporary, mode, **kwargs) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp's files are for their owner alone
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    """The process's umask; reading it means setting it for a moment."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
