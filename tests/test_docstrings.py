"""The examples in the docstrings of the package run, from the project's folder."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "code" / "squad_reader"
FILES = sorted(PACKAGE.rglob("*.py"))
WITH_EXAMPLES = [path for path in FILES if ">>> " in path.read_text("utf-8")]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_examples_of_a_module_run(path, monkeypatch):
    monkeypatch.chdir(ROOT)
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert (failed, tried > 0) == (0, True)
