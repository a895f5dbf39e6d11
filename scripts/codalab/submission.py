"""What is uploaded to CodaLab, and the lines of its client `cl` that a submission consists of.

They are those of the course's recipe, with the flags of the `codalab` package's client (1.7.5).
"""

import json
import os
import shlex
from typing import NamedTuple

from bundles import EXCLUDED, ROOT, SHIPPED, UserError, files_of, show_size, size_of

CODE, CHECKPOINT = "code", "best_checkpoint"
ANSWERS, SCORE = "gen-answers", "run-eval"


def check_uploads(flags, limit):
    """Refuse folders that are not what they should be, or too large.

    Args:
        flags: code (None: this project's) and checkpoint, which are filled in.
        limit: bytes of each upload.

    Returns:
        Whether the checkpoint holds word vectors, so that it needs no GloVe.

    Raises:
        UserError: a file is missing or broken, or there is too much of it.
    """
    flags.code = flags.code or os.path.relpath(ROOT / "code")
    for name in ("main.py", "evaluate.py"):
        if not os.path.isfile(os.path.join(flags.code, name)):
            raise UserError(f"--code: expected {name} in {flags.code}, found none")
    if flags.checkpoint == SHIPPED:
        flags.checkpoint = os.path.join(flags.code, "squad_reader", SHIPPED)
    has_vectors = "vectors" in read_files(flags.checkpoint)
    for path in (flags.code, flags.checkpoint):
        size = size_of(path)
        if size > limit:
            name, full = max(files_of(path).items(), key=lambda item: os.lstat(item[1]).st_size)
            most = f"{name} has {show_size(os.lstat(full).st_size)}"
            raise UserError(f"{path}: {show_size(size)} is more than --limit={flags.limit}; {most}")
    return has_vectors


def read_files(checkpoint):
    """What a checkpoint's config.json says it consists of: "weights" -> name of the file."""
    path = os.path.join(checkpoint, "config.json")
    try:
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)["files"]
        names = {stem: entry["file"] for stem, entry in entries.items()}
    except OSError as error:
        expected = "expected a checkpoint folder with config.json"
        raise UserError(f"{expected}, but {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: expected a checkpoint's JSON, got {error!r}") from error
    for name in names.values():
        if not os.path.isfile(os.path.join(checkpoint, name)):
            raise UserError(f"{path}: expected {name} beside it, found none")
    return names


class Step(NamedTuple):
    """One line of `cl`.

    Attributes:
        kind: "worksheet", "check", "make", "wait", "score" or "tag".
        line: the arguments of `cl`.
        role: the bundle that it makes or waits for: CODE, CHECKPOINT, ANSWERS or SCORE; for a check
            the flag that is checked.
    """

    kind: str
    line: list[str]
    role: str = ""


class Submission:
    """The lines of a submission.

    Attributes:
        flags: those of `submit`.
        has_vectors: whether the checkpoint needs no GloVe.
        worksheet: given in each line; None for the current one.
        ids: role -> identifier of the bundles that are made. Bundles are named by their identifiers
            where these are known, since a second bundle may have the same name.
    """

    def __init__(self, flags, has_vectors, worksheet=None):
        self.flags, self.worksheet, self.ids = flags, worksheet, {}
        self.vectors = [] if has_vectors else [with_key(flags.glove, "glove.txt")]
        self.data = with_key(flags.data, "data.json")
        self.names = {ANSWERS: flags.name, SCORE: flags.eval_name}

    def steps(self):
        """All steps in their order; what one of them makes is to be in `ids` before the next."""
        if not self.worksheet:
            yield Step("worksheet", ["work"])
        if ANSWERS not in self.ids:
            for dependency in self.vectors:
                yield from self._checks("--glove", dependency)
            yield from self._checks("--data", self.data)
        yield Step("make", self._upload(self.flags.code, CODE), CODE)
        yield Step("make", self._upload(self.flags.checkpoint, CHECKPOINT), CHECKPOINT)
        yield Step("make", self._gen_answers(), ANSWERS)
        yield Step("wait", ["wait", *self._at(), self.bundle(ANSWERS)], ANSWERS)
        yield Step("make", self._run_eval(), SCORE)
        yield Step("wait", ["wait", *self._at(), self.bundle(SCORE)], SCORE)
        yield Step("score", ["cat", *self._at(), f"{self.bundle(SCORE)}/stdout"])
        if self.flags.tag:
            tags = ["--tags", *self.flags.tag]
            yield Step("tag", ["edit", *self._at(), self.bundle(ANSWERS), *tags])

    def bundle(self, role):
        """What a bundle is called in a line."""
        return self.ids.get(role) or self.names.get(role, role)

    def why_failed(self, role):
        """The line that tells how a run ended; it is there also where the run has no stderr."""
        return ["info", *self._at(), "--field", "failure_message,state", self.bundle(role)]

    def stderr_of(self, role):
        """The line that shows the stderr of a run."""
        return ["cat", *self._at(), f"{self.bundle(role)}/stderr"]

    def _at(self):
        return ["--worksheet-spec", self.worksheet] if self.worksheet else []

    def _checks(self, flag, dependency):
        """Is a given bundle there, and the file in it? `info` takes one slash less than `run`."""
        target = dependency.partition(":")[2]
        worksheet, _, rest = target.rpartition("//")
        bundle, _, inside = rest.partition("/")
        spec = f"{worksheet}/{bundle}" if worksheet else bundle
        yield Step("check", ["info", *self._at(), "--field", "uuid,state", spec], flag)
        if inside:
            yield Step("check", ["cat", *self._at(), "--head", "1", target], flag)

    def _upload(self, path, name):
        """Upload a folder without its caches, under the name that the recipe has."""
        path = os.path.realpath(path) if os.path.islink(path) else os.path.normpath(path)
        last = os.path.basename(path)
        named = [] if last == name else ["--name", name]
        patterns = [pattern for pattern in EXCLUDED if pattern != last]  # the folder itself is sent
        return ["upload", path, *named, *self._at(), "--exclude-patterns", *patterns]

    def _gen_answers(self):
        """Answer the questions of --data with --mode=official_eval."""
        command = ["python", f"{CODE}/main.py", "--mode=official_eval"]
        command += [f"--glove_path={key_of(one)}" for one in self.vectors]
        command += [f"--json_in_path={key_of(self.data)}", f"--ckpt_load_dir={CHECKPOINT}"]
        uploads = [self._uploaded(CODE), self._uploaded(CHECKPOINT)]
        wishes = {name: getattr(self.flags, name) for name in ("gpus", "memory", "time")}
        asks = [[f"--request-{name}", str(wish)] for name, wish in wishes.items() if wish]
        dependencies = [*uploads, *self.vectors, self.data]
        return [*self._run(ANSWERS, sum(asks, [])), *dependencies, shlex.join(command)]

    def _run_eval(self):
        """Score its answers; this needs no GPU."""
        command = shlex.join(["python", f"{CODE}/evaluate.py", key_of(self.data), "preds.json"])
        answers = f"preds.json:{self.bundle(ANSWERS)}/predictions.json"
        return [*self._run(SCORE, []), self._uploaded(CODE), self.data, answers, command]

    def _run(self, role, asks):
        """The beginning of a run's line."""
        image = ["--request-docker-image", self.flags.image]
        return ["run", "--name", self.names[role], *image, *asks, *self._at()]

    def _uploaded(self, role):
        return f"{role}:{self.ids[role]}" if role in self.ids else f":{role}"


def with_key(target, key):
    """`KEY:TARGET`, the key being added where there is none."""
    return target if ":" in target else f"{key}:{target}"


def key_of(dependency):
    """What a dependency is called in the bundle, as the client finds it where no key is given.

    Example:
        >>> key_of("data.json:0x4870af"), key_of(":0x97c870/dev.json"), key_of(":cs224n//dev.json")
        ('data.json', 'dev.json', 'dev.json')
    """
    key, _, target = dependency.partition(":")
    bundle, _, inside = target.rpartition("//")[2].partition("/")
    return key or inside or bundle
