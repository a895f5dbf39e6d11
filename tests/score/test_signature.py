"""The signature: its parts by hand, and the commit inside, beside and outside a repository."""

import hashlib
import subprocess

import pytest

import squad_reader
from squad_reader.errors import InputError
from squad_reader.score import signature
from squad_reader.score.signature import Drawn, commit_of, signature_fields, signature_line

DRAWN = Drawn("articles", 48, 10_000, 0, 0.95)


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "repository" / "package"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    return folder


def git(folder, *arguments):
    names = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *names, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_line_by_hand(tmp_path, monkeypatch):
    monkeypatch.setattr(signature, "commit_of", lambda folder: "unknown")
    path = tmp_path / "dev.json"
    path.write_bytes(b"{}")
    line = signature_line(signature_fields("v1.1", str(path), 10570, 3, DRAWN))
    assert line == (
        f"metric:squad-v1.1|data:dev.json|sha256:{hashlib.sha256(b'{}').hexdigest()}"
        "|questions:10570|unanswered:3|norm:lower,punctuation,articles,spaces"
        "|bootstrap:48 articles,10000 resamples,seed 0,95%"
        f"|version:{squad_reader.__version__}|commit:unknown"
    )
    assert signature_fields("v2.0", str(path), 1, 0, DRAWN)["na_prob"] == "none"


def test_a_name_cannot_break_the_line(tmp_path):
    path = tmp_path / "a|b\nc\x1b.json"
    path.write_bytes(b"")
    line = signature_line(signature_fields("v1.1", str(path), 1, 0, DRAWN))
    assert "|data:a\\x7cb\\nc\\x1b.json|sha256:" in line and line.count("|") == 8


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    path = str(tmp_path / "none.json")
    with pytest.raises(InputError, match="none.json: cannot be read: No such file"):
        signature_fields("v1.1", path, 1, 0, DRAWN)


def test_the_commit_is_that_of_the_package(package):
    assert commit_of(str(package)) == "unknown"  # no repository
    git(package.parent, "init", "-q")
    git(package.parent, "commit", "-q", "--allow-empty", "-m", "empty")
    assert commit_of(str(package)) == "unknown"  # installed inside another project's
    git(package.parent, "add", ".")
    git(package.parent, "commit", "-q", "-m", "package")
    commit = git(package.parent, "rev-parse", "HEAD")[:12]
    assert commit_of(str(package)) == commit
    (package / "__init__.py").write_text("x = 1\n")
    assert commit_of(str(package)) == commit + "-dirty"


def test_without_git_the_commit_is_unknown(package, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert commit_of(str(package)) == "unknown"
