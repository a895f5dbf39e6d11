"""Tables and numbers on the page. Part of what draws it."""

from collections.abc import Sequence
from typing import Any

from squad_reader.report.markup import Markup, data_text, element, joined

TOO_FEW = "too few"


def table(caption: object, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    """A table whose rows begin with their name; it scrolls by itself where it is too wide."""
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    body = []
    for first, *others in rows:
        cells = (element("td", each) for each in others)
        body.append(element("tr", element("th", first, scope="row"), *cells))
    whole = element(
        "table", element("caption", caption), element("thead", head), element("tbody", *body)
    )
    label = f"Table: {caption if not isinstance(caption, Markup) else heads[0]}"
    return element("div", whole, class_="scrolls", tabindex=0, role="region", aria_label=label)


def with_interval(found: dict[str, Any], digits: int = 1) -> str:
    """A mean with its interval, in percent, or "too few" in its place.

    Example:
        >>> with_interval({"mean": 81.26, "low": 80.0, "high": 82.5})
        '81.3 (80.0 to 82.5)'
        >>> with_interval({"mean": 100.0, "low": None, "high": None})
        '100.0 (too few)'
    """
    return f"{found['mean']:.{digits}f} ({bounds(found, digits)})"


def breakable(found: dict[str, Any], digits: int = 1) -> Markup:
    """The same for a cell of a table: where it is narrow, the line ends before the bracket."""
    mean, interval = with_interval(found, digits).split(" ", 1)
    return joined(mean, " ", element("span", interval, class_="whole"))


def bounds(found: dict[str, Any], digits: int = 1) -> str:
    """The interval alone."""
    if found["low"] is None:
        return TOO_FEW
    return f"{found['low']:.{digits}f} to {found['high']:.{digits}f}"


def figure(picture: Markup, caption: str) -> Markup:
    """A picture with what it shows."""
    return element("figure", picture, element("figcaption", caption))


def paragraph(*children: object, class_: str | None = None) -> Markup:
    """A paragraph."""
    return element("p", *children, class_=class_)


def section(name: str, title: str, *children: object) -> Markup:
    """A part of the page, which its contents lead to."""
    heading = element("h2", title, id=f"{name}-title")
    return element("section", heading, *children, id=name, aria_labelledby=f"{name}-title")


def named_list(texts: Sequence[str], most: int = 20) -> Markup:
    """Some texts out of a file, with how many more there are, all of them in `report.json`."""
    shown = [element("code", data_text(each)) for each in texts[:most]]
    parts = [joined(", " if i else "", each) for i, each in enumerate(shown)]
    more = len(texts) - most
    return joined(*parts, f" and {more:,} more; report.json has all of them" if more > 0 else "")
