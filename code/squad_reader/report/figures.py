"""Draws figures as SVG by hand: bars with intervals, shares of a whole; `curves` has the others.

All are 340 units wide, which is the width of a phone, so that letters are as large as those around
them. Axes begin at zero. Colours are told apart by people who see fewer of them (Okabe and Ito),
and no figure needs them: a bar has its name and number beside it, a line its own dashes.

Source:
    Okabe and Ito 2008, Color Universal Design: https://jfly.uni-koeln.de/color/
"""

from collections.abc import Sequence
from typing import NamedTuple

from squad_reader.report.markup import Markup, element, joined

WIDTH = 340
RIGHT = 206  # where bars end: numbers stand behind
NAME_CHARS = 34
NUM_COLOURS = 6
# Names of colours, which a page can give other values.
STYLE = """
svg { --ink: #1f2426; --soft: #566063; --grid: #d5d9d6; --c0: #0072b2; --c1: #d55e00;
  --c2: #008f68; --c3: #b0558c; --c4: #8a6d00; --c5: #4d5a60; --halo: #ffffff; }
@media screen and (prefers-color-scheme: dark) { svg { --ink: #e5e8e6; --soft: #a3adab;
  --grid: #353d3e; --c0: #56b4e9; --c1: #ee8a45; --c2: #2fc497; --c3: #dd94c0; --c4: #d8b845;
  --c5: #9aa7ac; --halo: #1d2324; } svg { background: #1d2324; } }
"""
SHAPES = """
svg text { fill: var(--ink); font: 12px system-ui, "Segoe UI", Roboto, sans-serif; }
svg .soft { fill: var(--soft); }
svg .strong { font-weight: 600; }
svg .grid { stroke: var(--grid); fill: none; }
svg .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; fill: none; }
svg .interval { stroke: var(--ink); stroke-width: 1.5; fill: none; }
svg .halo { stroke: var(--halo); stroke-width: 4.5; fill: none; }
svg .line { fill: none; stroke-width: 2; }
""" + "".join(
    f"svg .f{i} {{ fill: var(--c{i}); }} svg .s{i} {{ stroke: var(--c{i}); }}\n"
    for i in range(NUM_COLOURS)
)


class Bar(NamedTuple):
    """One bar: name, value in percent, its interval where there is one, and its colour's number."""

    name: str
    value: float
    low: float | None
    high: float | None
    colour: int


def bars(title: str, groups: Sequence[tuple[str, Sequence[Bar]]]) -> Markup:
    """Bars from 0 to 100, each with its interval, under the heading of its group.

    Args:
        title: what the picture is, for those who cannot see it.
        groups: heading (empty for none) and bars.
    """
    parts, y = [], 6.0
    for heading, members in groups:
        if heading:
            parts.append(text_at(0, y + 11, cut(heading, 48), class_="strong"))
            y += 18
        for bar in members:
            parts.append(_bar(bar, y, named=len(members) > 1 or not heading))
            y += 30 if len(members) > 1 or not heading else 16
        y += 8
    axis = joined(
        *(
            joined(
                element("path", d=f"M{_x(at)} 0V{y:g}", class_="grid"),
                text_at(_x(at), y + 12, at, class_="soft", text_anchor=_anchor(at)),
            )
            for at in (0, 25, 50, 75, 100)
        )
    )
    return svg(title, y + 18, axis, *parts)


def shares(title: str, rows: Sequence[tuple[str, float, int]]) -> Markup:
    """A bar for each part of a whole; the longest is the end of the axis, which begins at zero.

    Args:
        title: as of `bars`.
        rows: name, percentage, and number of questions.
    """
    most, parts = max([percent for _, percent, _ in rows] + [1.0]), []
    for i, (name, percent, number) in enumerate(rows):
        y = 6 + 32 * i
        parts.append(text_at(0, y + 10, cut(name, NAME_CHARS)))
        width = RIGHT * percent / most
        parts.append(element("rect", x=0, y=y + 14, width=f"{width:.1f}", height=10, class_="f0"))
        parts.append(text_at(RIGHT + 8, y + 23, f"{percent:.1f} % ({number:,})"))
    return svg(title, 12 + 32 * len(rows), *parts)


def svg(title: str, height: float, *parts: Markup) -> Markup:
    """The whole picture, without colours: those come from the page, or from `standalone`."""
    return element(
        "svg",
        element("title", title),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"-2 -2 {WIDTH + 4} {height + 4:g}",
        role="img",
        aria_label=title,
    )


def standalone(picture: Markup) -> str:
    """A picture as a file of its own, with its colours."""
    style = f"<style>{STYLE}{SHAPES}</style>"
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + picture.replace(">", f">{style}", 1) + "\n"


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


def _bar(bar: Bar, y: float, named: bool) -> Markup:
    """A bar with its name above it, where it has one, and its number behind it."""
    top = y + (13 if named else 0)
    width = _x(bar.value)
    fill = f"f{bar.colour % NUM_COLOURS}"
    parts = [element("rect", x=0, y=f"{top:g}", width=width, height=11, class_=fill)]
    number = f"{bar.value:.1f}"
    if bar.low is not None and bar.high is not None:
        low, high, middle = _x(bar.low), _x(bar.high), top + 5.5
        caps = f"M{low} {middle - 4:g}v8M{high} {middle - 4:g}v8M{low} {middle:g}H{high}"
        parts.append(element("path", d=caps, class_="halo"))
        parts.append(element("path", d=caps, class_="interval"))
        number += f" ({bar.low:.1f}–{bar.high:.1f})"
    parts.append(text_at(RIGHT + 8, top + 10, number))
    if named:
        parts.append(text_at(0, y + 10, cut(bar.name, NAME_CHARS)))
    return joined(*parts)


def text_at(x: float, y: float, text: object, **attributes: object) -> Markup:
    """A piece of text, whose line begins there."""
    return element("text", text, x=f"{x:g}", y=f"{y:g}", **attributes)


def _x(value: float) -> float:
    return round(RIGHT * value / 100.0, 1)


def _anchor(at: int) -> str:
    return "start" if at == 0 else "middle"
