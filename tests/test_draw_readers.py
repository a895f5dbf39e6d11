"""The figures of the readers: drawn anew they are the committed ones, and each reader has one."""

import re
import subprocess
import sys
from itertools import combinations
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
        read = [each for row in rows for box in row for each in (*box.after, *box.around)]
        assert set(read) == set(titles[:-1]), name
        assert drawn[name].count("marker-end") == len(read)


def test_no_arrow_crosses_a_box_and_none_runs_along_another(drawn):
    for name, text in drawn.items():
        boxes = [tuple(map(float, each)) for each in re.findall(RECT, text)][1:]  # 0 is the card
        arrows = re.findall(r'<path d="(M[^"]*)" fill="none"', text)
        for arrow in arrows:
            for left, top, right, foot in segments(arrow):
                for x, y, width, height in boxes:
                    apart = right <= x or x + width <= left or foot <= y or y + height <= top
                    assert apart, (name, arrow)
        for one, other in combinations(arrows, 2):
            if re.split("[HV]", one)[0] != re.split("[HV]", other)[0]:  # they may begin as one
                shared = [along(a, b) for a in segments(one) for b in segments(other)]
                assert not any(shared), (name, one, other)


RECT = r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"'


def segments(path):
    """left, top, right, foot of each part of a path of M, H and V."""
    x, y = map(float, re.match(r"M([\d.]+) ([\d.]+)", path).groups())
    found = []
    for letter, number in re.findall(r"([HV])([\d.]+)", path):
        new = (float(number), y) if letter == "H" else (x, float(number))
        found.append((min(x, new[0]), min(y, new[1]), max(x, new[0]), max(y, new[1])))
        x, y = new
    return found


def along(one, other):
    """Whether two parts lie on one line and overlap."""
    across, down = (min(one[2 + i], other[2 + i]) - max(one[i], other[i]) for i in (0, 1))
    return across >= 0 and down >= 0 and across + down > 0
