"""Makes SVG of Matplotlib's figures: a file of its own, and the same as a part of a page.

In a file colours are what they are; in a page they are names, whose values its style sheet has for
light and dark. Text stays text. No element has an id, so several figures stand in one page.
"""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

WIDTH = 340.0  # units: the width of a phone, so that letters are as large as those around them
PER_INCH = 72.0  # what a unit is to Matplotlib
# People who see fewer colours tell these apart; the last one is that of people.
COLOURS = {
    "ink": "#1f2426",
    "soft": "#566063",
    "grid": "#d5d9d6",
    "paper": "#ffffff",
    "c0": "#0072b2",
    "c1": "#d55e00",
    "c2": "#008f68",
    "c3": "#b0558c",
    "c4": "#8a6d00",
    "c5": "#4d5a60",
}
SETTINGS = {
    "axes.axisbelow": True,
    "axes.edgecolor": "none",
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": COLOURS["soft"],
    "figure.facecolor": COLOURS["paper"],
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],  # the first comes with Matplotlib
    "font.size": 12.0,
    "grid.color": COLOURS["grid"],
    "lines.scale_dashes": False,
    "path.simplify": False,
    "svg.fonttype": "none",
    "text.color": COLOURS["ink"],
    "text.parse_math": False,  # a reader's name may have dollars
    **{f"{axis}tick.{key}": False for axis, key in (("x", "bottom"), ("y", "left"))},
    **{f"{axis}tick.labelcolor": COLOURS["soft"] for axis in "xy"},
}
# Not allowed in XML, or not possible in UTF-8.
BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
NAMES = {value: f"var(--{name})" for name, value in COLOURS.items()}
SVG = "{http://www.w3.org/2000/svg}"


def printable(text: str) -> str:
    """The text with U+FFFD for each sign that a page or a figure cannot hold."""
    return BAD.sub("\ufffd", text)


@contextmanager
def settings() -> Iterator[None]:
    """Matplotlib's own defaults and `SETTINGS`, whatever the user has chosen elsewhere."""
    with matplotlib.style.context(["default", SETTINGS]), warnings.catch_warnings():
        # The viewer has other fonts; this one only measures.
        for part in ("Glyph .* missing from", "Matplotlib currently does not support"):
            warnings.filterwarnings("ignore", part)
        yield


def blank() -> tuple[Figure, Axes]:
    """A figure with axes, whose place `drawn` sets."""
    figure = Figure()
    return figure, figure.add_axes((0, 0, 1, 1))


def write(axes: Axes, x: float, y: float, text: str, bold: bool = False) -> None:
    """A line of text that begins there, in the units of the axes."""
    line = printable(" ".join(text.split()))
    axes.text(x, y, line, fontweight="bold" if bold else "normal")


def drawn(title: str, figure: Figure, box: tuple[float, float, float, float], below: float) -> str:
    """The figure as a file.

    Args:
        title: what it is, for those who cannot see it.
        figure: from `blank`, drawn on.
        box: where the axes begin from the left and from the top, their width and height, in units.
        below: units under the axes.
    """
    left, top, width, height = box
    whole = top + height + below
    figure.set_size_inches(WIDTH / PER_INCH, whole / PER_INCH)
    place = (left / WIDTH, below / whole, width / WIDTH, height / whole)
    figure.axes[0].set_position(place)
    file = io.StringIO()
    FigureCanvasSVG(figure).print_svg(file)
    return _cleaned(file.getvalue(), printable(title))


def inline(picture: str) -> str:
    """A figure of `drawn` for a page, whose style sheet has the colours."""
    root = ElementTree.fromstring(picture)
    for element in root.iter():
        if style := element.get("style"):
            element.set("style", re.sub("#[0-9a-f]{6}", lambda it: NAMES[it[0]], style))
    return ElementTree.tostring(root, "unicode")


def _cleaned(source: str, title: str) -> str:
    """Without what would reach beyond the figure (ids, a style of all), and with its title."""
    root = ElementTree.fromstring(source)
    for parent in list(root.iter()):
        for name in ("id", "clip-path"):
            parent.attrib.pop(name, None)
        for child in list(parent):
            if child.tag in (f"{SVG}metadata", f"{SVG}defs"):
                parent.remove(child)
    root.attrib |= {"role": "img", "aria-label": title, "stroke-linejoin": "round"}
    element = ElementTree.Element(f"{SVG}title")
    element.text = title
    root.insert(0, element)
    ElementTree.register_namespace("", SVG[1:-1])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, "unicode")}\n'
