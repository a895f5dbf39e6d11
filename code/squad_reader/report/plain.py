"""The report's main numbers as plain text: a table for the terminal, or Markdown for a README."""

from typing import Any

from squad_reader.errors import one_line
from squad_reader.report.odd import named_files, odd_files, warnings_of
from squad_reader.report.tables import with_interval

Contents = dict[str, Any]
HEADS = ["reader", "F1", "EM", "without a prediction"]


def summary(contents: Contents, markdown: bool = False) -> str:
    """The table of scores, the sentences on pairs and on groups of seeds, and the signatures."""
    rows = _rows(contents)
    table = _markdown(rows) if markdown else _columns(rows)
    sentences = [row[key]["sentence"] for key in ("f1", "exact_match") for row in _pairs(contents)]
    spreads = [_spread(group) for group in contents["seeds"]["groups"]]
    warnings = [*warnings_of(contents), *_odd(contents)]
    different = dict.fromkeys(row["signature"] for _, row in named_files(contents))
    signatures = [f"signature: {line}" for line in different]
    blocks = [table, [_about(contents)], warnings, spreads, sentences, signatures]
    between = "\n\n" if markdown else "\n"
    lines = [line if block is table else one_line(line) for block in blocks for line in block]
    return "\n".join(lines[: len(table)]) + between + between.join(lines[len(table) :])


def _rows(contents: Contents) -> list[list[str]]:
    rows = []
    for row in contents["humans"]:
        name = f"people: {row['name']} ({row['questions']:,} questions)"
        rows.append([name, with_interval(row["f1"]), with_interval(row["exact_match"]), ""])
    for reader in contents["readers"]:
        cells = [with_interval(reader[key]["over_clusters"]) for key in ("f1", "exact_match")]
        rows.append([reader["name"], *cells, f"{len(reader['missing']):,}"])
    return [[one_line(cell) for cell in row] for row in rows]


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in [HEADS, *rows]) for i in range(len(HEADS))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [HEADS, *rows]
    ]


def _markdown(rows: list[list[str]]) -> list[str]:
    """What Markdown would take for its own is escaped."""
    signs = str.maketrans({sign: "\\" + sign for sign in "\\|*_`<>[]"})
    lines = [[cell.translate(signs) for cell in row] for row in rows]
    return [f"| {' | '.join(line)} |" for line in [HEADS, ["---"] * len(HEADS), *lines]]


def _pairs(contents: Contents) -> list[Contents]:
    return [*contents["comparisons"], *contents["seeds"]["pairs"]]


def _spread(group: Contents) -> str:
    parts = []
    for key, measure in (("f1", "F1"), ("exact_match", "EM")):
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
