"""The page's section about which reader, and which group of seeds, is better."""

from collections.abc import Sequence
from typing import Any

from squad_reader.report.comparisons import MEASURES
from squad_reader.report.markup import Markup, data_text, element, joined
from squad_reader.report.tables import TOO_FEW, breakable, paragraph, section, table
from squad_reader.score.seeds import MIN_SEEDS
from squad_reader.score.verdict import p_text, rounded

Contents = dict[str, Any]


def comparisons(contents: Contents) -> Markup:
    """Which is better: a sentence for each pair, then its numbers; then groups of seeds."""
    pairs, seeds = contents["comparisons"], contents["seeds"]
    if not pairs and not seeds["groups"]:
        return Markup("")
    parts = [_sentences(pairs), _pairs_table(contents)] if pairs else []
    return section("comparisons", "Which is better", *parts, *_seeds(seeds))


def _sentences(pairs: Sequence[Contents]) -> Markup:
    lines = [row[key]["sentence"] for key, _ in MEASURES for row in pairs]
    return element("ul", *(element("li", data_text(line)) for line in lines), class_="sentences")


def _pairs_table(contents: Contents) -> Markup:
    rows = []
    for row in contents["comparisons"]:
        for key, measure in MEASURES:
            found, right = row[key], row["right"]
            only = f"{right['only_second']:,} / {right['only_first']:,}"
            needed = found["questions_to_see_half_a_percent"]
            about = "–" if needed is None else rounded(needed)
            rows.append([*_difference(row, key, measure), only, about])
    heads = ["pair", "score", "difference", "p", "p (Holm)", "only one is right", "N for 0.5"]
    unit, number = contents["data"]["clusters"]["unit"], len(contents["comparisons"])
    note = paragraph(
        f"p: how often a difference as large comes about when the two readers’ scores are swapped "
        f"on whole {unit} at random; Holm’s correction is for all pairs at once. A difference is "
        "claimed only where interval and corrected p agree. “Only one is right” counts questions "
        "that only the first-named, or only the other, answers exactly. “N for 0.5” is about how "
        "many questions would show a difference of 0.5, if that is the true one, in 80 of 100 "
        f"test sets{_corrected(number)}.",
        class_="note",
    )
    return joined(table("Paired differences, in percent", heads, rows), note)


def _corrected(number: int) -> str:
    return f", with p corrected for {number:,} pairs" if number > 1 else ""


def _difference(row: Contents, key: str, measure: str) -> list[object]:
    """The first cells of a pair: names, score, difference with interval, p, corrected p."""
    name = joined(data_text(row["second"]), " minus ", data_text(row["first"]))
    found = row[key]
    if found["difference"] is None:
        return [name, measure, *[TOO_FEW] * 3]
    p = ["–" if each is None else p_text(each) for each in (found["p"], found["adjusted_p"])]
    return [name, measure, breakable(found["difference"], 2), *p]


def _seeds(seeds: Contents) -> list[Markup]:
    if not seeds["groups"]:
        return []
    rows = []
    for group in seeds["groups"]:
        cells = [_spread(group[key]) for key, _ in MEASURES]
        rows.append([data_text(group["name"]), group["seeds"], *cells])
    heads = ["group", "seeds", "F1", "EM"]
    parts = [table("Mean and standard deviation over seeds", heads, rows)]
    if pairs := seeds["pairs"]:
        parts = [_sentences(pairs), *parts, _groups_table(pairs), _about_groups()]
    return [element("h3", "Groups of seeds"), *parts]


def _groups_table(pairs: Sequence[Contents]) -> Markup:
    rows = [_difference(row, key, measure) for row in pairs for key, measure in MEASURES]
    heads = ["pair", "score", "difference", "p", "p (Holm)"]
    return table("Differences of groups, in percent", heads, rows)


def _about_groups() -> Markup:
    return paragraph(
        "Interval and p are those of Student’s t (Welch): the variance over the seeds of each "
        "group and that over resampled articles or paragraphs are added, and the fewer the seeds, "
        "the wider is the interval. With few seeds it is only approximate; with fewer than "
        f"{MIN_SEEDS} nothing is said. A difference of groups, on average over seeds, is claimed "
        "only where the interval and p, corrected for all pairs of groups, agree.",
        class_="note",
    )


def _spread(found: Contents) -> str:
    deviation = found["deviation"]
    return f"{found['mean']:.2f} ± " + ("–" if deviation is None else f"{deviation:.2f}")
