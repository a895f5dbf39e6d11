"""The page's section about SQuAD v2.0: questions with and without an answer, and thresholds."""

from typing import Any

from squad_reader.report.markup import Markup, data_text
from squad_reader.report.tables import paragraph, section, table

Contents = dict[str, Any]
KINDS = (("", "all"), ("HasAns_", "with an answer"), ("NoAns_", "without an answer"))
PRECISIONS = (("pr_f1_ap", "F1"), ("pr_exact_ap", "EM"), ("pr_oracle_ap", "all answers right"))


def answerable(contents: Contents) -> Markup:
    """The official scores of v2.0 for each reader; nothing where the metric is v1.1."""
    readers = [each for each in contents["readers"] if "v2_0" in each]
    if not readers:
        return Markup("")
    parts = [_scores(readers)]
    if judged := [each for each in readers if "best_f1" in each["v2_0"]]:
        parts += [_thresholds(judged), *_precisions(judged), _about_thresholds()]
    return section("answerable", "Questions without an answer", *parts)


def _scores(readers: list[Contents]) -> Markup:
    rows: list[list[object]] = []
    for reader in readers:
        found = reader["v2_0"]
        for prefix, kind in KINDS:
            if f"{prefix}total" in found:
                cells = [f"{found[prefix + key]:.1f}" for key in ("f1", "exact")]
                rows.append(
                    [data_text(reader["name"]), kind, f"{found[prefix + 'total']:,}", *cells]
                )
    return table(
        "By whether there is an answer", ["reader", "questions", "number", "F1", "EM"], rows
    )


def _thresholds(readers: list[Contents]) -> Markup:
    rows: list[list[object]] = []
    for reader in readers:
        found, cells = reader["v2_0"], list[str]()
        for key in ("f1", "exact"):
            cells += [f"{found[f'best_{key}']:.1f}", f"{found[f'best_{key}_thresh']:.4g}"]
        rows.append([data_text(reader["name"]), *cells])
    heads = ["reader", "best F1", "threshold", "best EM", "threshold"]
    return table("With the best threshold", heads, rows)


def _precisions(readers: list[Contents]) -> list[Markup]:
    rows = [
        [data_text(each["name"]), *(f"{each['v2_0'][key]:.1f}" for key, _ in PRECISIONS)]
        for each in readers
        if "pr_f1_ap" in each["v2_0"]
    ]
    heads = ["reader", *(name for _, name in PRECISIONS)]
    return [table("Average precision, in percent", heads, rows)] if rows else []


def _about_thresholds() -> Markup:
    return paragraph(
        "An answer is withdrawn where its probability of “there is no answer” is above the "
        "threshold; the best threshold was chosen on these questions, so its score flatters. "
        "Average precision is the area under precision over recall as more and more answers are "
        "given, the surest first; its last column is what the order alone would reach if each "
        "given answer were right.",
        class_="note",
    )
