"""What `bundles` promises: keys as CodaLab's client makes them, sizes and sums without caches."""

import doctest
import os
import subprocess
import sys

import bundles
import client
import pytest
import submission
import submitted
from bundles import (
    UserError,
    digest_of,
    files_of,
    parse_dependencies,
    parse_size,
    parse_time,
    size_of,
)


@pytest.mark.parametrize(
    "module", [bundles, client, submission, submitted], ids=lambda module: module.__name__
)
def test_the_examples_are_true(module):
    assert doctest.testmod(module).failed == 0


def test_a_key_is_given_or_the_last_part_of_the_path(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "dev.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    found = parse_dependencies(["in.json:data/dev.json", ":data/dev.json", ":data/"])
    path = str(tmp_path / "data" / "dev.json")
    assert found == {"in.json": path, "dev.json": path, "data": str(tmp_path / "data")}
    assert list(found) == ["in.json", "dev.json", "data"]


@pytest.mark.parametrize(
    ("specs", "text"),
    [
        (["dev.json"], "expected KEY:PATH or :PATH before the command, got 'dev.json'"),
        (["a:"], "got 'a:'"),
        ([":missing"], "there is no file or folder"),
        (["../a:."], "expected a key inside the bundle, got '../a'"),
        (["/a:."], "got '/a'"),
        (["a//b:."], "got 'a//b'"),
        ([".:."], "got '.'"),
        (["a:.", "a:.."], "the key 'a' is taken by 'a'"),
        (["a/b:.", "a:.."], "the key 'a' is taken by 'a/b'"),
        (["a:.", "a/b:.."], "the key 'a/b' is taken by 'a'"),
    ],
)
def test_bad_dependencies_are_one_line(specs, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as raised:
        parse_dependencies(specs)
    assert text in str(raised.value) and "\n" not in str(raised.value)


def test_caches_do_not_count(code):
    size, digest = size_of(code), digest_of(code)
    assert list(files_of(code)) == ["evaluate.py", "main.py"]
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"1234")
    (code / "main.pyc").write_bytes(b"1234")
    (code / "reader.egg-info").mkdir()
    (code / "reader.egg-info" / "PKG-INFO").write_text("Name: reader")
    assert (size_of(code), digest_of(code)) == (size, digest)


@pytest.mark.parametrize("change", ["content", "name", "link"])
def test_a_sum_notices_a_change(change, code):
    (code / "link").symlink_to("main.py")
    before = digest_of(code)
    if change == "content":
        (code / "main.py").write_text("print()")
    elif change == "name":
        (code / "main.py").rename(code / "name.py")
    else:
        (code / "link").unlink()
        (code / "link").symlink_to("evaluate.py")
    assert digest_of(code) != before


def test_the_sum_of_a_file_is_that_of_its_content(tmp_path):
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    assert digest_of(tmp_path / "a.json") == digest_of(tmp_path / "b.json")
    (tmp_path / "b.json").write_text("{ }")
    assert digest_of(tmp_path / "a.json") != digest_of(tmp_path / "b.json")
    os.symlink("a.json", tmp_path / "link.json")
    assert digest_of(tmp_path / "a.json") == digest_of(tmp_path / "link.json")


def test_sizes_and_times_are_those_of_the_client():
    assert [parse_size(text) for text in ("3", "3k", "1.5M", "2g")] == [3, 3072, 1572864, 2 << 30]
    assert [parse_time(text) for text in ("3", "3s", "3m", "1.5h", "1D")] == [
        3,
        3,
        180,
        5400,
        86400,
    ]


@pytest.mark.parametrize("text", ["", "g", "-1", "0", "3x", "3 g", "nan", "2gb"])
def test_other_sizes_and_times_are_refused(text):
    with pytest.raises(UserError, match="expected a size such as 500m or 2g, got"):
        parse_size(text)
    with pytest.raises(UserError, match="expected a time such as 600, 10m or 2h, got"):
        parse_time(text)


@pytest.mark.parametrize(
    ("call", "status", "line"),
    [
        ("lambda: open('none')", 1, "-c: error: none: No such file or directory"),
        ("lambda: parse_dependency('a')", 2, "-c: error: expected KEY:PATH or :PATH before the"),
        ("lambda: 7", 7, ""),
    ],
)
def test_a_script_ends_with_a_status_and_at_most_one_line(call, status, line, tmp_path):
    program = f"from bundles import parse_dependency, run_script; run_script({call})"
    env = {**os.environ, "PYTHONPATH": os.path.dirname(bundles.__file__)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert done.returncode == status and done.stdout == ""
    assert done.stderr.startswith(line) and done.stderr.count("\n") == bool(line)
