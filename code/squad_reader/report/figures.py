"""Draws bars with their numbers, and curves over a square; `pictures` says of what.

Axes begin at zero. No figure needs its colours: a bar has its name and number beside it, a curve
its own dashes.
"""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from squad_reader.report.svg import COLOURS, blank, drawn, settings, write

LONGEST = 198.0  # units: where bars end; numbers stand behind
SIDE = 280.0  # units, of a square
QUARTERS = range(0, 101, 25)
NAME_CHARS, HEADING_CHARS = 34, 44
DASHES = ((), (7, 3), (2, 3), (9, 3, 2, 3), (5, 5))  # by colour


class Bar(NamedTuple):
    """One bar: name, value, the text behind it, its colour's number, and its interval, if any."""

    name: str
    value: float
    text: str
    colour: int
    low: float | None = None
    high: float | None = None


class Curve(NamedTuple):
    """One curve: name, points (x, y) in percent, its colour's number, the radius of each point."""

    name: str
    points: Sequence[Sequence[float]]
    colour: int
    radii: Sequence[float] = ()


@settings()
def bars(
    title: str, groups: Sequence[tuple[str, Sequence[Bar]]], longest: float | None = None
) -> str:
    """Bars from 0 on, each with its interval, under the heading of its group.

    Args:
        title: what the picture is, for those who cannot see it.
        groups: heading (empty for none) and bars.
        longest: value where the axis ends; None for 100, with lines at the quarters.
    """
    figure, axes = blank()
    most, y = longest or 100.0, 0.0
    for heading, members in groups:
        if heading:
            write(axes, 0, y + 11, cut(heading, HEADING_CHARS), bold=True)
            y += 18
        for bar in members:
            if len(members) > 1 or not heading:
                write(axes, 0, y + 9, cut(bar.name, NAME_CHARS))
                y += 13
            axes.barh(y + 5.5, bar.value, 11, color=COLOURS[f"c{bar.colour}"])
            write(axes, 1.04 * most, y + 10, bar.text)
            if bar.low is not None and bar.high is not None:
                ends, heights = [bar.low] * 3 + [bar.high] * 3, [1.5, 9.5, 5.5, 5.5, 1.5, 9.5]
                halo = withStroke(linewidth=4.5, foreground=COLOURS["paper"])
                shape = [y + each for each in heights]
                axes.plot(ends, shape, COLOURS["ink"], linewidth=1.5, path_effects=[halo])
            y += 17
        y += 8
    axes.set(xlim=(0, most), ylim=(y, 0), xticks=[] if longest else QUARTERS, yticks=[])
    return drawn(title, figure, (4.0, 6.0, LONGEST, y), 0 if longest else 20)


@settings()
def curves(
    title: str, x_name: str, y_name: str, lines: Sequence[Curve], diagonal: bool = False
) -> str:
    """Curves over a square from 0 to 100 on both axes, with their names below.

    Args:
        title: as of `bars`.
        x_name, y_name: of the axes.
        lines: what to draw.
        diagonal: whether one is drawn, to compare with.
    """
    figure, axes = blank()
    axes.set_xlabel(x_name)
    axes.set_title(y_name, loc="left", fontsize=12, color=COLOURS["soft"], x=-0.1, pad=10)
    if diagonal:
        axes.plot([0, 100], [0, 100], COLOURS["soft"], linewidth=1, dashes=(4, 4))
    for i, (name, points, colour, radii) in enumerate(lines):
        shade, y = COLOURS[f"c{colour}"], -19 - 6.4 * i  # percent; a line of text has 18 units
        for line in (points, [(0, y + 1.5), (12, y + 1.5)]):
            xs, ys = [x for x, _ in line], [y for _, y in line]
            axes.plot(xs, ys, shade, linewidth=2, dashes=DASHES[colour])
        for (x, y_of_point), radius in zip(points, radii, strict=False):
            axes.add_patch(Circle((x, y_of_point), radius * 100 / SIDE, linewidth=0, color=shade))
        write(axes, 15, y, cut(name, NAME_CHARS))
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=QUARTERS, yticks=QUARTERS)
    return drawn(title, figure, (34.0, 30.0, SIDE, SIDE), 42 + 18 * len(lines))


def cut(text: str, most: int) -> str:
    """A text of at most so many characters, with a mark where some were left out of its middle.

    Example:
        >>> cut("runs/baseline/predictions", 12)
        'runs/…ctions'
    """
    if len(text) <= most:
        return text
    head = (most - 1) // 2
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"


def labels(names: Sequence[str]) -> list[str]:
    """Names short enough for a figure; those that would be equal then are numbered."""
    found = [cut(name, NAME_CHARS) for name in names]
    return [
        each if found.count(each) == 1 else f"{cut(name, NAME_CHARS - 5)} ({i + 1})"
        for i, (name, each) in enumerate(zip(names, found, strict=True))
    ]
