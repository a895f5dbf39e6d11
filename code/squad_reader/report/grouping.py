"""Puts questions into groups: each question into exactly one; small groups are put together.

A group of a few questions says nothing about a reader. Rare names become "other"; bins of
numbers that are small become one with the neighbour that is smaller. What has no such neighbour
stays as it is: a rare name alone, all numbers together, "not known", and "no answer".
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from squad_reader.report.kinds import NO_ANSWER, OTHER

MIN_QUESTIONS = 30
UNKNOWN = "not known"
ON_THEIR_OWN = (NO_ANSWER, UNKNOWN)  # last of all groups, and never put together
ALL = "all"


class Grouping(NamedTuple):
    """Groups of Q questions.

    Attributes:
        labels: names of the groups, in the order to show them in; none of them is empty.
        of_question: of each question, the number of its group.
    """

    labels: list[str]
    of_question: list[int]


def by_name(names: Sequence[str], least: int = MIN_QUESTIONS) -> Grouping:
    """Groups of equal names, the largest first, then "other": the small ones, if they are several.

    Example:
        >>> by_name(["who", "what", "what", "why"], least=2)
        Grouping(labels=['what', 'other'], of_question=[1, 0, 0, 1])
    """
    counts = Counter(name for name in names if name not in ON_THEIR_OWN)
    small = {name for name, number in counts.items() if number < least or name == OTHER}
    if len(small) == 1:
        small = {OTHER}  # one alone keeps its name
    kept = [name for name, _ in counts.most_common() if name not in small]
    order = [*kept, OTHER, *ON_THEIR_OWN]
    return _numbered([OTHER if name in small else name for name in names], order)


def by_number(
    numbers: Sequence[int | str | None],
    edges: Sequence[int],
    unit: str = "",
    first: int = 1,
    last: int | None = None,
    least: int = MIN_QUESTIONS,
) -> Grouping:
    """Groups of numbers up to each edge, and over the last one; None is "not known".

    Args:
        numbers: of the questions; `NO_ANSWER` where there is nothing to count.
        edges: rising; a bin holds what is above the edge before it, up to its own.
        unit: behind each label.
        first, last: the least and the largest number that there can be; None for no limit.
        least: questions that a bin should have.

    Example:
        >>> by_number([1, 2, 7, None], (1, 4), least=1).labels
        ['1', '2 to 4', 'over 4', 'not known']
    """
    kept = merged_edges([x for x in numbers if isinstance(x, int)], list(edges), least)
    labels = [label + unit for label in _labels(kept, first, last)] if kept else [ALL]
    of_question = [labels[_bin(x, kept)] if isinstance(x, int) else x or UNKNOWN for x in numbers]
    return _numbered(of_question, [*labels, *ON_THEIR_OWN])


def merged_edges(numbers: Sequence[int], edges: list[int], least: int) -> list[int]:
    """The edges that are left when each bin holds at least so many numbers, if all of them do."""
    while edges:
        counts = Counter(_bin(number, edges) for number in numbers)
        sizes = [counts[i] for i in range(len(edges) + 1)]
        small = min(range(len(sizes)), key=lambda i: sizes[i])
        if sizes[small] >= least:
            break
        left = sizes[small - 1] if small else None
        right = sizes[small + 1] if small < len(edges) else None
        to_the_left = right is None or (left is not None and left < right)
        del edges[small - 1 if to_the_left else small]
    return edges


def _bin(number: int, edges: Sequence[int]) -> int:
    return sum(number > edge for edge in edges)


def _labels(edges: Sequence[int], first: int, last: int | None) -> list[str]:
    """Of bins with at least one edge between them."""
    lows = [first, *(edge + 1 for edge in edges)]
    labels = [
        f"{low} to {high}" if low < high else f"{high}"
        for low, high in zip(lows, edges, strict=False)
    ]
    return [*labels, f"over {edges[-1]}" if last is None else f"{lows[-1]} to {last}"]


def _numbered(names: Sequence[str], order: Sequence[str]) -> Grouping:
    present = set(names)
    labels = [name for name in order if name in present]
    numbers = {label: number for number, label in enumerate(labels)}
    return Grouping(labels, [numbers[name] for name in names])
