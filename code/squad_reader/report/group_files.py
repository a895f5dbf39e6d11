"""Reads what --group names: several prediction files, each of another seed of one reader."""

import os
from collections.abc import Sequence

from squad_reader.errors import InputError
from squad_reader.report.prediction_files import Predictions, read_prediction_file


def read_groups(groups: Sequence[str], ids: Sequence[str]) -> dict[str, list[Predictions]]:
    """Name -> the answers of each seed.

    Args:
        groups: each "name=FILE,FILE,...".
        ids: of the questions of the data.

    Raises:
        InputError: of another form, a name or a file twice, or a file that is broken.
    """
    found: dict[str, list[Predictions]] = {}
    for text in groups:
        name, _, files = text.partition("=")
        paths = [os.path.expanduser(path) for path in files.split(",") if path]
        if not name or not paths or name in found:
            raise InputError(
                f"--group: expected a new name and files, as name=a.json,b.json,c.json, got {text}"
            )
        _expect_different(name, paths)
        found[name] = [read_prediction_file(path, name, ids) for path in paths]
    return found


def _expect_different(name: str, paths: Sequence[str]) -> None:
    """One file twice would be two seeds without a spread."""
    files = [os.path.realpath(path) for path in paths]
    for i, path in enumerate(paths):
        if files[i] in files[:i]:
            raise InputError(f"--group: expected a file for each seed of {name}, got {path} twice")
