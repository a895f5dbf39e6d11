"""Figures: XML that shows the numbers it is given, from zero on, with nothing cut off."""

import re
from xml.etree import ElementTree

import pytest

from squad_reader.report import figures
from squad_reader.report.figures import DASHES, LONGEST, Bar, Curve, bars, curves
from squad_reader.report.svg import COLOURS, SVG, WIDTH

LONG = "a name that is far too long for the width of a phone <b>&"
BARS = [
    Bar(LONG, 50.0, "50.0 (45.0–55.0)", 0, 45.0, 55.0),
    Bar("b", 0.0, "0.0", 4),
    Bar("c", 100.0, "100.0 (90.0–100.0)", 1, 90.0, 100.0),
]
CURVES = [Curve(LONG, [[0.0, 100.0], [100.0, 0.0]], 0), Curve("b", [], 1)]
PICTURES = {
    "bars": bars("T <", [("group", BARS), (LONG, BARS[:1])]),
    "shares": bars("T", [("", [Bar("a", 10.0, "10.0 % (5)", 0), Bar("b", 20.0, "c", 0)])], 20.0),
    "curves": curves("T", "x", "y", CURVES),
    "reliability": curves("T", "x", "y", [Curve("r", [(5, 10), (95, 90)], 2, (3, 9))], True),
    "nothing": bars("T", [("", [])], 1.0),
}


def parsed(name):
    return ElementTree.fromstring(PICTURES[name])


def numbers(path):
    """Of a path, the places (x, y)."""
    found = [float(each) for each in re.findall(r"-?[\d.]+", path.get("d"))]
    return list(zip(found[::2], found[1::2], strict=True))


def filled(root, colours):
    """The widths and the left ends of what has one of these colours."""
    wanted = {f"fill: {COLOURS[each]}" for each in colours}
    found = [numbers(each) for each in root.iter(f"{SVG}path") if each.get("style") in wanted]
    lefts = [min(x for x, _ in each) for each in found]
    return [max(x for x, _ in e) - left for e, left in zip(found, lefts, strict=True)], lefts


@pytest.mark.parametrize("name", PICTURES)
def test_each_is_a_file_of_its_own_that_loads_nothing_and_has_no_ids(name):
    root = parsed(name)
    assert root.tag == SVG + "svg" and root.get("role") == "img"
    assert root.find(SVG + "title").text == root.get("aria-label")
    reached = r"url\(|@import|href|<script|<image|<foreignObject|<style|<use| id=|<metadata"
    assert re.findall(reached, PICTURES[name]) == []


@pytest.mark.parametrize("name", PICTURES)
def test_all_is_inside_of_the_picture(name):
    root = parsed(name)
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top, width) == (0, 0, WIDTH)
    for each in root.iter(SVG + "text"):
        assert left <= float(each.get("x")) < left + width
        assert top < float(each.get("y")) < top + height
        assert float(each.get("x")) + 4.5 * len(each.text) < left + width + 40
    for path in root.iter(SVG + "path"):
        for x, y in numbers(path):
            assert left <= x <= left + width and top <= y <= top + height


def test_bars_begin_at_zero_and_are_as_long_as_their_value():
    widths, lefts = filled(parsed("bars"), ["c0", "c1", "c4"])
    assert widths == pytest.approx([LONGEST / 2, 0, LONGEST, LONGEST / 2], abs=1e-3)
    zero = [each for each in parsed("bars").iter(SVG + "text") if each.text == "0"]
    assert lefts == pytest.approx([float(zero[0].get("x"))] * 4)
    texts = [each.text for each in parsed("bars").iter(SVG + "text")]
    assert "50.0 (45.0–55.0)" in texts and "0.0" in texts


def test_the_largest_share_is_as_wide_as_the_axis():
    widths, _ = filled(parsed("shares"), ["c0"])
    assert widths == pytest.approx([LONGEST / 2, LONGEST], abs=1e-3)


def test_a_larger_radius_is_a_larger_dot():
    widths, _ = filled(parsed("reliability"), ["c2"])
    assert widths == pytest.approx([6.0, 18.0], rel=0.01)


def test_curves_can_be_told_apart_without_colours():
    readers = [Curve(f"{i}", [(0, 10 * i), (100, 10 * i)], i) for i in range(len(DASHES))]
    root = ElementTree.fromstring(curves("T", "x", "y", readers))
    styles = [each.get("style") for each in root.iter(SVG + "path")]
    dashes = {
        re.sub(".*stroke-dasharray: ([^;]*);.*|.*", r"\1", style)
        for style in styles
        if any(COLOURS[f"c{i}"] in style for i in range(len(DASHES)))
    }
    assert len(dashes) == len(DASHES)


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
