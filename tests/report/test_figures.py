"""Figures: XML that shows the numbers it is given, from zero on, with nothing cut off."""

import re
from xml.etree import ElementTree

import pytest

from squad_reader.report import curves, figures
from squad_reader.report.figures import RIGHT, WIDTH, Bar

SVG = "{http://www.w3.org/2000/svg}"
LONG = "a name that is far too long for the width of a phone <b>&"
BARS = [Bar(LONG, 50.0, 45.0, 55.0, 0), Bar("b", 0.0, None, None, 7), Bar("c", 100, 90, 100, 1)]
PICTURES = {
    "bars": figures.bars("T <", [("group", BARS), (LONG, BARS[:1])]),
    "shares": figures.shares("T", [(LONG, 25.0, 5), ("none", 0.0, 0)]),
    "curves": curves.curves("T", "x", "y", [(LONG, [[0.0, 100.0], [100.0, 0.0]]), ("b", [])]),
    "reliability": curves.reliability("T", [(5.0, 10.0, 1), (95.0, 90.0, 1000)]),
    "nothing": figures.shares("T", []),
}


def parsed(name):
    return ElementTree.fromstring(figures.standalone(PICTURES[name]))


@pytest.mark.parametrize("name", PICTURES)
def test_each_is_a_file_of_its_own_that_loads_nothing(name):
    root = parsed(name)
    assert root.tag == SVG + "svg" and root.get("role") == "img"
    assert root.find(SVG + "title").text == root.get("aria-label")
    text = figures.standalone(PICTURES[name])
    assert re.findall(r"url\(|@import|href|<script|<image|<foreignObject", text) == []


@pytest.mark.parametrize("name", PICTURES)
def test_all_is_inside_of_the_picture(name):
    root = parsed(name)
    left, top, width, height = map(float, root.get("viewBox").split())
    assert width <= WIDTH + 4
    for each in root.iter(SVG + "text"):
        assert left <= float(each.get("x")) < left + width
        assert top < float(each.get("y")) < top + height
        assert float(each.get("x")) + 4.5 * len(each.text) < left + width + 40
    for each in root.iter(SVG + "rect"):
        assert 0 <= float(each.get("width")) <= RIGHT


def test_bars_begin_at_zero_and_are_as_long_as_their_value():
    bars = list(parsed("bars").iter(SVG + "rect"))
    assert [float(bar.get("width")) for bar in bars] == [RIGHT / 2, 0, RIGHT, RIGHT / 2]
    assert {bar.get("x") for bar in bars} == {"0"}
    texts = [each.text for each in parsed("bars").iter(SVG + "text")]
    assert "50.0 (45.0–55.0)" in texts and "0.0" in texts and "0" in texts


def test_the_largest_share_is_as_wide_as_the_axis():
    picture = figures.shares("T", [("a", 10.0, 5), ("b", 20.0, 10)])
    root = ElementTree.fromstring(picture)
    assert [float(each.get("width")) for each in root.iter(SVG + "rect")] == [RIGHT / 2, RIGHT]


def test_a_long_name_keeps_both_ends():
    assert figures.cut("a" * 34, 34) == "a" * 34
    assert figures.cut("abcdefgh", 6) == "ab…fgh"
    names = [f"runs/{'x' * 40}/{each}/predictions" for each in ("baseline", "bidaf")]
    labels = figures.labels(names)
    assert len(set(labels)) == 2 and max(map(len, labels)) <= figures.NAME_CHARS


def test_names_that_differ_in_their_middle_alone_are_numbered():
    names = [f"{'x' * 40}{i}{'y' * 40}" for i in range(12)] + ["z"]
    labels = figures.labels(names)
    assert len(set(labels)) == 13 and labels[-1] == "z" and labels[11].endswith(" (12)")
    assert max(map(len, labels)) <= figures.NAME_CHARS


def test_every_colour_has_a_rule_in_light_and_in_dark():
    used = set(re.findall(r"var\((--\w+)\)", figures.SHAPES))
    light, dark = figures.STYLE.split("@media")
    for part in (light, dark):
        assert used <= set(re.findall(r"(--\w+):", part))
