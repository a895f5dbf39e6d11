"""Caches of arrays: files that can be made again, so a broken one never stops a run."""

import logging
import os
from pathlib import Path

import numpy as np

from squad_reader.errors import InputError
from squad_reader.files import atomic_write

log = logging.getLogger(__name__)


def read_cache(path: Path, names: list[str] | None = None) -> dict[str, np.ndarray] | None:
    """The arrays with these names, or all; None if the file is not there, or damaged."""
    if not os.path.exists(path):  # Path.exists may fail for a long name
        return None
    try:
        # Opened here: np.load leaves its own handle open when the file is cut off.
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
            if content.zip.testzip():  # compares checksums, also of bytes that no array reads
                raise ValueError("a checksum does not match")
            return {name: content[name] for name in names or content.files}
    except Exception as error:  # whatever is wrong: it is made again
        log.warning("ignoring damaged cache %s: %s", path, error)
        return None


def write_cache(path: Path, arrays: dict[str, np.ndarray]) -> bool:
    """Write arrays, uncompressed; a warning, and False, where that is not possible."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
    except (OSError, InputError) as error:
        log.warning("going on without the cache %s: %s", path, error)
        return False
    return True
