"""The one plain sentence about two readers: which is better, or that this data cannot tell.

From a `Comparison` in percent. It claims a difference only where interval and p agree.
"""

from squad_reader.score.comparison import Comparison, questions_needed

TO_SEE = 0.5  # the difference that a larger test set should show, in percent


def verdict(first: str, second: str, measure: str, found: Comparison, num_questions: int) -> str:
    """The sentence.

    Args:
        first, second: names of the readers.
        measure: "EM" or "F1".
        found: second against first, in percent.
        num_questions: that both answered.
    """
    if found.told_apart:
        return _better(first, second, measure, found)
    alike = f"{first} and {second} cannot be told apart by this data"
    needed = questions_needed(num_questions, found.difference.standard_error, TO_SEE)
    if needed is not None:
        number = f"about {rounded(needed)} questions"
        return f"{alike}: to see a difference of {TO_SEE} {measure} you would need {number}."
    if found.difference.standard_error == 0:
        return (
            f"{alike}: their {measure} differs by {found.difference.mean:.1f} wherever one looks."
        )
    return f"{alike}: it has too few articles or paragraphs."


def rounded(number: int) -> str:
    """A whole number to two digits, since it is known no better.

    Example:
        >>> rounded(23456), rounded(7)
        ('23,000', '7')
    """
    return f"{float(f'{number:.2g}'):,.0f}"


def _better(first: str, second: str, measure: str, found: Comparison) -> str:
    mean, low, high, _ = found.difference
    better, worse = second, first
    if mean < 0:
        better, worse, mean, low, high = first, second, -mean, -high, -low
    digits = _digits(low)
    by = f"{mean:.{digits}f} {measure} ({low:.{digits}f} to {high:.{digits}f}, "
    return f"{better} is better than {worse} by {by}{_p_text(found.adjusted_p)})."


def _digits(low: float) -> int:
    """How many, so that a bound above 0 does not look like 0; at most six."""
    return next((digits for digits in range(1, 6) if round(low, digits) > 0), 6)


def _p_text(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
