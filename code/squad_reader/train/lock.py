"""One run at a time in an experiment's folder."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from squad_reader.errors import InputError

TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN)


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Keep other runs out of an experiment's folder, which is made if missing.

    Raises:
        InputError: another run is training in it, or it can't be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        file = open(Path(folder) / ".lock", "wb")
    except OSError as error:
        raise InputError(f"--train_dir: cannot make {error.filename}: {error.strerror}") from error
    with file:  # the system frees it when the process ends
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # no such locks on Windows
        except OSError as error:
            if error.errno in TAKEN:
                raise InputError(
                    f"--train_dir: another run is training in {folder}; stop it, or give another "
                    "--experiment_name"
                ) from error
            logging.warning(
                "--train_dir: the file system of %s has no locks (%s): see to it that no other "
                "run trains there",
                *(folder, error.strerror),
            )
        yield
