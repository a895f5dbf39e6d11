"""Makes HTML and SVG out of elements; a text becomes markup nowhere, it is always escaped.

Questions and answers come from anybody's files, so there is one way to make an element, and it
escapes. Only what it made itself (`Markup`) goes into another element as it is.
"""

import html
import re

# Not allowed in XML, or not possible in UTF-8.
BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
EMPTY = frozenset("meta link br hr input".split())  # HTML's elements without an end tag


class Markup(str):
    """Text that is markup already."""


def escaped(text: str) -> Markup:
    """A text as markup that shows it.

    Example:
        >>> escaped("<b> & \\0")
        '&lt;b&gt; &amp; \ufffd'
    """
    return Markup(html.escape(BAD.sub("\ufffd", text)))


def element(tag: str, *children: object, **attributes: object) -> Markup:
    """An element.

    Args:
        tag: its name.
        *children: `Markup` as it is, numbers and text escaped, None left out.
        **attributes: `class_` stands for class, `aria_label` for aria-label. None and False are
            left out, True has no value.

    Example:
        >>> element("p", "1 < 2", element("br"), class_="note")
        '<p class="note">1 &lt; 2<br></p>'
    """
    names = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in EMPTY:
        return Markup(f"<{tag}{names}>")
    return Markup(f"<{tag}{names}>{joined(*children)}</{tag}>")


def joined(*children: object) -> Markup:
    """Several pieces one after the other, escaped where they are no `Markup`."""
    kept = (each for each in children if each is not None)
    return Markup(
        "".join(each if isinstance(each, Markup) else escaped(str(each)) for each in kept)
    )


def data_text(text: str) -> Markup:
    """A text out of a file, kept apart from what is beside it, whichever way it is written."""
    return element("bdi", text)


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
