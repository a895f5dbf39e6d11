"""What `sandbox` promises where Linux does not give a command a file system of its own."""

import os
import subprocess

import pytest
import sandbox
from images import NO_IMAGE
from records import Run


@pytest.fixture
def area(tmp_path):
    folder = tmp_path / "area"
    folder.mkdir()
    sandbox.make_area(folder)
    yield folder
    sandbox.remove_area(folder)
    assert not folder.exists()


def run(kind, area, dependencies, command):
    """Standard output and error of a command of bash in a sandbox."""
    sandbox.link_dependencies(kind, area, dependencies)
    line = sandbox.command_line(kind, area, Run(dependencies, command), NO_IMAGE)
    subprocess.run(line, env=sandbox.ENVIRONMENT, check=False)
    return (area / "run" / "stdout").read_text(), (area / "run" / "stderr").read_text()


def test_without_unshare_it_says_what_can_be_seen(area, monkeypatch):
    monkeypatch.setattr(sandbox, "ENVIRONMENT", {"PATH": "/nonexistent"})
    kind = sandbox.find_sandbox(area)
    assert (kind.prefix, kind.own_files) == ((), False)
    assert kind.note == (
        "fresh folder, but the rest of this machine can be seen "
        "(unshare: No such file or directory), and so can the network"
    )


def test_a_failing_unshare_is_told_in_its_own_words(area, tmp_path, monkeypatch):
    (tmp_path / "unshare").write_text("#!/bin/sh\necho unshare: not permitted >&2; exit 1\n")
    (tmp_path / "unshare").chmod(0o755)
    monkeypatch.setattr(sandbox, "ENVIRONMENT", {"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert "can be seen (unshare: not permitted)" in sandbox.find_sandbox(area).note


def test_links_lead_to_copies_in_a_fresh_folder(area, code, tmp_path):
    (tmp_path / "in.json").write_text("{}")
    dependencies = {"code": str(code), "data/in.json": str(tmp_path / "in.json")}
    kind = sandbox.Sandbox((), False, "")
    out, _ = run(kind, area, dependencies, "pwd; ls; cat data/in.json; head -c 9 code/evaluate.py")
    assert out.split("\n", 1) == [
        str(area / "run"),
        "code\ndata\nstderr\nstdout\n{}\nimport j",
    ]
    assert os.path.realpath(area / "run" / "code").startswith(str(area))


def test_the_original_stays_as_it_is(area, code):
    before = (code / "main.py").read_text()
    run(
        sandbox.Sandbox((), False, ""),
        area,
        {"code": str(code)},
        "chmod -R u+w code/; >code/main.py",
    )
    assert (code / "main.py").read_text() == before
    assert os.access(code / "main.py", os.W_OK)


@pytest.mark.parametrize(
    "command", ["echo >> code/main.py", "rm code/main.py", "touch code/new", "touch $HOME/new"]
)
def test_what_is_written_beside_the_folder_is_seen(command, area, code):
    """Also for root, who may write to read-only files."""
    kind = sandbox.Sandbox((), False, "")
    sandbox.link_dependencies(kind, area, {"code": str(code)})
    before = sandbox.look_beside(area)
    assert list(before) == ["code/evaluate.py", "code/main.py"]
    line = sandbox.command_line(kind, area, Run({"code": str(code)}, command), NO_IMAGE)
    subprocess.run(line, env=sandbox.ENVIRONMENT, check=False)
    refused = (area / "run" / "stderr").read_text()
    assert refused or sandbox.look_beside(area) != before


def test_an_area_is_removed_whatever_is_in_it(tmp_path):
    sandbox.make_area(tmp_path)
    locked = tmp_path / "run" / "a" / "b"
    locked.mkdir(parents=True)
    (locked / "file").touch()
    (tmp_path / "run" / "link").symlink_to("/")
    locked.chmod(0)
    locked.parent.chmod(0)
    sandbox.remove_area(tmp_path)
    assert not tmp_path.exists()
