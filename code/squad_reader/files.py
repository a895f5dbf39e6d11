"""Writing a file so that a reader sees either the old content or the new, never a part.

What is written goes to a temporary file in the same folder, which then takes the name in one
step. A process killed at any moment leaves the old file, and at worst a temporary one beside it.
"""

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from squad_reader.errors import InputError

# What writing may fail with when the file is open already; other errors come from the reading.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


@contextmanager
def atomic_write(path: str | os.PathLike[str], mode: str = "w", **kwargs: Any) -> Iterator[IO[Any]]:
    """Open a temporary file that becomes `path` when the block ends without an error.

    Where `path` is a link, the file that it leads to is replaced; a device or pipe is written to.

    Args:
        path: the file to write; its folder must exist.
        mode: "w" for UTF-8 text, "wb" for bytes.
        **kwargs: passed to `open`.

    Yields:
        The open file.

    Raises:
        InputError: it can't be written.
    """
    path = os.fspath(path)
    if "b" not in mode:
        kwargs = {"encoding": "utf-8", "newline": "\n", **kwargs}
    temporary = None if _is_device(path) else _temporary_beside(path)
    try:
        with open(temporary or path, mode, **kwargs) as file:
            yield file
            file.flush()
            if temporary:
                os.fsync(file.fileno())
        if temporary:
            os.chmod(temporary, 0o666 & ~_umask())  # mkstemp's files are for their owner alone
            os.replace(temporary, os.path.realpath(path))
    except BaseException as error:
        if temporary:
            os.unlink(temporary)
        if isinstance(error, OSError) and error.errno in FULL:
            raise InputError(f"cannot write {path}: {error.strerror}") from error
        raise


def _is_device(path: str) -> bool:
    """Whether something is there that is neither a file nor a folder."""
    try:
        kind = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


def _temporary_beside(path: str) -> str:
    """The name of a new empty file in the folder of `path`, or of the file that it leads to."""
    place = os.path.realpath(path)
    try:
        if os.path.isdir(place):
            raise IsADirectoryError(errno.EISDIR, "Is a directory")
        if len(os.path.basename(place)) > os.pathconf(os.path.dirname(place), "PC_NAME_MAX"):
            raise OSError(errno.ENAMETOOLONG, "File name too long")
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".writing-")
    except OSError as error:
        raise InputError(f"cannot write {path or repr(path)}: {error.strerror}") from error
    os.close(handle)  # opened again by its name, which `file.name` then tells
    return temporary


def _umask() -> int:
    """The process's umask; reading it means setting it for a moment."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
