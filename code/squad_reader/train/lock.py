"""One run at a time in an experiment's folder, of either edition.

For Python 2.7 too.
"""

from __future__ import unicode_literals

import errno
import io
import logging
import os
from contextlib import contextmanager

from squad_reader.errors import InputError, shown

TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN)


@contextmanager
def locked(folder):
    """Keep other runs out of an experiment's folder, which is made if missing.

    Args:
        folder: its path.

    Raises:
        InputError: another run is training in it, or it can't be made.
    """
    with _open_lock(folder) as file:  # the system frees it when the process ends
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # no such locks on Windows
        except EnvironmentError as error:
            if error.errno in TAKEN:
                raise InputError(
                    "--train_dir: another run is training in %s; stop it, or give another "
                    "--experiment_name" % shown(folder)
                )
            logging.warning(
                "--train_dir: the file system of %s has no locks (%s): see to it that no other "
                "run trains there",
                shown(folder),
                error.strerror,
            )
        yield


def _open_lock(folder):
    """The file that is locked; the lock ends when it is closed."""
    try:
        try:
            os.makedirs(folder)
        except EnvironmentError:
            if not os.path.isdir(folder):  # another run may have made it meanwhile
                raise
        return io.open(os.path.join(folder, str(".lock")), "wb")
    except EnvironmentError as error:
        place = shown(error.filename or folder)
        raise InputError("--train_dir: cannot make %s: %s" % (place, error.strerror))
