"""Figures as files and as parts of a page: any text stays text, and colours are the page's."""

import re
from importlib import resources
from xml.etree import ElementTree

import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from squad_reader.report.figures import Bar, bars
from squad_reader.report.svg import BAD, COLOURS, SVG, inline, printable

ANY = st.text(st.characters(), max_size=30)  # lone surrogates too
CSS = (resources.files("squad_reader.report") / "page" / "page.css").read_text("utf-8")


def one_bar(name, title="T"):
    return bars(title, [("", [Bar(name, 50.0, "50.0", 1, 40.0, 60.0)])])


@settings(deadline=None, max_examples=40)
@given(ANY, ANY)
def test_any_text_stays_text_in_a_file_and_in_a_page(name, title):
    for picture in (one_bar(name, title), inline(one_bar(name, title))):
        picture.encode("utf-8")
        root = ElementTree.fromstring(picture)
        shown = BAD.sub("\ufffd", title).replace("\r\n", "\n").replace("\r", "\n")
        assert (root.find(f"{SVG}title").text or "") == shown
        assert root.get("role") == "img"
        texts = [each.text.strip() for each in root.iter(f"{SVG}text")]
        line = printable(" ".join(name.split()))
        assert texts[5:] == [*([line.strip()] if line else []), "50.0"]


def test_signs_of_mathematics_and_of_other_writings_are_text():
    for name in (r"$\frac{1}{2}$", "a_$b^c$", r"\$", "$", "评测结果", "🚲", "قارئ"):
        assert f">{name}<" in one_bar(name)


def test_settings_of_the_user_change_nothing_and_are_left_as_they_are():
    expected = one_bar("a")
    mine = {"font.size": 40, "svg.fonttype": "path", "axes.facecolor": "red"}
    with matplotlib.rc_context(mine):
        assert one_bar("a") == expected
        assert matplotlib.rcParams["font.size"] == 40


def test_a_page_has_names_of_colours_and_its_style_sheet_has_their_values():
    used = set(re.findall(r"var\(--(\w+)\)", inline(one_bar("#1f2426"))))
    assert {"ink", "soft", "grid", "paper", "c1"} == used
    assert ">#1f2426<" in inline(one_bar("#1f2426"))
    light, dark = CSS.split("@media", 1)
    dark = dark.split("@media")[0]
    for name, value in COLOURS.items():
        assert f"--{name}: {value};" in light
        assert f"--{name}: #" in dark


def contrast(first, second):
    """Of two colours, as WCAG defines it."""
    lights = []
    for colour in (first, second):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        lights.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
    return max(lights) / min(lights)


@pytest.mark.parametrize("place", [0, 1], ids=["light", "dark"])
def test_colours_stand_out_from_their_ground(place):
    values = dict(re.findall(r"--(\w+): (#\w{6});", CSS.split("@media")[place]))
    for name in COLOURS:
        least = {"ink": 7.0, "soft": 4.5}.get(name, 3.0)
        assert name in ("grid", "paper") or contrast(values[name], values["paper"]) >= least
