"""The inside of a run-bundle: its folder, read-only links to the dependencies, and little else.

Where Linux allows namespaces (`unshare`), the command sees a file system of its own (see
mounts.py), has no network, and no rights beyond those of its user, even when that is root.

Elsewhere it runs in a fresh folder with copies of the dependencies, and what it wrote beside its
folder is found afterwards; this machine's files stay in reach, and without `unshare` the network.
"""

import os
import shutil
import subprocess
from pathlib import Path
from shlex import join, quote
from typing import NamedTuple

from bundles import files_of
from images import NO_IMAGE, SYSTEM_PATH
from mounts import DEPENDENCIES, HOME, RUN, mount_lines
from records import Run

NAMESPACES = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child")
AS_ROOT = ("--user", "--map-root-user")  # a namespace of users, which every user may make
ENVIRONMENT = {"PATH": SYSTEM_PATH}  # PATH of the commands that build it, not of the command inside
WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


class Sandbox(NamedTuple):
    """A kind of isolation: the command that makes it, whether it has files of its own, a note."""

    prefix: tuple[str, ...]
    own_files: bool
    note: str


def find_sandbox(area, strict=True):
    """The best isolation that works here.

    Args:
        area: an empty folder to try it in.
        strict: False tries the weaker kinds only.
    """
    kinds = [(*NAMESPACES, *AS_ROOT), NAMESPACES] if strict else []  # the second is for root
    failures = []
    for prefix in kinds:
        found = Sandbox(prefix, True, "only the bundle, the system and the image; no network")
        failures.append(_failure(command_line(found, area, Run({}, "true"), NO_IMAGE)))
        if not failures[-1]:
            return found
    why = failures[0] if strict else "--weak"
    note = f"fresh folder, but the rest of this machine can be seen ({why})"
    prefix = ("unshare", *AS_ROOT, "--net", *WITHOUT_RIGHTS)
    if not _failure([*prefix, "true"]):
        return Sandbox(prefix, False, f"{note}; no network")
    return Sandbox((), False, f"{note}, and so can the network")


def _failure(command):
    """Why a command does not work, in a line; empty if it does."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=ENVIRONMENT
        )
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    return (done.stderr.strip() or "failed").splitlines()[0] if done.returncode else ""


def make_area(area):
    """The folders that a run needs on this side."""
    for name in ("root", "run", "tmp", "dependencies", "home"):
        (Path(area) / name).mkdir()
    (Path(area) / "home").chmod(0o555)


def link_dependencies(sandbox, area, dependencies):
    """Put a link to each dependency into the bundle's folder; copy it where none can be mounted."""
    for key, path in dependencies.items():
        inside = os.path.join(DEPENDENCIES, key)
        if not sandbox.own_files:
            inside = _copy(path, Path(area) / "dependencies" / key)
        link = Path(area) / "run" / key
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(inside)


def _copy(path, target):
    """A copy that only root can write to."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.isdir(path):
        shutil.copytree(path, target, symlinks=True)
    else:
        shutil.copy(path, target)
    for one in [target, *target.rglob("*")]:
        if not one.is_symlink():
            one.chmod(one.stat().st_mode & ~0o222)
    return target


def look_beside(area):
    """The files around a run that must not change: path -> size and time of each."""
    found = {}
    for name in ("dependencies", "home"):
        for path, full in files_of(str(Path(area) / name)).items():
            facts = os.lstat(full)
            found[path] = (facts.st_size, facts.st_mtime_ns)
    return found


def remove_area(area):
    """Delete it, what is read-only included."""
    for folder, folders, _ in os.walk(area):
        for name in folders:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)
    shutil.rmtree(area)


def command_line(sandbox, area, run, image):
    """Arguments that run a run-bundle, with stdout and stderr as files of its folder.

    Args:
        sandbox: from `find_sandbox`.
        area: folder on this side, filled by `make_area`.
        run: a records.Run; its command is put into the brackets that CodaLab's worker uses.
        image: an images.Image; its PATH and a HOME are all that the command's environment holds.
    """
    folder, home = (RUN, HOME) if sandbox.own_files else (f"{area}/run", f"{area}/home")
    script = f"cd {quote(folder)} || exit; ( {run.command.rstrip('; ')}; ) >stdout 2>stderr"
    environment = [f"PATH={image.path}", f"HOME={home}"]
    bash = ["/usr/bin/env", "-i", *environment, "/bin/bash", "-c", script]
    if not sandbox.own_files:
        return [*sandbox.prefix, *bash]
    lines = ["set -e", *mount_lines(area, run.dependencies, image.folders)]
    lines.append(f"exec chroot {quote(f'{area}/root')} {join([*WITHOUT_RIGHTS, *bash])}")
    return [*sandbox.prefix, "sh", "-c", "\n".join(lines)]
