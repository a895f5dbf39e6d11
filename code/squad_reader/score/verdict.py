"""The one plain sentence about two readers: which is better, or that this data cannot tell.

From a `Comparison` in percent. It claims a difference only where interval and p agree. The same
for two groups of seeds, and a warning where so few resamples were drawn that no p can be small.
"""

import math
from collections.abc import Mapping

from squad_reader.score.bootstrap import MIN_CLUSTERS
from squad_reader.score.comparison import ALPHA, POWER, Comparison
from squad_reader.score.seeds import MIN_SEEDS

TO_SEE = 0.5  # the difference that a larger test set should show, in percent
NOTHING = 1e-9  # percent; what adding in another order may give
TOO_FEW = "that is too few articles or paragraphs, or too few resamples, for a small p"


def verdict(
    first: str,
    second: str,
    measure: str,
    found: Comparison,
    num_questions: int,
    needed: int | None,
    unit: str,
) -> str:
    """The sentence.

    Args:
        first, second: names of the readers.
        measure: "EM" or "F1".
        found: second against first, in percent.
        num_questions: of the data.
        needed: how many would show a difference of `TO_SEE`, as of `questions_needed`.
        unit: what more of would show it: "articles" or "paragraphs".
    """
    if found.told_apart:
        return f"{_better(first, second, measure, found)}."
    why = _too_little(measure, found)
    if not why and needed is not None:
        seen = needed <= num_questions
        why = _would_be_seen(measure, found) if seen else _to_see(measure, needed, unit)
        if found._replace(over_articles=None).told_apart:
            why = f"its paragraphs tell them apart, but not its articles; {why}"
    return f"{first} and {second} cannot be told apart by this data: {why}."


def group_verdict(first: str, second: str, measure: str, found: Comparison | None) -> str:
    """What can be said of two groups; `found` is None where there are too few seeds."""
    if found is None:
        return (
            f"Whether {first} or {second} is better in {measure} cannot be said: expected at least "
            f"{MIN_SEEDS} seeds of each."
        )
    if found.told_apart:
        return f"{_better(first, second, measure, found)}, on average over seeds."
    alike = f"{first} and {second} cannot be told apart by these seeds and this data"
    mean, low, high, error = found.difference
    if math.isnan(error):
        return f"{alike}: {_too_little(measure, found)}."
    over = ""
    if found.over_articles is not None:
        (_, low, high, _), over = found.over_articles.difference, " by articles"
    return (
        f"{alike}: {second} minus {first} is {mean:.2f} {measure}, on average over seeds "
        f"({low:.2f} to {high:.2f}{over})."
    )


def note_of_missing(missing: Mapping[str, int]) -> str:
    """What stands behind a sentence about readers that lack answers; "" where none does.

    Args:
        missing: name -> how many questions it has no answer to.

    Example:
        >>> note_of_missing({"A": 0, "B": 1200})
        ' (B lacks 1,200 answers, which score 0.)'
    """
    parts = [
        f"{name} lacks {number:,} answer{'s' * (number != 1)}"
        for name, number in missing.items()
        if number
    ]
    score = "scores" if sum(missing.values()) == 1 else "score"
    return f" ({' and '.join(parts)}, which {score} 0.)" if parts else ""


def warning_of_resamples(num_pairs: int, num_resamples: int) -> str:
    """A sentence where no p of so many pairs can be below 0.05, whatever they are; else ""."""
    least = num_pairs / (num_resamples + 1)
    if least < ALPHA:
        return ""
    return (
        f"Expected more resamples, got {num_resamples:,}: with {num_pairs:,} "
        f"pair{'s' * (num_pairs != 1)} to compare the corrected p is never below {least:.2g}, so "
        "none can be told apart."
    )


def rounded(number: int) -> str:
    """A whole number to one digit, since it is known no better (`questions_needed`).

    Example:
        >>> rounded(23456), rounded(7)
        ('20,000', '7')
    """
    return f"{float(f'{number:.1g}'):,.0f}"


def p_text(p: float) -> str:
    """A p in three digits, or in as many as it takes to see that it is below 0.05.

    Example:
        >>> p_text(0.00012), p_text(0.0496), p_text(1.0)
        ('< 0.001', '0.0496', '1.000')
    """
    if p < 0.001:
        return "< 0.001"
    for digits in range(3, 7):
        if (round(p, digits) < ALPHA) == (p < ALPHA):
            return f"{p:.{digits}f}"
    return f"< {ALPHA}"


def _too_little(measure: str, found: Comparison) -> str:
    """Why nothing can be said that more questions alone would mend; "" where they would."""
    mean, _, _, error = found.difference
    if math.isnan(error):
        return f"it has too few articles or paragraphs (fewer than {MIN_CLUSTERS})"
    if error > NOTHING:
        return ""
    differs = f"their {measure} differs by {mean:.1f} wherever one looks"
    return differs if abs(mean) < NOTHING else f"{differs}, but {TOO_FEW}"


def _to_see(measure: str, needed: int, unit: str) -> str:
    return (
        f"to see a difference of {TO_SEE} {measure} it takes more {unit}, and not more questions "
        f"on these: you would need about {rounded(needed)} questions"
    )


def _would_be_seen(measure: str, found: Comparison) -> str:
    """What is said where this data is enough to see `TO_SEE`."""
    mean = found.difference.mean
    if abs(mean) >= TO_SEE:
        return f"their {measure} differs by {mean:.1f}, but {TOO_FEW}"
    _, low, high, _ = (found.over_articles or found).difference
    so = "so theirs is smaller, or there is none"
    if max(-low, high) >= TO_SEE:
        so = f"though their interval still holds one as large ({low:.2f} to {high:.2f})"
    return (
        f"a difference of {TO_SEE} {measure} would very probably have been seen here (in at least "
        f"{100 * POWER:.0f} of 100 such test sets), {so}"
    )


def _better(first: str, second: str, measure: str, found: Comparison) -> str:
    """The claim, without its full stop."""
    mean, low, high, _ = found.difference
    better, worse = second, first
    if mean < 0:
        better, worse, mean, low, high = first, second, -mean, -high, -low
    digits = _digits(low)
    by = f"{mean:.{digits}f} {measure} ({low:.{digits}f} to {high:.{digits}f}"
    p = p_text(found.adjusted_p)
    return f"{better} is better than {worse} by {by}, p {p if p.startswith('<') else f'= {p}'})"


def _digits(low: float) -> int:
    """How many, so that a bound above 0 does not look like 0; at most six."""
    return next((digits for digits in range(1, 6) if round(low, digits) > 0), 6)
