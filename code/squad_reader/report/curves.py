"""Draws curves over a square, and how often a reader is right by what it says, as SVG by hand.

The rest of `figures`.
"""

from collections.abc import Sequence

from squad_reader.report.figures import NAME_CHARS, NUM_COLOURS, cut, svg, text_at
from squad_reader.report.markup import Markup, element, joined

DASHES = ("", "7 3", "2 3", "9 3 2 3", "5 5", "1 2")


def curves(
    title: str, x_name: str, y_name: str, lines: Sequence[tuple[str, Sequence[Sequence[float]]]]
) -> Markup:
    """Curves over a square from 0 to 100 on both axes, with their names below.

    Args:
        title: as of `figures.bars`.
        x_name, y_name: of the axes.
        lines: name and points of each.
    """
    parts = [_square(x_name, y_name)]
    for i, (name, points) in enumerate(lines):
        style = {"class_": f"line s{i % NUM_COLOURS}", "stroke_dasharray": DASHES[i % NUM_COLOURS]}
        places = " ".join(f"{_sx(x):.1f},{_sy(y):.1f}" for x, y in points)
        parts.append(element("polyline", points=places, **style))
        y = 340 + 18 * i
        parts.append(element("path", d=f"M30 {y - 4}h34", **style))
        parts.append(text_at(72, y, cut(name, NAME_CHARS)))
    return svg(title, 340 + 18 * len(lines), *parts)


def reliability(title: str, bins: Sequence[tuple[float, float, int]]) -> Markup:
    """How often answers are right, by the probability they were given; true ones on the diagonal.

    Args:
        title: as of `figures.bars`.
        bins: mean probability and share of right ones, in percent, and number of answers: a
            larger number is a larger dot.
    """
    most = max([number for _, _, number in bins] + [1])
    diagonal = element("path", d=f"M{_sx(0)} {_sy(0)}L{_sx(100)} {_sy(100)}", class_="diagonal")
    parts = [_square("probability given, %", "right, %"), diagonal]
    line = " ".join(f"{_sx(x):.1f},{_sy(y):.1f}" for x, y, _ in bins)
    parts.append(element("polyline", points=line, class_="line s0"))
    for x, y, number in bins:
        radius = 2 + 7 * (number / most) ** 0.5
        place = {"cx": f"{_sx(x):.1f}", "cy": f"{_sy(y):.1f}", "r": f"{radius:.1f}"}
        parts.append(element("circle", element("title", f"{number:,}"), **place, class_="f0"))
    return svg(title, 330, *parts)


def _sx(value: float) -> float:
    return 30 + 2.8 * value


def _sy(value: float) -> float:
    return 22 + 2.7 * (100 - value)


def _square(x_name: str, y_name: str) -> Markup:
    """The ground of a curve: lines at the quarters, with numbers, and names of the axes."""
    parts = [text_at(0, 11, y_name, class_="soft")]
    for at in (0, 25, 50, 75, 100):
        down, across = (
            f"M{_sx(at):g} {_sy(100):g}V{_sy(0):g}",
            f"M{_sx(0):g} {_sy(at):g}H{_sx(100):g}",
        )
        parts.append(element("path", d=down + across, class_="grid"))
        parts.append(text_at(25, _sy(at) + 4, at, class_="soft", text_anchor="end"))
        parts.append(text_at(_sx(at), 305, at, class_="soft", text_anchor="middle"))
    parts.append(text_at(170, 319, x_name, class_="soft", text_anchor="middle"))
    return joined(*parts)
