"""scripts/newcomer times each step of a clean clone; here of a made-up project."""

import os
import re
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "newcomer"
STEPS = ["git clone", "scripts/install --answer", "scripts/ask, the first answer", "all of it"]
STEPS += ["scripts/ask, once more"]


@pytest.fixture
def project(tmp_path):
    """Gives a function that commits a project with these two scripts."""

    def make(install, ask):
        folder = tmp_path / "project"
        (folder / "scripts").mkdir(parents=True)
        for name, lines in (("install", install), ("ask", ask)):
            (folder / "scripts" / name).write_text(f"#!/bin/sh\n{lines}\n")
            (folder / "scripts" / name).chmod(0o755)
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "one"]):
            subprocess.run(["git", *words], cwd=folder, check=True)
        return folder

    return make


def run(folder, tmp_path):
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    return subprocess.run([SCRIPT, folder], env=environment, capture_output=True, text=True)


def test_it_prints_the_seconds_of_each_step_and_leaves_nothing(project, tmp_path):
    ask = 'test -e "$0.made" || sleep 0.2; touch "$0.made"; echo "answer to $1"'
    done = run(project('sleep 0.4; test "$1" = --answer', ask), tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "answer to Who lit the lamp?\n" * 2
    found = [re.fullmatch(r"(.+): ([0-9.]+) s", line).groups() for line in done.stdout.splitlines()]
    assert [step for step, _ in found] == STEPS
    seconds = [float(number) for _, number in found]
    assert seconds[1] >= 0.4 and seconds[2] >= 0.2
    assert list((tmp_path / "tmp").iterdir()) == []


def test_it_ends_where_a_step_fails(project, tmp_path):
    done = run(project("echo no network >&2; exit 3", "true"), tmp_path)
    assert done.returncode == 3 and done.stderr == "no network\n"
    assert not any(step in done.stdout for step in STEPS[2:])
    assert list((tmp_path / "tmp").iterdir()) == []
