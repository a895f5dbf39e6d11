"""The page's first sections: what is odd, how good, and how sure."""

from typing import Any

from squad_reader.report.comparisons import MEASURES
from squad_reader.report.markup import Markup, data_text, element, joined
from squad_reader.report.odd import odd_files, warnings_of
from squad_reader.report.tables import (
    bounds,
    breakable,
    figure,
    named_list,
    paragraph,
    section,
    table,
)
from squad_reader.score.bootstrap import MIN_CLUSTERS
from squad_reader.score.clusters import MIN_ARTICLES

Contents = dict[str, Any]


def warnings(contents: Contents) -> Markup:
    """What is odd about the data and the files, or nothing."""
    rows = [element("li", each) for each in warnings_of(contents)]
    for each in odd_files(contents):
        ids = joined(": ", named_list(each.ids)) if each.ids else "."
        rows.append(element("li", data_text(each.name), f": {each.text}", ids))
    if not rows:
        return Markup("")
    return section("warnings", "To know first", element("ul", *rows))


def scores(contents: Contents, pictures: dict[str, Markup]) -> Markup:
    """How good and how sure."""
    return section(
        "scores",
        "How good, and how sure",
        element(
            "div",
            figure(pictures["scores"], "F1 and EM in percent, with 95 % intervals."),
            element("div", _scores_table(contents), _about_intervals(contents)),
            class_="columns",
        ),
        _people(contents),
    )


def _scores_table(contents: Contents) -> Markup:
    data, rows = contents["data"], list[list[object]]()
    for row in contents["humans"]:
        rows.append(
            [f"people: {row['name']}", *(breakable(row[key]) for key, _ in MEASURES), "", ""]
        )
    for reader in contents["readers"]:
        cells: list[object] = [breakable(reader[key]["over_clusters"]) for key, _ in MEASURES]
        cells += [bounds(reader[key]["over_questions"]) for key, _ in MEASURES]
        rows.append([data_text(reader["name"]), *cells])
    caption = f"Scores of {data['questions']:,} questions, in percent"
    heads = ["reader", "F1", "EM", "F1, by questions", "EM, by questions"]
    return table(caption, heads, rows)


def _about_intervals(contents: Contents) -> Markup:
    data = contents["data"]
    unit, number = data["clusters"]["unit"], data["clusters"]["number"]
    few = _few(number)
    return paragraph(
        f"Intervals hold the middle {100 * data['level']:g} % of {data['resamples']:,} resamples "
        f"of {number:,} {unit} (seed {data['seed']}).{few} Those “by questions” draw single "
        f"questions instead and are too narrow: questions about one text are alike, so they "
        "tell less than as many independent ones.",
        class_="note",
    )


def _few(number: int) -> str:
    """What so few clusters mean for their intervals; "" where there are enough."""
    if number < MIN_CLUSTERS:
        return f" These are fewer than {MIN_CLUSTERS}, too few for an interval."
    if number < MIN_ARTICLES:
        return (
            " So few of them show their spread badly: the intervals are too narrow, and hold the "
            "true mean in about 87 of 100 cases where there are 6, in 92 where there are 20."
        )
    return ""


def _people(contents: Contents) -> Markup | None:
    if not contents["humans"]:
        return paragraph("No question has a second gold answer, so people cannot be scored.")
    parts = []
    for row in contents["humans"]:
        rows = [[f"people: {row['name']}", *(breakable(row[key]) for key, _ in MEASURES)]]
        for name, found in row["readers"].items():
            rows.append([data_text(name), *(breakable(found[key]) for key, _ in MEASURES)])
        caption = f"Against the other gold answers, without the {row['name']}"
        parts.append(table(caption, ["who", "F1", "EM"], rows))
        about = f"{row['questions']:,} questions; {row['left_out']:,} left out"
        parts.append(paragraph(f"{about}, since they have no {row['name']}.", class_="note"))
    return joined(
        element("h3", "People"),
        paragraph(
            "One gold answer of each question is taken as a person’s answer and scored against the "
            "other ones; here readers are scored against the same ones, which is harder than above."
            " The published 82.3 EM and 91.2 F1 of people are over the test set, which is not "
            "public; these are over other questions."
        ),
        element(
            "div",
            *(element("div", *parts[i : i + 2]) for i in range(0, len(parts), 2)),
            class_="columns",
        ),
    )
