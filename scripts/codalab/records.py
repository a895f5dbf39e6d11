"""What a run-bundle is made from, and its record, by which it can be run again."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from bundles import UserError, digest_of

RECORD = "run-bundle.json"
FORMAT = 1


class Run(NamedTuple):
    """A run-bundle: dependencies, command, environment and limits."""

    dependencies: dict[str, str]  # key -> absolute path
    command: str
    image: str = "current"
    memory: str = "2g"  # what `cl run` asks for by default
    time: str = "10m"
    strict: bool = True  # with the best isolation that works here; not in the record


def write_record(folder, run, status):
    """Write it into the folder that the run was collected in, with sums of all dependencies."""
    record = {
        "format": FORMAT,
        "dependencies": {
            key: {"path": path, "sha256": digest_of(path)} for key, path in run.dependencies.items()
        },
        "command": run.command,
        "image": run.image,
        "memory": run.memory,
        "time": run.time,
        "exit_status": status,
    }
    (Path(folder) / RECORD).write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def read_record(path):
    """The run of a record, and key -> sha256 of its dependencies.

    Args:
        path: the record, or the folder that a run was collected in.

    Raises:
        UserError: no record, or not one of this format.
    """
    path = Path(path) / RECORD if os.path.isdir(path) else Path(path)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise ValueError(f"format {record['format']}")
        entries = record["dependencies"]
        run = Run(
            {key: entry["path"] for key, entry in entries.items()},
            *(record[name] for name in ("command", "image", "memory", "time")),
        )
        return run, {key: entry["sha256"] for key, entry in entries.items()}
    except OSError as error:
        raise UserError(
            f"expected the record of a dry run ({RECORD}), but {path}: {error.strerror}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: expected the record of a dry run, got {error!r}") from error
