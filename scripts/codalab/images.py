"""Environments that stand for docker images: where `python` is, and which folders it needs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from bundles import ROOT, UserError

V4_VARIABLE = "SQUAD_READER_V4_ENV"
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HINTS = {"current": "; to make .venv: scripts/install", "v4": "; to make it: scripts/v4_env {}"}
# Under Python 2.7 as well.
PREFIXES = """
import os, sys
names = ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "real_prefix")
for name in names:
    sys.stdout.write(getattr(sys, name, sys.prefix) + "\\n")
sys.stdout.write(os.path.dirname(os.path.dirname(os.path.realpath(sys.executable))) + "\\n")
"""


class Image(NamedTuple):
    """An environment: its name, the folder of its `python`, the folders that it consists of."""

    name: str
    bin: str
    folders: tuple[str, ...]

    @property
    def path(self):
        """PATH in a run-bundle: the environment before the system."""
        return f"{self.bin}:{SYSTEM_PATH}"


NO_IMAGE = Image("none", "/usr/bin", ())


def find_image(name):
    """The environment `current` (the package's own), `v4` (the 2018 image), or in a folder.

    Raises:
        UserError: it is not there, or its Python does not start with an empty environment.
    """
    bin_folder = os.path.join(_folder_of(name), "bin")
    python = os.path.join(bin_folder, "python")
    if not os.access(python, os.X_OK):
        hint = HINTS.get(name, "").format(os.path.dirname(bin_folder))
        raise UserError(f"--image {name}: expected an environment with {python}, found none{hint}")
    done = subprocess.run([python, "-c", PREFIXES], capture_output=True, text=True, env={})
    if done.returncode:
        line = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise UserError(f"--image {name}: {python} does not start: {line}")
    prefixes = {os.path.dirname(bin_folder), *done.stdout.split("\n")} - {"", "/"}
    return Image(name, bin_folder, tuple(sorted(prefixes)))


def _folder_of(name):
    if name == "v4":
        return os.path.abspath(os.environ.get(V4_VARIABLE) or ROOT / ".venv-v4")
    if name != "current":
        return os.path.abspath(name)
    in_venv = sys.prefix != sys.base_prefix
    if not in_venv and (ROOT / ".venv" / "bin" / "python").exists():
        return str(ROOT / ".venv")
    return sys.prefix if in_venv else str(Path(sys.executable).parent.parent)
