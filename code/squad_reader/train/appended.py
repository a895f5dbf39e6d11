"""A file that grows at its end: a piece is written whole, or not at all and with an InputError."""

import contextlib
import os
from pathlib import Path

from squad_reader.errors import InputError


class Appended:
    """Writes to the end of a file, without a buffer: a kill loses nothing that was written.

    A piece that the disk has no room for is removed again, so that no half line is left.

    Args:
        path: made if missing.

    Raises:
        InputError: it can't be opened, or later, not written; the line names the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._file = open(path, "ab", buffering=0)
        except OSError as error:
            raise self._refusal(error) from error

    def _refusal(self, error: OSError) -> InputError:
        return InputError(f"cannot write {self.path}: {error.strerror}")

    def write(self, piece: str | bytes) -> None:
        """Write one piece; text becomes UTF-8."""
        rest = piece.encode(errors="backslashreplace") if isinstance(piece, str) else piece
        begin = os.fstat(self._file.fileno()).st_size
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(begin)
            raise self._refusal(error) from error

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:  # a file system over a network may tell only now
            raise self._refusal(error) from error
