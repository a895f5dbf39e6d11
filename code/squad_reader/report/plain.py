"""The report's main numbers as plain text: a table for the terminal, or Markdown for a README."""

import re
from typing import Any

from squad_reader.errors import one_line
from squad_reader.report.comparisons import MEASURES
from squad_reader.report.odd import named_files, odd_files, warnings_of
from squad_reader.report.tables import with_interval

Contents = dict[str, Any]
HEADS = ["reader", *(measure for _, measure in MEASURES), "without a prediction"]
SIGNS = str.maketrans({sign: "\\" + sign for sign in "\\|*_`<>[]~&$"})  # Markdown's own
# What stands before a sign that would begin a heading, a list or a rule.
FIRST = re.compile(r"^\s*(?:(?=[-+#])|\d+(?=[.)](?:\s|$)))")


def summary(contents: Contents, markdown: bool = False) -> str:
    """The table of scores, the sentences on pairs and on groups of seeds, and the signatures."""
    rows = _rows(contents)
    table = _markdown(rows) if markdown else _columns(rows)
    sentences = [row[key]["sentence"] for key, _ in MEASURES for row in _pairs(contents)]
    spreads = [_spread(group) for group in contents["seeds"]["groups"]]
    warnings = [*warnings_of(contents), *_odd(contents)]
    different = dict.fromkeys(row["signature"] for _, row in named_files(contents))
    texts = [_about(contents), *warnings, *spreads, *sentences]
    lines = [_escaped(one_line(text)) if markdown else one_line(text) for text in texts]
    lines += [f"signature: {_code(line) if markdown else line}" for line in different]
    between = "\n\n" if markdown else "\n"
    return between.join(["\n".join(table), *lines])


def _rows(contents: Contents) -> list[list[str]]:
    rows = []
    for row in contents["humans"]:
        name = f"people: {row['name']} ({row['questions']:,} questions)"
        rows.append([name, *(with_interval(row[key]) for key, _ in MEASURES), ""])
    for reader in contents["readers"]:
        cells = [with_interval(reader[key]["over_clusters"]) for key, _ in MEASURES]
        rows.append([reader["name"], *cells, f"{len(reader['missing']):,}"])
    return [[one_line(cell) for cell in row] for row in rows]


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in [HEADS, *rows]) for i in range(len(HEADS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [HEADS, *rows]
    ]


def _markdown(rows: list[list[str]]) -> list[str]:
    lines = [[_escaped(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(line)} |" for line in [HEADS, ["---"] * len(HEADS), *lines]]


def _escaped(text: str) -> str:
    """Text as text, whatever Markdown would take for its own.

    Example:
        >>> print(_escaped("1. a_b"), _escaped("# 5 %"), _escaped("1.5"))
        1\\. a\\_b \\# 5 % 1.5
    """
    return FIRST.sub(r"\g<0>\\", text.translate(SIGNS))


def _code(text: str) -> str:
    """Text as Markdown's code, between more backticks than are in it."""
    ticks = "`" * (max((len(each) for each in re.findall("`+", text)), default=0) + 1)
    space = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _pairs(contents: Contents) -> list[Contents]:
    return [*contents["comparisons"], *contents["seeds"]["pairs"]]


def _spread(group: Contents) -> str:
    parts = []
    for key, measure in MEASURES:
        found = group[key]
        deviation = "" if found["deviation"] is None else f" ± {found['deviation']:.2f}"
        parts.append(f"{measure} {found['mean']:.2f}{deviation}")
    seeds = f"{group['seeds']} seed{'s' * (group['seeds'] != 1)}"
    return f"{group['name']}, {seeds}: {', '.join(parts)}"


def _odd(contents: Contents) -> list[str]:
    """What is odd about the files; the ids themselves are too many for a terminal."""
    where = " (report.json has their ids)"
    return [f"{each.name}: {each.text}{where if each.ids else ''}." for each in odd_files(contents)]


def _about(contents: Contents) -> str:
    data = contents["data"]
    unit, number = data["clusters"]["unit"], data["clusters"]["number"]
    return (
        f"{data['questions']:,} questions; in brackets {100 * data['level']:g} % intervals over "
        f"{number:,} {unit}, {data['resamples']:,} resamples"
    )
