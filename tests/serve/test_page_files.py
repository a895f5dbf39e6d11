"""The page as files: nothing that its Content-Security-Policy forbids, no id that is not there."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "code" / "squad_reader" / "serve" / "page"
HTML_FILES = ["index.html", "docs.html"]
ROUTES = {
    "page.css",
    "page.js",
    "favicon.ico",
    "docs",
    "openapi.json",
    "./",
}  # as the server serves them
ADDRESSES = {"src", "href", "srcset", "action", "formaction", "data", "poster"}
IDS = {"for", "aria-labelledby", "aria-describedby", "aria-controls"}  # whose values are ids


class Elements(HTMLParser):
    """All start tags of a file, each with its attributes, and the text inside of scripts."""

    def __init__(self, source):
        super().__init__()
        self.found, self.inline = [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.found and self.cdata_elem and data.strip():  # in <script> or <style>
            self.inline.append(data)


def read(name):
    return (PAGE / name).read_text(encoding="utf-8")


def attributes(name):
    """(attribute, value) of all elements of a file."""
    return [pair for _, attrs in Elements(read(name)).found for pair in attrs.items()]


def inline_parts(source):
    """What a page with `script-src 'self'; style-src 'self'` may not hold."""
    elements = Elements(source)
    parts = elements.inline + [tag for tag, _ in elements.found if tag in ("style", "base")]
    for _, attrs in elements.found:
        parts += [name for name in attrs if name == "style" or name.startswith("on")]
        parts += [value for value in attrs.values() if (value or "").startswith("javascript:")]
    return parts


@pytest.mark.parametrize("name", HTML_FILES)
def test_no_script_and_no_style_is_inline(name):
    assert inline_parts(read(name)) == []


@pytest.mark.parametrize(
    "source",
    [
        "<script>ask()</script>",
        "<style>p {}</style>",
        "<p style='color: red'>",
        "<button onclick='ask()'>",
        "<a href='javascript:ask()'>",
    ],
)
def test_inline_parts_are_found(source):
    assert inline_parts(source) != []


def test_the_folder_has_the_files_that_are_served():
    assert {path.name for path in PAGE.iterdir()} == {*HTML_FILES, "page.css", "page.js"}


@pytest.mark.parametrize("name", HTML_FILES)
def test_all_addresses_are_relative_ones_of_the_server(name):
    addresses = {value for attribute, value in attributes(name) if attribute in ADDRESSES}
    assert addresses and addresses <= ROUTES


@pytest.mark.parametrize("name", HTML_FILES)
def test_the_icon_is_asked_for_beside_the_page(name):
    icons = [attrs for _, attrs in Elements(read(name)).found if attrs.get("rel") == "icon"]
    assert [each["href"] for each in icons] == ["favicon.ico"]  # not that of the host


def test_the_style_sheet_loads_nothing():
    assert re.findall(r"url\(|@import|image-set\(|//", read("page.css")) == []


def test_the_script_asks_its_own_server_only():
    script = read("page.js")
    assert re.findall(r"fetch\(\s*(.+?)[,)]", script) == ['new URL("v1/answer"']
    assert re.findall(r"""["'`](?:\w+:)?//""", script) == []
    assert re.findall(r"^\s*import\b|\bimport\(|XMLHttpRequest|WebSocket|sendBeacon", script) == []


@pytest.mark.parametrize(
    "forbidden",
    [
        r"innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe|DOMParser|createContextualFragment",
        r"document\.write",
        r"\beval\b|new Function",
        r"""setAttribute\(\s*["'`](style|on)""",
    ],
)
def test_the_script_puts_text_into_the_page_as_text(forbidden):
    assert re.findall(forbidden, read("page.js")) == []


def test_every_id_that_the_script_looks_up_is_in_the_page():
    script = read("page.js")
    looked_up = re.findall(r"""getElementById\(["'](.+?)["']\)""", script)
    assert len(looked_up) == script.count("getElementById")
    assert set(looked_up) <= {value for name, value in attributes("index.html") if name == "id"}


@pytest.mark.parametrize("name", HTML_FILES)
def test_every_id_is_there_once_and_every_reference_to_one_leads_there(name):
    pairs = attributes(name)
    ids = [value for attribute, value in pairs if attribute == "id"]
    assert len(ids) == len(set(ids))
    references = [value for attribute, value in pairs if attribute in IDS]
    assert {each for value in references for each in value.split()} <= set(ids)


def test_every_field_has_a_label():
    elements = Elements(read("index.html")).found
    labelled = {attrs.get("for") for tag, attrs in elements if tag == "label"}
    fields = {attrs.get("id") for tag, attrs in elements if tag in ("input", "textarea", "select")}
    assert fields == labelled
