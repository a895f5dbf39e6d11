"""The page as one file: style and script stand in it, nothing is loaded from elsewhere.

Its policy allows no other script than its own, whatever a text of a file may say.
"""

import base64
import hashlib
from importlib import resources
from typing import Any

from squad_reader.report import (
    page_answerable,
    page_comparisons,
    page_details,
    page_errors,
    page_scores,
)
from squad_reader.report.figures import SHAPES, STYLE
from squad_reader.report.markup import Markup, data_text, element, joined
from squad_reader.report.odd import named_files
from squad_reader.report.tables import paragraph, section

Contents = dict[str, Any]


def make_page(contents: Contents, pictures: dict[str, Markup]) -> str:
    """The HTML of the whole page.

    Args:
        contents: what `report.json` holds.
        pictures: figures by name.
    """
    parts = [
        page_scores.warnings(contents),
        page_scores.scores(contents, pictures),
        page_answerable.answerable(contents),
        page_comparisons.comparisons(contents),
        page_details.breakdowns(contents, pictures),
        page_details.error_kinds(contents, pictures),
        page_details.lists(contents, pictures),
        page_errors.errors(contents),
        _signatures(contents),
    ]
    body = element("body", _header(contents), element("main", *parts), _script())
    return f"<!doctype html>\n{element('html', _head(contents), body, lang='en')}\n"


def _head(contents: Contents) -> Markup:
    digest = base64.b64encode(hashlib.sha256(_file("page.js").encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    policy += "; img-src data:; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        element("meta", charset="utf-8"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("link", rel="icon", href="data:,"),
        element("title", f"Report: {', '.join(each['name'] for each in contents['readers'])}"),
        element("style", Markup(STYLE + SHAPES + _file("page.css"))),
    )


def _header(contents: Contents) -> Markup:
    data = contents["data"]
    names = [data_text(reader["name"]) for reader in contents["readers"]]
    listed = joined(*(joined(", " if i else "", name) for i, name in enumerate(names)))
    about = f"{data['questions']:,} questions about {data['contexts']:,} paragraphs"
    about += f" of {data['articles']:,} articles" if data["articles"] else ""
    links = [
        ("scores", "How good"),
        ("answerable", "Questions without an answer"),
        ("comparisons", "Which is better"),
        ("breakdowns", "Where wrong"),
        ("kinds", "Kinds of error"),
        ("probabilities", "How sure a reader is"),
        ("errors", "Errors"),
        ("signatures", "Signature"),
    ]
    shown = {"comparisons": contents["comparisons"] or contents["seeds"]["groups"]}
    shown["probabilities"] = contents["nbest"]
    shown["answerable"] = contents["data"]["metric"] == "v2.0"
    links = [(name, text) for name, text in links if shown.get(name, True)]
    items = (element("li", element("a", text, href=f"#{name}")) for name, text in links)
    return element(
        "header",
        element("h1", "Report on ", listed),
        paragraph("Over ", element("code", data_text(data["path"])), f": {about}."),
        element("nav", element("ul", *items), aria_label="Sections"),
    )


def _signatures(contents: Contents) -> Markup:
    names: dict[str, list[str]] = {}
    for name, row in named_files(contents):
        names.setdefault(row["signature"], []).append(name)
    lines = [
        joined(paragraph(data_text(", ".join(of)), ":"), element("pre", line))
        for line, of in names.items()
    ]
    text = "What the scores are scores of. Scores with other lines are not to be compared."
    return section("signatures", "Signature", paragraph(text), *lines)


def _script() -> Markup:
    return element("script", Markup(_file("page.js")))


def _file(name: str) -> str:
    return (resources.files(__package__) / "page" / name).read_text("utf-8")
