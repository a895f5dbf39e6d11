"""What `images` promises: where `python` is, the folders that it needs, and clear refusals."""

import os
import subprocess
import sys

import pytest
from bundles import UserError
from images import find_image


@pytest.fixture
def environment(tmp_path):
    """Gives a function that makes an environment whose `python` is a shell script."""

    def make(text):
        (tmp_path / "env" / "bin").mkdir(parents=True)
        python = tmp_path / "env" / "bin" / "python"
        python.write_text(f"#!/bin/sh\n{text}\n")
        python.chmod(0o755)
        return str(tmp_path / "env")

    return make


def test_current_runs_with_its_own_path_and_sees_its_own_folders():
    image = find_image("current")
    program = "import sys; print(sys.version_info[:2], sys.base_prefix)"
    done = subprocess.run(
        ["python", "-c", program], env={"PATH": image.path}, capture_output=True, text=True
    )
    assert done.stdout == f"{sys.version_info[:2]} {sys.base_prefix}\n"
    for folder in {sys.base_prefix, os.path.dirname(image.bin)}:
        assert folder in image.folders


def test_a_folder_is_an_environment_of_its_own(environment):
    folder = environment(f'exec {sys.executable} "$@"')
    image = find_image(folder)
    assert (image.name, image.bin) == (folder, f"{folder}/bin")
    assert folder in image.folders and sys.base_prefix in image.folders
    assert "/" not in image.folders


def test_v4_is_where_the_variable_says(environment, monkeypatch):
    folder = environment(f'exec {sys.executable} "$@"')
    monkeypatch.setenv("SQUAD_READER_V4_ENV", folder)
    assert find_image("v4").bin == f"{folder}/bin"


def test_a_missing_environment_is_told_with_what_makes_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SQUAD_READER_V4_ENV", str(tmp_path / "none"))
    with pytest.raises(UserError) as raised:
        find_image("v4")
    assert f"found none; to make it: scripts/v4_env {tmp_path / 'none'}" in str(raised.value)
    with pytest.raises(UserError, match="expected an environment with .*/none/bin/python"):
        find_image(str(tmp_path / "none"))


def test_a_python_that_does_not_start_is_told(environment):
    folder = environment("echo libpython2.7.so: not found >&2; exit 127")
    with pytest.raises(UserError, match="does not start: libpython2.7.so: not found"):
        find_image(folder)
