"""scripts/v4_env: what it builds, and what it says where it cannot."""

import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
V4_ENV = ROOT / "scripts" / "v4_env"
IMAGE = {
    "tensorflow": "1.4.1",
    "numpy": "1.14.0",
    "google.protobuf": "3.5.1",
    "h5py": "2.7.1",
    "six": "1.11.0",
    "tqdm": "4.19.5",
    "nltk": "3.2.5",
    "colorama": "0.3.9",
}


def run(*command, **kwargs):
    """A finished process, text captured."""
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, timeout=600, **kwargs
    )


def answer(python, source, *arguments, **kwargs):
    """What a few lines of Python 2.7 print, read as JSON; `env` finds a name on PATH."""
    found = [python] if isinstance(python, Path) else ["/usr/bin/env", python]
    done = run(*found, "-c", source, *arguments, **kwargs)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(*arguments):
    """The one line of a call that must fail."""
    done = run(V4_ENV, *arguments)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith("v4_env: error: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_the_versions_are_those_of_the_image(v4_python):
    source = (
        "import importlib, json, sys\n"
        "version = lambda name: importlib.import_module(name).__version__\n"
        "print(json.dumps({name: version(name) for name in sys.argv[1:]}))"
    )
    assert answer(v4_python, source, *IMAGE) == IMAGE


def test_it_is_a_wide_python_2_7(v4_python):
    source = "import sys; print([sys.version_info[0], sys.version_info[1], sys.maxunicode])"
    assert answer(v4_python, source) == [2, 7, 0x10FFFF]


def test_tensorflow_runs_with_an_empty_environment_from_another_folder(v4_python, tmp_path):
    source = "import tensorflow as tf; print(tf.Session().run(tf.constant(40) + 2))"
    assert answer(v4_python, source, cwd=tmp_path, env={}) == 42


def test_it_is_python_where_its_folder_comes_first_on_path(v4_python, tmp_path):
    env = {"PATH": f"{v4_python.parent}:/usr/bin:/bin", "HOME": "/nonexistent"}
    source = "import json, sys, nltk; print(json.dumps(sys.executable))"
    for name in ("python", "python2.7"):
        assert answer(name, source, cwd=tmp_path, env=env) == str(v4_python)


def test_what_it_starts_sees_the_environment_of_the_caller(v4_python):
    source = (
        "import json, os, subprocess\n"
        "names = subprocess.check_output(['/usr/bin/env']).decode().splitlines()\n"
        "print(json.dumps(sorted(one for one in names if 'PYTHON' in one or 'LIBRARY' in one)))"
    )
    env = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": "/nowhere", "PYTHONPATH": "/elsewhere"}
    kept = ["LD_LIBRARY_PATH=/nowhere", "PYTHONPATH=/elsewhere"]
    assert answer(v4_python, source, env=env) == kept
    assert answer(v4_python, source, env={"PATH": "/usr/bin:/bin"}) == []


def test_python_started_by_python_has_the_packages_too(v4_python):
    source = (
        "import subprocess, sys\n"
        "again = 'import google.protobuf, ssl, sys, tqdm; print(len(tqdm.__version__))'\n"
        "print(subprocess.check_output([sys.executable, '-c', again]).decode())"
    )
    assert answer(v4_python, source) == len("4.19.5")


def test_a_second_call_changes_nothing(v4_env, v4_python):
    stamp = v4_env / ".v4_env"
    before = stamp.stat().st_mtime_ns
    done = run(V4_ENV, v4_env)
    assert done.returncode == 0
    assert "tensorflow 1.4.1" in done.stdout.splitlines()
    assert done.stderr == f"v4_env: ready: {v4_python}\n"
    assert stamp.stat().st_mtime_ns == before


def test_it_may_be_called_through_links(v4_env, v4_python, tmp_path):
    source = "import json, six; print(json.dumps(six.__version__))"
    (tmp_path / "linked").symlink_to(v4_env)
    (tmp_path / "python").symlink_to(v4_python)
    for path in (tmp_path / "linked" / "bin" / "python", tmp_path / "python"):
        assert answer(path, source, env={}) == "1.11.0"


def test_a_file_as_the_folder_is_refused_in_one_line(tmp_path):
    path = tmp_path / "file"
    path.write_text("kept", encoding="utf-8")
    assert f"expected a folder, {path} is a file" in refused(path)
    assert path.read_text(encoding="utf-8") == "kept"


def test_a_folder_with_other_files_is_refused_and_kept(tmp_path):
    path = tmp_path / "thesis.txt"
    path.write_text("kept", encoding="utf-8")
    assert f"{tmp_path} has other files" in refused(tmp_path)
    assert path.read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("arguments", [(), ("",), ("a", "b"), ("--fast",)])
def test_anything_but_one_folder_is_refused(arguments):
    assert "expected one folder" in refused(*arguments)


def test_help_says_how_it_is_called():
    done = run(V4_ENV, "--help")
    assert done.returncode == 0
    assert "scripts/v4_env DIR" in done.stdout
