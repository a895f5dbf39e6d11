"""The record of a submission, beside the checkpoint: what is on the server, to go on from there."""

import json
import os

from bundles import ROOT, UserError, say

RECORD = "codalab.json"
FORMAT = 1


class Record:
    """The bundles of one submission.

    Attributes:
        path: EXPERIMENT/codalab.json.
        worksheet: INSTANCE::UUID.
        bundles: role -> {"uuid", and "sha256" of what was uploaded or "line" of the run}.
    """

    def __init__(self, path, worksheet=None, bundles=None):
        self.path, self.worksheet, self.bundles = path, worksheet, bundles or {}

    @property
    def ids(self):
        """Role -> identifier."""
        return {role: bundle["uuid"] for role, bundle in self.bundles.items()}

    def add(self, role, uuid, **made_from):
        self.bundles[role] = {"uuid": uuid, **made_from}
        self.write()

    def drop(self, role):
        """Forget a run that failed, so that it is made anew."""
        del self.bundles[role]
        self.write()

    def write(self):
        """Replace the file in one step; a submission also goes on if that fails."""
        content = {"format": FORMAT, "worksheet": self.worksheet, "bundles": self.bundles}
        temporary = f"{self.path}.tmp"
        try:
            with open(temporary, "w", encoding="utf-8") as file:
                file.write(json.dumps(content, indent=2) + "\n")
            os.replace(temporary, self.path)
        except OSError as error:
            say(f"cannot write {self.path}: {error.strerror}; --resume will not know of this call")


def path_for(checkpoint, code):
    """Where the record of a checkpoint's submission is.

    Not within `code`, which is uploaded: that of the reader that comes with the package is in
    `experiments`.

    Example:
        >>> path_for("/experiments/baseline/best_checkpoint/", "/code")
        '/experiments/baseline/codalab.json'
    """
    folder, code = os.path.dirname(os.path.realpath(checkpoint)), os.path.realpath(code)
    if os.path.commonpath([folder, code]) == code:
        folder = str(ROOT / "experiments")
    return os.path.join(folder, RECORD)


def read_record(path):
    """The record of an earlier call.

    Raises:
        UserError: there is none, or not one of this format.
    """
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        if content["format"] != FORMAT:
            raise ValueError(f"format {content['format']}")
        record = Record(path, content["worksheet"], content["bundles"])
        if not isinstance(record.worksheet, str) or not all(
            isinstance(uuid, str) for uuid in record.ids.values()
        ):
            raise ValueError(f"{content}")
        return record
    except OSError as error:
        raise UserError(
            f"--resume: expected the record of an earlier call, but {path}: {error.strerror}"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: expected the record of a submission, got {error!r}") from error
