"""What is uploaded to CodaLab, and the lines of its client `cl` that a submission consists of.

They are those of the course's recipe, with the flags of the `codalab` package's client (1.7.5).
"""

import json
import os
import shlex

from bundles import EXCLUDED, ROOT, UserError, files_of, show_size, size_of

CODE, CHECKPOINT = "code", "best_checkpoint"


def check_uploads(flags, limit):
    """Refuse folders that are not what they should be, or too large.

    Args:
        flags: code (None: this project's) and checkpoint.
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
    has_vectors = "vectors" in read_files(flags.checkpoint)
    for path in (flags.code, flags.checkpoint):
        size = size_of(path)
        if size > limit:
            name, full = max(files_of(path).items(), key=lambda item: os.lstat(item[1]).st_size)
            most = f"{name} has {show_size(os.lstat(full).st_size)}"
            raise UserError(f"{path}: {show_size(size)} is more than --limit; {most}")
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


def client_lines(flags, has_vectors):
    """All lines in their order, each a list of the arguments of `cl`."""
    lines = [upload(flags, flags.code, CODE), upload(flags, flags.checkpoint, CHECKPOINT)]
    lines += [gen_answers(flags, has_vectors), ["wait", *at(flags), flags.name]]
    lines += [run_eval(flags), ["wait", *at(flags), flags.eval_name]]
    lines += [["cat", *at(flags), f"{flags.eval_name}/stdout"]]
    if flags.tag:
        lines.append(["edit", *at(flags), flags.name, "--tags", *flags.tag])
    return lines


def at(flags):
    """The worksheet's flag, if it is not the current one."""
    return ["--worksheet-spec", flags.worksheet] if flags.worksheet else []


def upload(flags, path, name):
    """Upload a folder without its caches, under the name that the recipe knows."""
    path = os.path.realpath(path) if os.path.islink(path) else os.path.normpath(path)
    named = [] if os.path.basename(path) == name else ["--name", name]
    return ["upload", path, *named, *at(flags), "--exclude-patterns", *EXCLUDED]


def gen_answers(flags, has_vectors):
    """Answer the questions of --data with --mode=official_eval."""
    glove, data = with_key(flags.glove, "glove.txt"), with_key(flags.data, "data.json")
    vectors = [] if has_vectors else [glove]
    command = ["python", f"{CODE}/main.py", "--mode=official_eval"]
    command += [f"--glove_path={key_of(one)}" for one in vectors]
    command += [f"--json_in_path={key_of(data)}", f"--ckpt_load_dir={CHECKPOINT}"]
    dependencies = [f":{CODE}", f":{CHECKPOINT}", *vectors, data]
    return [*run(flags, flags.name, asks(flags)), *dependencies, shlex.join(command)]


def run_eval(flags):
    """Score its answers; this needs no GPU."""
    data = with_key(flags.data, "data.json")
    command = shlex.join(["python", f"{CODE}/evaluate.py", key_of(data), "preds.json"])
    answers = f"preds.json:{flags.name}/predictions.json"
    return [*run(flags, flags.eval_name, []), f":{CODE}", data, answers, command]


def run(flags, name, wishes):
    """The beginning of a run's line."""
    return ["run", "--name", name, "--request-docker-image", flags.image, *wishes, *at(flags)]


def asks(flags):
    """What the run asks for beyond the client's defaults."""
    wishes = {"gpus": flags.gpus, "memory": flags.memory, "time": flags.time}
    return [
        part for name, wish in wishes.items() if wish for part in (f"--request-{name}", str(wish))
    ]


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
