"""Which figures a report has, each drawn from its contents, for the page and for `figures/`."""

from typing import Any

from squad_reader.report.breakdowns import is_empty
from squad_reader.report.comparisons import MEASURES
from squad_reader.report.figures import DASHES, Bar, Curve, bars, curves, labels

Contents = dict[str, Any]
PEOPLE = len(DASHES)  # the colour behind those of readers


def make_pictures(contents: Contents) -> dict[str, str]:
    """All figures, by the names of their files without ending; a reader has one colour in all."""
    names = [reader["name"] for reader in contents["readers"]]
    short = labels(names)
    found = {"scores": _scores(contents, short)}
    for breakdown in contents["breakdowns"]:
        if not is_empty(breakdown):
            found[f"by_{breakdown['key']}"] = _breakdown(breakdown, names, short)
    for i, name in enumerate(names):
        found[f"errors_{i + 1}"] = _errors(name, contents["error_kinds"][name], _colour(i))
    found.update(_of_lists(contents, names, short))
    return found


def _colour(reader: int) -> int:
    return reader % len(DASHES)


def _scores(contents: Contents, short: list[str]) -> str:
    """EM and F1 of people and of each reader."""
    groups = []
    for key, measure in MEASURES:
        people = [_bar(f"people: {row['name']}", row[key], PEOPLE) for row in contents["humans"]]
        readers = [
            _bar(short[i], reader[key]["over_clusters"], _colour(i))
            for i, reader in enumerate(contents["readers"])
        ]
        groups.append((measure, [*people, *readers]))
    return bars("F1 and EM of each reader, in percent, with 95 % intervals", groups)


def _breakdown(breakdown: Contents, names: list[str], short: list[str]) -> str:
    groups = []
    for group in breakdown["groups"]:
        found = [group["scores"][name]["f1"] for name in names]
        members = [_bar(short[i], each, _colour(i)) for i, each in enumerate(found)]
        groups.append((f"{group['label']} ({group['questions']:,})", members))
    return bars(f"F1 by: {breakdown['title']}, with 95 % intervals", groups)


def _bar(name: str, found: Contents, colour: int) -> Bar:
    text = f"{found['mean']:.1f}"
    if found["low"] is not None:
        text += f" ({found['low']:.1f}–{found['high']:.1f})"
    return Bar(name, found["mean"], text, colour, found["low"], found["high"])


def _errors(name: str, rows: list[Contents], colour: int) -> str:
    """The largest share is as long as the axis."""
    shown = [
        Bar(row["title"], row["percent"], f"{row['percent']:.1f} % ({row['questions']:,})", colour)
        for row in rows
        if row["key"] != "right" and row["questions"]
    ]
    longest = max([bar.value for bar in shown] + [1.0])
    title = f"Kinds of error of {name}, in percent of all questions"
    return bars(title, [("", shown)], longest)


def _of_lists(contents: Contents, names: list[str], short: list[str]) -> dict[str, str]:
    """Those that n-best lists make possible."""
    found, lines = {}, []
    for i, name in enumerate(names):
        about = contents["nbest"].get(name)
        if about is None or about["calibration"] is None:
            continue
        bins = [each for each in about["calibration"]["bins"] if each["number"]]
        points = [(100 * each["probability"], 100 * each["correct"]) for each in bins]
        most = max([each["number"] for each in bins] + [1])
        radii = [2 + 7 * (each["number"] / most) ** 0.5 for each in bins]
        title = f"Reliability of {name}: share of right answers by probability"
        line = Curve(short[i], points, _colour(i), radii)
        axes = ("probability given, %", "right, %")
        found[f"reliability_{i + 1}"] = curves(title, *axes, [line], diagonal=True)
        lines.append(Curve(short[i], about["coverage"]["f1"]["points"], _colour(i)))
    if lines:
        title = "Mean F1 of the answers that a reader is surest of, by how many it answers"
        found["coverage"] = curves(title, "answered, %", "F1", lines)
    return found
