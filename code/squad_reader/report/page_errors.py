"""The page's list of errors to look at: contexts with both answers marked."""

from typing import Any

from squad_reader.report.error_kinds import KINDS
from squad_reader.report.markup import Markup, data_text, element, joined
from squad_reader.report.tables import paragraph, section

Contents = dict[str, Any]
Place = list[int]


def errors(contents: Contents) -> Markup:
    """The section; without script all errors are shown."""
    found = contents["errors"]
    rows = found["shown"]
    how = "those it is surest of, the surest first" if found["surest"] else "drawn at random"
    text = f" is not exactly right on {found['wrong']:,} questions. Here are {len(rows)}: {how}."
    return section(
        "errors",
        "Errors to look at",
        paragraph(data_text(found["reader"]), text),
        paragraph(
            element("mark", "Gold answers", class_="gold"),
            " are underlined, ",
            element("mark", "the reader’s answer", class_="answer"),
            " has a frame.",
        ),
        _filter(rows) if rows else None,
        element("ol", *(_error(row, found["reader"]) for row in rows), id="list", class_="errors"),
    )


def _filter(rows: list[Contents]) -> Markup:
    """A choice of kinds, which the script shows."""
    counts = {kind: sum(row["kind"] == kind.key for row in rows) for kind in KINDS}
    options = [element("option", f"all ({len(rows)})", value="")]
    options += [
        element("option", f"{kind.title} ({number})", value=kind.key)
        for kind, number in counts.items()
        if number
    ]
    label = element("label", "Kind of error ", element("select", *options, id="kind"))
    return element("p", label, element("span", id="shown", role="status"), id="filter", hidden=True)


def _error(row: Contents, reader: str) -> Markup:
    titles = {kind.key: kind.title for kind in KINDS}
    sure = row["probability"]
    about = [titles[row["kind"]], *([f"probability {sure:.2f}"] if sure is not None else [])]
    facts = [
        *_fact(reader, row["answer"]),
        *(part for gold in row["golds"] for part in _fact("gold", gold)),
        *(part for name, answer in row["others"].items() for part in _fact(name, answer)),
    ]
    return element(
        "li",
        element("h3", data_text(row["question"])),
        paragraph(
            ", ".join(about),
            " · ",
            data_text(row["title"]),
            " ",
            element("code", row["id"]),
            class_="note",
        ),
        element("dl", *facts),
        element(
            "p", marked(row["context"], row["gold_places"], row["answer_places"]), class_="context"
        ),
        data_kind=row["kind"],
    )


def _fact(name: str, text: str | None) -> list[Markup]:
    shown: object = data_text(text) if text else element("em", "none" if text is None else "empty")
    return [element("dt", data_text(name)), element("dd", shown)]


def marked(context: str, golds: list[Place], answers: list[Place]) -> Markup:
    """A context with both kinds of places marked; where they overlap, a piece is marked twice.

    Example:
        >>> marked("a b c", [[0, 3]], [[2, 5]]).count("<mark")
        3
    """
    edges = sorted({0, len(context), *(edge for place in golds + answers for edge in place)})
    pieces = []
    for start, end in zip(edges, edges[1:], strict=False):
        kinds = [
            name
            for name, places in (("gold", golds), ("answer", answers))
            if any(first <= start and end <= last for first, last in places)
        ]
        text = context[start:end]
        pieces.append(element("mark", text, class_=" ".join(kinds)) if kinds else joined(text))
    return joined(*pieces)
