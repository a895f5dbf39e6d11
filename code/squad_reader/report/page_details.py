"""The page's sections about where readers are wrong, and about their probabilities."""

from typing import Any

from squad_reader.report.breakdowns import is_empty
from squad_reader.report.markup import Markup, data_text, element, joined
from squad_reader.report.tables import breakable, figure, paragraph, section, table

Contents = dict[str, Any]


def breakdowns(contents: Contents, pictures: dict[str, Markup]) -> Markup:
    """F1 and EM by kind of question."""
    names = [reader["name"] for reader in contents["readers"]]
    parts = []
    for breakdown in contents["breakdowns"]:
        if is_empty(breakdown):
            continue
        picture = figure(pictures[f"by_{breakdown['key']}"], "F1 in percent, with 95 % intervals.")
        words = element("div", paragraph(breakdown["definition"]), _group_table(breakdown, names))
        columns = element("div", picture, words, class_="columns")
        parts.append(element("article", element("h3", breakdown["title"]), columns))
    note = "In brackets the number of questions. Groups of fewer than 30 are put together."
    return section("breakdowns", "Where it is wrong", paragraph(note, class_="note"), *parts)


def _group_table(breakdown: Contents, names: list[str]) -> Markup:
    rows = []
    for group in breakdown["groups"]:
        for name in names:
            found = group["scores"][name]
            cells = [breakable(found["f1"]), breakable(found["exact_match"])]
            reader = [data_text(name)] if len(names) > 1 else []
            rows.append([group["label"], f"{group['questions']:,}", *reader, *cells])
    heads = ["group", "questions", *["reader"] * (len(names) > 1), "F1", "EM"]
    return table(breakdown["title"], heads, rows)


def error_kinds(contents: Contents, pictures: dict[str, Markup]) -> Markup:
    """Kinds of error, with definitions, and how often each reader makes them."""
    names = list(contents["error_kinds"])
    rows = []
    for i, kind in enumerate(contents["error_kinds"][names[0]]):
        cells = [contents["error_kinds"][name][i] for name in names]
        shown = [f"{cell['percent']:.1f} % ({cell['questions']:,})" for cell in cells]
        rows.append([kind["title"], *shown, kind["definition"]])
    total = contents["data"]["questions"]
    rows.append(["all", *[f"100.0 % ({total:,})"] * len(names), "Each question is in one row."])
    drawn = [
        figure(pictures[f"errors_{i + 1}"], f"Kinds of error of {name}, of all questions.")
        for i, name in enumerate(names)
    ]
    return section(
        "kinds",
        "Kinds of error",
        table("Share of all questions", ["kind", *names, "rule"], rows),
        paragraph(
            "Each question is of one kind. An answer is compared with the gold answer that has the "
            "most words in common with it, at the place of the context where it was found, or, "
            "where that is not known, wherever it occurs; the first kind that fits is taken.",
            class_="note",
        ),
        element("div", *drawn, class_="grid-of-figures"),
    )


def lists(contents: Contents, pictures: dict[str, Markup]) -> Markup:
    """Best of n, calibration, risk and coverage."""
    found = contents["nbest"]
    if not found:
        return Markup("")
    parts = [_best_of(found)]
    if "coverage" in pictures:
        parts.append(_coverage(found, contents["data"]["questions"], pictures["coverage"]))
    for i, reader in enumerate(contents["readers"]):
        if f"reliability_{i + 1}" in pictures:
            about = found[reader["name"]]["calibration"]
            parts.append(_calibration(reader["name"], about, pictures[f"reliability_{i + 1}"]))
    return section("probabilities", "Other answers, and how sure a reader is", *parts)


def _best_of(found: Contents) -> Markup:
    rows = [
        [data_text(name), row["n"], f"{row['f1']:.1f}", f"{row['exact_match']:.1f}"]
        for name, about in found.items()
        for row in about["best_of"]
    ]
    return joined(
        element("h3", "If the best of the first n answers counted"),
        table("Best of n, in percent", ["reader", "n", "F1", "EM"], rows),
    )


def _coverage(found: Contents, total: int, picture: Markup) -> Markup:
    rows = []
    for name, about in found.items():
        if about["coverage"]:
            f1, exact = about["coverage"]["f1"], about["coverage"]["exact_match"]
            number = f"{about['coverage']['questions']:,}"
            cells = [f1["at_half"], f1["area"], exact["at_half"], exact["area"]]
            rows.append([data_text(name), number, *(f"{each:.1f}" for each in cells)])
    heads = ["reader", "answers", "F1, surest half", "F1, area", "EM, surest half", "EM, area"]
    text = (
        f"Of {total:,} questions those count whose answer has a known probability (“answers”). "
        "The area is the mean of the curve: the higher, the better the order of its answers."
    )
    words = element("div", table("If it answered less", heads, rows), paragraph(text))
    caption = "Mean F1 of the answers that a reader is surest of."
    columns = element("div", figure(picture, caption), words, class_="columns")
    return element(
        "article", element("h3", "If a reader answered only what it is sure of"), columns
    )


def _calibration(name: str, about: Contents, picture: Markup) -> Markup:
    rows = []
    for each in about["bins"]:
        shown = ["–", "–"]
        if each["number"]:
            shown = [f"{100 * each['probability']:.1f}", f"{100 * each['correct']:.1f}"]
        edges = f"{100 * each['low']:.0f} to {100 * each['high']:.0f} %"
        rows.append([edges, f"{each['number']:,}", *shown])
    error = f"Expected calibration error: {about['expected_error']:.4f}"
    text = f"{error}, over {about['questions']:,} answers with a known probability."
    heads = ["probability", "answers", "mean probability", "right (EM)"]
    words = element("div", paragraph(text), table("Reliability, in percent", heads, rows))
    caption = "On the diagonal a reader is right as often as it says."
    heading = element("h3", "Can its probabilities be trusted: ", data_text(name))
    columns = element("div", figure(picture, caption), words, class_="columns")
    return element("article", heading, columns)
