"""One run-bundle on this machine: run apart, its files collected in a folder, with a record."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import sandbox
from bundles import UserError, parse_size, parse_time, pass_on, say, show_size
from images import find_image
from limits import run_limited
from records import RECORD, write_record

SHOWN_LINES = 20  # of stderr, where the command failed


def execute(run, out, quiet=False):
    """Run it, leave its files and a record in the folder `out`, tell about it on stderr.

    Args:
        run: a records.Run.
        out: made, or replaced if it holds an earlier run. That it can be is tried before the run.
        quiet: do not repeat on stdout what the command printed.

    Returns:
        The command's exit status; 124 or 137 where it took too much time or memory, 1 where it
        wrote beside its folder.
    """
    out = Path(out).resolve()
    _check_replaceable(out, run.dependencies)
    _try_to_make(_beside(out))
    limits, image = (parse_time(run.time), parse_size(run.memory)), find_image(run.image)
    say(f"image {image.name}: {image.bin}/python")
    area = tempfile.mkdtemp(prefix="codalab-")
    try:
        outcome, changed = _run_in(area, run, image, limits)
        _collect(Path(area) / "run", out, run.dependencies)
    finally:
        sandbox.remove_area(area)
    status = _judge(outcome, changed, run.dependencies)
    write_record(out, run, status)
    _show(out, status, quiet)
    return status


def _run_in(area, run, image, limits):
    """How the command ended, and the files beside its folder that have changed."""
    sandbox.make_area(area)
    kind = sandbox.find_sandbox(area, run.strict)
    say(kind.note)
    sandbox.link_dependencies(kind, area, run.dependencies)
    before = sandbox.look_beside(area)
    line = sandbox.command_line(kind, area, run, image)
    outcome = run_limited(line, *limits, env=sandbox.ENVIRONMENT)
    changes = before.items() ^ sandbox.look_beside(area).items()
    return outcome, sorted({path for path, _ in changes})


def _check_replaceable(out, dependencies):
    """Only the result of an earlier run is deleted, and never something that this run needs."""
    empty = out.is_dir() and not any(out.iterdir())
    if out.exists() and not empty and not (out / RECORD).exists():
        raise UserError(f"--out: {out} is there, and is not the result of a run: name another one")
    for key, path in dependencies.items():
        if any(place.is_relative_to(out) for place in (Path(path), Path(path).resolve())):
            raise UserError(f"--out: {out} holds the dependency {key}: name another one")


def _beside(out):
    """Where a result is put together, on the same file system, before it takes its name."""
    return out.with_name(f".writing-{os.getpid()}")


def _try_to_make(folder):
    """Raises UserError where the folder can't be made; leaves nothing but the folders above it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        folder.rmdir()
    except OSError as error:
        raise UserError(f"--out: cannot write to {folder.parent}: {error.strerror}") from error


def _judge(outcome, changed, dependencies):
    """The status of a run, after telling how it went."""
    took, memory = f"{outcome.seconds:.1f} s", show_size(outcome.peak)
    say(f"exit status {outcome.status} after {took}, with at most {memory} of memory")
    if outcome.verdict:
        say(f"error: killed: {outcome.verdict}")
    if changed:
        say(f"error: written beside the bundle, where CodaLab is read-only: {', '.join(changed)}")
    if outcome.status:
        say(f"the bundle held: {', '.join(dependencies) or 'nothing'}")
    return outcome.status or (1 if changed else 0)


def _collect(folder, out, dependencies):
    """Move all that the command wrote, and not its dependencies, to `out`.

    An earlier result there is deleted last, when the new one is whole.
    """
    _delete_links(folder, dependencies)
    new = _beside(out)
    try:
        new.mkdir()
        for path in folder.iterdir():
            shutil.move(path, new / path.name)
        if out.exists():
            shutil.rmtree(out)
        new.rename(out)
    except OSError as error:
        why = f"cannot write {out}: {error.strerror or error}"
        raise UserError(f"--out: {why}; what there is of the new result is in {new}") from error


def _delete_links(folder, dependencies):
    """Delete the links to the dependencies, and the folders that hold nothing else."""
    for key in dependencies:
        link = folder / key
        if link.is_symlink():
            link.unlink()
        for parent in [folder / one for one in Path(key).parents][:-1]:
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()


def _show(out, status, quiet):
    """What the command printed; of stderr the end, if it failed; and where all of it is."""
    if not quiet:
        pass_on(_lines(out / "stdout"), sys.stdout)
    if status:
        pass_on(_lines(out / "stderr", SHOWN_LINES), sys.stderr)
    say(f"{os.path.relpath(out)}: {', '.join(sorted(os.listdir(out)))}")


def _lines(path, last=0):
    """The bytes of a file, or of its last lines."""
    lines = path.read_bytes().splitlines(keepends=True) if path.is_file() else []
    return b"".join(lines[-last:])
