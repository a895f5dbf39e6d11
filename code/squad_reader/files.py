"""Writing a file so that a reader sees either the old content or the new, never a part; its sum.

What is written goes to a temporary file in the same folder, which then takes the name in one
step. A process killed at any moment leaves the old file, and at worst a temporary one beside it.

For Python 2.7 too.
"""

from __future__ import unicode_literals

import errno
import io
import os
import stat
import tempfile
from contextlib import contextmanager

from squad_reader.errors import InputError, shown

# Errors of a write to a file that is open already; other errors come from reading something.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

# The name of the reader that comes with the package, and of its folder beside this file.
SHIPPED = "shipped"

_temporaries = set()  # type: set[str]


def checkpoint_folder(name):
    """A checkpoint's folder by the name that a user gives it: `SHIPPED`, or a path.

    A folder of that name in the current one is `./shipped`.
    """
    if name != SHIPPED:
        return name
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), SHIPPED)


def sha256_of(path):
    """The SHA-256 of a file's content, in hexadecimal."""
    import hashlib  # here, since `command` imports this file before it takes care of Ctrl-C

    digest = hashlib.sha256()
    with io.open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def free_path(path):
    """The path, or the same with -1, -2, ... before its ending: one that no file has yet."""
    begin, ending = os.path.splitext(path)
    number, free = 0, path
    while os.path.exists(free):
        number += 1
        free = begin + str("-%d" % number) + ending
    return free


@contextmanager
def atomic_write(path, mode="w", **kwargs):
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
    path = _as_str(path)
    if "b" not in mode:
        kwargs = dict({"encoding": "utf-8", "newline": "\n"}, **kwargs)
    temporary = None if _is_device(path) else _temporary_beside(path)
    try:
        with io.open(temporary or path, str(mode), **kwargs) as file:
            yield file
            file.flush()
            if temporary:
                _try(os.fsync, file.fileno())
        if temporary:
            _try(os.chmod, temporary, 0o666 & ~_umask())  # mkstemp gives rights to the owner only
            _rename(temporary, path)
    except EnvironmentError as error:
        if error.errno not in FULL:
            raise
        raise _cannot_write(path, error)
    finally:
        if temporary:
            _delete(temporary)


def expect_writable(path):  # type: (str) -> None
    """Raises InputError where `atomic_write` could not begin to write; leaves nothing behind."""
    if not _is_device(path):
        _delete(_temporary_beside(path))


def expect_folder(path):  # type: (str) -> None
    """Raises InputError where a folder is not, and can't be, or nothing can be written in it."""
    place = expect_names(path)
    try:
        if not os.path.isdir(place):
            raise OSError(errno.ENOTDIR, "%s is not a folder" % shown(place))
        _delete(_new_file(place))
    except EnvironmentError as error:
        raise _cannot_write(path, error)


def expect_names(path):  # type: (str) -> str
    """The part of a path that exists; raises InputError where a name has too many bytes."""
    _check_name(path)
    place, names = os.path.realpath(path), []
    while not os.path.lexists(place):
        place, name = os.path.split(place)
        names.append(name)
    for name in names:
        _check_name(os.path.join(place, name))
    return place


def checked(flag, check, path):
    """One of the checks above, of the path that a flag gives; its line then names the flag."""
    try:
        check(path)
    except InputError as error:
        raise InputError("--%s: %s" % (flag, error))


def delete_temporaries():  # type: () -> None
    """Delete what is being written, because the process ends."""
    for path in list(_temporaries):
        _delete(path)


def _as_str(path):
    return os.fspath(path) if hasattr(os, "fspath") else path


def _is_device(path):  # type: (str) -> bool
    """Whether something is there that is neither a file nor a folder."""
    try:
        kind = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind))


def _temporary_beside(path):  # type: (str) -> str
    """The name of a new empty file in the folder of `path`, or of the file that it leads to."""
    place = os.path.realpath(path)
    try:
        if os.path.isdir(place):
            raise OSError(errno.EISDIR, "Is a directory")
        _check_name(place)
        return _new_file(os.path.dirname(place))
    except EnvironmentError as error:
        raise _cannot_write(path, error)


def _new_file(folder):  # type: (str) -> str
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=str(".writing-"))
    _temporaries.add(temporary)
    os.close(handle)  # opened again by name, so that `file.name` is the name
    return temporary


def _check_name(path):  # type: (str) -> None
    """Raises InputError for a path that is too long in bytes: only the file system can tell."""
    try:
        os.lstat(path)
    except EnvironmentError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise _cannot_write(path, error)
    except ValueError as error:  # a character with the code 0
        raise InputError("cannot write %s: %s" % (repr(path), error))


def _rename(temporary, path):  # type: (str, str) -> None
    try:
        getattr(os, "replace", os.rename)(temporary, os.path.realpath(path))
    except EnvironmentError as error:
        raise _cannot_write(path, error)


def _delete(temporary):  # type: (str) -> None
    """Delete the temporary file, if it is still there."""
    _try(os.unlink, temporary)
    _temporaries.discard(temporary)


def _try(function, *values):
    """Call a function that fails on some file systems, where it is not needed for the write."""
    try:
        function(*values)
    except EnvironmentError as error:
        if error.errno in FULL:  # fsync may find that the disk is full
            raise


def _cannot_write(path, error):  # type: (str, EnvironmentError) -> InputError
    return InputError("cannot write %s: %s" % (shown(path) or "''", error.strerror))


def _umask():  # type: () -> int
    """The process's umask; reading it means setting it for a moment."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
