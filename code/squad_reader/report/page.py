"""The page as one file: style and script stand in it, nothing is loaded from elsewhere.

The templates in `page/` say how it looks. Whatever they show is escaped, but for the style sheet,
the script and the figures, which are the package's own; and the page's policy allows no other
script than that one, whatever a text of a file may say.
"""

import base64
import hashlib
from collections import Counter
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from squad_reader.report.breakdowns import is_empty
from squad_reader.report.comparisons import MEASURES
from squad_reader.report.error_kinds import KINDS
from squad_reader.report.grouping import MIN_QUESTIONS
from squad_reader.report.odd import named_files, odd_files, warnings_of
from squad_reader.report.svg import inline, printable
from squad_reader.report.tables import TOO_FEW, bounds
from squad_reader.score.bootstrap import MIN_CLUSTERS
from squad_reader.score.clusters import MIN_ARTICLES
from squad_reader.score.seeds import MIN_SEEDS
from squad_reader.score.verdict import p_text, rounded

Contents = dict[str, Any]
UNKNOWN = "–"  # stands for a number that there is not


def make_page(contents: Contents, pictures: dict[str, str]) -> str:
    """The HTML of the whole page.

    Args:
        contents: what `report.json` holds.
        pictures: figures by name, as files of their own.
    """
    script = _file("page.js")
    template = _environment().get_template("index.html")
    return template.render(
        contents,
        names=[reader["name"] for reader in contents["readers"]],
        pictures={name: Markup(inline(picture)) for name, picture in pictures.items()},
        shown_breakdowns=[each for each in contents["breakdowns"] if not is_empty(each)],
        warnings=warnings_of(contents),
        odd=list(odd_files(contents)),
        few_articles=_few_articles(contents),
        how_chosen=how_chosen(contents["errors"]),
        counted_kinds=_counted(contents["errors"]["shown"]),
        titles={kind.key: kind.title for kind in KINDS},
        signatures=_signatures(contents),
        style=_file("page.css"),
        script=script,
        policy=_policy(script),
    )


def how_chosen(errors: Contents) -> str:
    """By what order the errors that are shown were taken.

    Example:
        >>> how_chosen(
        ...     {"surest": True, "shown": [{}] * 5, "drawn": 0, "wrong_without_probability": 7}
        ... )
        'those it is surest of, the surest first; 7 have no known probability'
    """
    if not errors["surest"]:
        return "drawn at random"
    drawn, without = errors["drawn"], errors["wrong_without_probability"]
    if not drawn:
        others = f"; {without:,} have no known probability" if without else ""
        return f"those it is surest of, the surest first{others}"
    return (
        f"first the {len(errors['shown']) - drawn:,} with a known probability, the surest first, "
        f"then {drawn:,} of the {without:,} without one, drawn at random"
    )


def pieces(row: Contents) -> list[tuple[str, str]]:
    """The context of an error in pieces: text, and of what it is a part.

    Example:
        >>> pieces({"context": "a b c", "gold_places": [[0, 3]], "answer_places": [[2, 5]]})
        [('a ', 'gold'), ('b', 'gold answer'), (' c', 'answer')]
    """
    context, kinds = row["context"], ("gold", "answer")
    places = {kind: row[f"{kind}_places"] for kind in kinds}
    edges = {edge for kind in kinds for place in places[kind] for edge in place}
    ordered = sorted({0, len(context), *edges})
    found = []
    for start, end in zip(ordered, ordered[1:], strict=False):
        marks = [k for k in kinds if any(a <= start and end <= b for a, b in places[k])]
        found.append((context[start:end], " ".join(marks)))
    return found


def _environment() -> Environment:
    """Templates that escape all that is text, and fail where a name is not known."""
    found = Environment(
        loader=PackageLoader(__package__, "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )
    found.filters.update(
        bounds=bounds,
        fixed=lambda number, digits=1: UNKNOWN if number is None else f"{number:.{digits}f}",
        p_text=lambda p: UNKNOWN if p is None else p_text(p),
        pieces=pieces,
        rounded=lambda number: UNKNOWN if number is None else rounded(number),
        thousands=lambda number: f"{number:,}",
    )
    found.globals.update(
        measures=MEASURES,
        min_articles=MIN_ARTICLES,
        min_clusters=MIN_CLUSTERS,
        min_questions=MIN_QUESTIONS,
        min_seeds=MIN_SEEDS,
        too_few=TOO_FEW,
    )
    return found


def _finalize(value: Any) -> Any:
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _few_articles(contents: Contents) -> bool:
    """Whether what is claimed of paragraphs must hold of articles too."""
    pairs = [*contents["comparisons"], *contents["seeds"]["pairs"]]
    return any(pair[key]["over_articles"] is not None for pair in pairs for key, _ in MEASURES)


def _counted(rows: list[Contents]) -> list[tuple[Any, int]]:
    counts = Counter(row["kind"] for row in rows)
    return [(kind, counts[kind.key]) for kind in KINDS]


def _signatures(contents: Contents) -> dict[str, list[str]]:
    """Signature -> names of the files that have it."""
    names: dict[str, list[str]] = {}
    for name, row in named_files(contents):
        names.setdefault(row["signature"], []).append(name)
    return names


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return policy + "; img-src data:; base-uri 'none'; form-action 'none'"


def _file(name: str) -> Markup:
    return Markup((resources.files(__package__) / "page" / name).read_text("utf-8"))
