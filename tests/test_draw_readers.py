"""The figures of the readers: drawn anew they are the committed ones, and each reader has one."""

import subprocess
import sys
from pathlib import Path

import pytest
from draw_readers import READERS

from squad_reader.registry import names

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SCRIPT = ROOT / "scripts" / "draw_readers.py"
OURS = [name for name in names() if name in ("baseline", "bidaf", "drqa", "fusion")]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    command = [sys.executable, str(SCRIPT), f"--out_dir={folder}"]
    subprocess.run(command, check=True, capture_output=True)
    return {path.stem: path.read_text("utf-8") for path in folder.iterdir()}


def test_the_committed_figures_are_those_that_the_script_draws(drawn):
    assert set(drawn) == set(OURS)
    for name, text in drawn.items():
        assert (DOCS / f"{name}.svg").read_text("utf-8") == text, f"run {SCRIPT.name}"


def test_every_reader_of_the_package_has_a_figure_and_a_paragraph():
    source = (ROOT / "code" / "squad_reader" / "registry.py").read_text("utf-8")
    text = (DOCS / "readers.md").read_text("utf-8")
    for name in OURS:
        assert f'"{name}": "squad_reader.model.{name}.options' in source
        assert f"\n## {name}\n" in text and f"({name}.svg)" in text
    assert source.count('": "squad_reader.model.') == len(OURS)


def test_every_box_is_read_by_another_but_the_last(drawn):
    for name, rows in READERS.items():
        titles = [box.title for row in rows for box in row]
        assert len(set(titles)) == len(titles), name
        read = {source for row in rows for box in row for source in box.after}
        assert read == set(titles[:-1]), name
        assert drawn[name].count("marker-end") == sum(len(b.after) for row in rows for b in row)
