"""Which figures a report has, each drawn from its contents, for the page and for `figures/`."""

from typing import Any

from squad_reader.report import curves, figures
from squad_reader.report.breakdowns import is_empty
from squad_reader.report.figures import Bar
from squad_reader.report.markup import Markup

Contents = dict[str, Any]


def make_pictures(contents: Contents) -> dict[str, Markup]:
    """All figures, by the names of their files without ending."""
    names = [reader["name"] for reader in contents["readers"]]
    short = figures.labels(names)
    found = {"scores": _scores(contents, short)}
    for breakdown in contents["breakdowns"]:
        if not is_empty(breakdown):
            found[f"by_{breakdown['key']}"] = _breakdown(breakdown, names, short)
    for i, name in enumerate(names):
        found[f"errors_{i + 1}"] = _errors(name, contents["error_kinds"][name])
    found.update(_of_lists(contents, names, short))
    return found


def _scores(contents: Contents, short: list[str]) -> Markup:
    """EM and F1 of people and of each reader."""
    groups = []
    for key, measure in (("f1", "F1"), ("exact_match", "EM")):
        people = [_bar(f"people: {row['name']}", row[key], 5) for row in contents["humans"]]
        readers = [
            _bar(short[i], reader[key]["over_clusters"], i % 5)
            for i, reader in enumerate(contents["readers"])
        ]
        groups.append((measure, [*people, *readers]))
    return figures.bars("F1 and EM of each reader, in percent, with 95 % intervals", groups)


def _breakdown(breakdown: Contents, names: list[str], short: list[str]) -> Markup:
    groups = []
    for group in breakdown["groups"]:
        found = [group["scores"][name]["f1"] for name in names]
        members = [_bar(short[i], each, i % 5) for i, each in enumerate(found)]
        groups.append((f"{group['label']} ({group['questions']:,})", members))
    return figures.bars(f"F1 by: {breakdown['title']}, with 95 % intervals", groups)


def _bar(name: str, interval: Contents, colour: int) -> Bar:
    return Bar(name, interval["mean"], interval["low"], interval["high"], colour)


def _errors(name: str, rows: list[Contents]) -> Markup:
    shown = [
        (row["title"], row["percent"], row["questions"])
        for row in rows
        if row["key"] != "right" and row["questions"]
    ]
    return figures.shares(f"Kinds of error of {name}, in percent of all questions", shown)


def _of_lists(contents: Contents, names: list[str], short: list[str]) -> dict[str, Markup]:
    """Those that n-best lists make possible."""
    found, lines = {}, []
    for i, name in enumerate(names):
        about = contents["nbest"].get(name)
        if about is None or about["calibration"] is None:
            continue
        bins = [
            (100 * each["probability"], 100 * each["correct"], each["number"])
            for each in about["calibration"]["bins"]
            if each["number"]
        ]
        title = f"Reliability of {name}: share of right answers by probability"
        found[f"reliability_{i + 1}"] = curves.reliability(title, bins)
        lines.append((short[i], about["coverage"]["f1"]["points"]))
    if lines:
        title = "Mean F1 of the answers that a reader is surest of, by how many it answers"
        found["coverage"] = curves.curves(title, "answered, %", "F1", lines)
    return found
