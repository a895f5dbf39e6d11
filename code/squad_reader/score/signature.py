"""One line that says what a score is a score of, so that two scores can be compared at all.

Metric, data file, number of questions, how intervals were drawn, and which program did it: a score
of other data, or by other rules, has another line. Printed beside scores, after all else of them is
known.

Source:
    Post 2018, A Call for Clarity in Reporting BLEU Scores: https://doi.org/10.18653/v1/W18-6319
"""

import os
import subprocess
from typing import NamedTuple

import squad_reader
from squad_reader.errors import InputError, one_line
from squad_reader.files import sha256_of

NORMALISATION = "lower,punctuation,articles,spaces"  # what is taken away before comparing
UNKNOWN = "unknown"


class Drawn(NamedTuple):
    """How intervals were drawn.

    Attributes:
        unit: "articles" or "paragraphs", as of `Clusters.unit`.
        number: of clusters.
        resamples: how many.
        seed: of the draws.
        level: share that is inside, in (0, 1).
    """

    unit: str
    number: int
    resamples: int
    seed: int
    level: float


def signature_fields(
    metric: str, data_path: str, num_questions: int, num_unanswered: int, drawn: Drawn
) -> dict[str, str]:
    """The parts of the line, by name, in their order.

    Of v2.0 there is "na_prob" too, what probabilities of "no answer" were used for: nothing, until
    the caller says otherwise.

    Args:
        metric: "v1.1" or "v2.0".
        data_path: the SQuAD file; its bytes are hashed as they are, packed or not.
        num_questions: in that file.
        num_unanswered: how many of them have no prediction.
        drawn: how intervals were.

    Raises:
        InputError: the file cannot be read.
    """
    na_prob = {"na_prob": "none"} if metric == "v2.0" else {}
    return {
        "metric": f"squad-{metric}",
        "data": os.path.basename(data_path),
        "sha256": _sha256(data_path),
        "questions": str(num_questions),
        "unanswered": str(num_unanswered),
        **na_prob,
        "norm": NORMALISATION,
        "bootstrap": _settings(drawn),
        "version": squad_reader.__version__,
        "commit": commit_of(os.path.dirname(squad_reader.__file__)),
    }


def signature_line(fields: dict[str, str]) -> str:
    """The parts as one line.

    Example:
        >>> print(signature_line({"metric": "squad-v1.1", "data": "my|dev.json"}))
        metric:squad-v1.1|data:my\\x7cdev.json
    """
    parts = (f"{name}:{value}".replace("|", "\\x7c") for name, value in fields.items())
    return one_line("|".join(parts))


def commit_of(folder: str) -> str:
    """The git commit of a package's source; "-dirty" behind it where tracked files were changed.

    Args:
        folder: of the package. An installed one may lie inside another project's repository, so
            its `__init__.py` must be tracked.

    Returns:
        "unknown" outside a repository, and where there is no git.
    """
    if not _git(folder, "ls-files", "__init__.py"):
        return UNKNOWN
    return _git(folder, "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*") or UNKNOWN


def _git(folder: str, *arguments: str) -> str:
    """What git prints; empty where it fails."""
    command = ["git", "-C", folder, *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _settings(drawn: Drawn) -> str:
    share = f"{100 * drawn.level:g}%"
    return f"{drawn.number} {drawn.unit},{drawn.resamples} resamples,seed {drawn.seed},{share}"


def _sha256(path: str) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
