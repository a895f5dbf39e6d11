"""The page's first sections: how good, how sure, and which reader is better."""

from typing import Any

from squad_reader.report.markup import Markup, data_text, element, joined
from squad_reader.report.tables import (
    bounds,
    breakable,
    figure,
    named_list,
    p_text,
    paragraph,
    section,
    table,
)
from squad_reader.score.verdict import rounded

Contents = dict[str, Any]
MEASURES = (("f1", "F1"), ("exact_match", "EM"))
ODD = (
    ("missing", "questions without a prediction; they score 0 and stay in the denominator"),
    ("unknown", "ids that the data does not have; left out"),
    ("repeated", "ids that come more than once; the last answer counts"),
)


def warnings(contents: Contents) -> Markup:
    """What is odd about the files, or nothing."""
    rows = []
    if warning := contents["data"]["clusters"]["warning"]:
        rows.append(element("li", warning))
    for reader in contents["readers"]:
        for key, text in ODD:
            if ids := reader[key]:
                name = data_text(reader["name"])
                rows.append(element("li", name, f": {len(ids):,} {text}: ", named_list(ids)))
    for name, about in contents["nbest"].items():
        for key, text in (
            ("predictions_not_in_list", "predictions are not in their n-best list"),
            ("questions_without_list", "questions have no n-best list"),
        ):
            if about[key]:
                rows.append(element("li", data_text(name), f": {about[key]:,} {text}."))
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
    few = " There are too few of them for intervals." if number < 2 else ""
    return paragraph(
        f"Intervals hold the middle {100 * data['level']:g} % of {data['resamples']:,} resamples "
        f"of {number:,} {unit} (seed {data['seed']}).{few} Those “by questions” draw single "
        f"questions instead and are too narrow: questions about one text are alike, so they "
        "tell less than as many independent ones.",
        class_="note",
    )


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


def comparisons(contents: Contents) -> Markup:
    """Which is better: a sentence for each pair, then its numbers; then groups of seeds."""
    pairs, seeds = contents["comparisons"], contents["seeds"]
    if not pairs and not seeds["groups"]:
        return Markup("")
    parts: list[Markup] = []
    if pairs:
        sentences = [element("li", data_text(row["f1"]["sentence"])) for row in pairs]
        sentences += [element("li", data_text(row["exact_match"]["sentence"])) for row in pairs]
        parts += [element("ul", *sentences, class_="sentences"), _pairs_table(contents)]
    return section("comparisons", "Which is better", *parts, *_seeds(seeds))


def _pairs_table(contents: Contents) -> Markup:
    rows = []
    for row in contents["comparisons"]:
        for key, measure in MEASURES:
            found, right = row[key], row["right"]
            only = f"{right['only_second']:,} / {right['only_first']:,}"
            name = joined(data_text(row["second"]), " minus ", data_text(row["first"]))
            difference = breakable(found["difference"], 2)
            needed = found["questions_to_see_half_a_percent"]
            about = "–" if needed is None else rounded(needed)
            p = (p_text(found["p"]), p_text(found["adjusted_p"]))
            rows.append([name, measure, difference, *p, only, about])
    heads = ["pair", "score", "difference", "p", "p (Holm)", "only one is right", "N for 0.5"]
    unit = contents["data"]["clusters"]["unit"]
    note = paragraph(
        f"p: how often a difference as large comes about when the two readers’ scores are swapped "
        f"on whole {unit} at random; Holm’s correction is for all pairs at once. A difference is "
        "claimed only where interval and corrected p agree. “Only one is right” counts questions "
        "that only the first-named, or only the other, answers exactly. “N for 0.5” is about how "
        "many questions would show a difference of 0.5.",
        class_="note",
    )
    return joined(table("Paired differences, in percent", heads, rows), note)


def _seeds(seeds: Contents) -> list[Markup]:
    if not seeds["groups"]:
        return []
    rows = []
    for group in seeds["groups"]:
        cells = [_spread(group[key]) for key, _ in MEASURES]
        rows.append([data_text(group["name"]), group["seeds"], *cells])
    sentences = [
        element("li", data_text(pair[key]["sentence"]))
        for pair in seeds["pairs"]
        for key, _ in MEASURES
    ]
    return [
        element("h3", "Groups of seeds"),
        element("ul", *sentences, class_="sentences") if sentences else Markup(""),
        table("Mean and standard deviation over seeds", ["group", "seeds", "F1", "EM"], rows),
    ]


def _spread(found: Contents) -> str:
    deviation = found["deviation"]
    return f"{found['mean']:.2f} ± " + ("–" if deviation is None else f"{deviation:.2f}")
