"""scripts/install where it must not go on: a folder .venv that is not its own is left as it is."""

import shutil
import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).parent.parent / "scripts" / "install"
# Python as far as the script asks it for its version; it cannot make an environment.
PYTHON = "#!/bin/sh\n[ $1 = -c ] && exit {status}\nmkdir .venv; touch .venv/half; exit 1\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "scripts").mkdir()
    shutil.copy(INSTALL, tmp_path / "scripts")
    return tmp_path


def write_python(path, status):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PYTHON.format(status=status))
    path.chmod(0o755)
    return path


def install(project, python):
    command = [str(project / "scripts" / "install")]
    env = {"PATH": "/usr/bin:/bin", "PYTHON": str(python)}
    return subprocess.run(command, capture_output=True, text=True, env=env)


@pytest.mark.parametrize("kind", ["of another Python", "without a Python", "a file"])
def test_what_is_there_already_is_not_deleted(kind, project):
    other = project / ".venv" / "lib" / "mine.py"
    if kind == "a file":
        other = project / ".venv"
    other.parent.mkdir(parents=True, exist_ok=True)
    other.write_text("mine")
    if kind == "of another Python":
        write_python(project / ".venv" / "bin" / "python", status=1)
    done = install(project, write_python(project / "python", status=0))
    assert done.returncode == 1 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("scripts/install: expected .venv with Python 3.10 to 3.13, found")
    assert line.endswith("delete it: rm -r .venv")
    assert other.read_text() == "mine"


@pytest.mark.parametrize("empty", [True, False])
def test_half_an_environment_is_not_left_behind(empty, project):
    if empty:
        (project / ".venv").mkdir()
    done = install(project, write_python(project / "python", status=0))
    assert done.returncode == 1
    assert "cannot make .venv; on Debian: apt install python3-venv" in done.stderr
    assert not (project / ".venv").exists()
