"""What became of a question's gold answers: the names for how they lie on the tokens."""

from enum import IntEnum

from squad_reader.data.squad_data import Answer


class Placement(IntEnum):
    """How the gold answers of a question lie on the tokens of its context.

    Attributes:
        EXACT: the first one that has a place is whole tokens.
        WIDENED: the first one that has a place begins or ends inside a token; the span is widened
            to whole tokens.
        MISPLACED: there are gold answers, and none has a place.
        UNANSWERABLE: the file says that there is no answer.
        UNKNOWN: the file does not say.
    """

    EXACT = 0
    WIDENED = 1
    MISPLACED = 2
    UNANSWERABLE = 3
    UNKNOWN = 4


def placement_of(answers: tuple[Answer, ...] | None, placed: bool, exact: bool) -> Placement:
    """The name for one question.

    Args:
        answers: as in `squad_data.Example`.
        placed, exact: whether `spans.first_placed` found a span, and whether it is exact.
    """
    if placed:
        return Placement.EXACT if exact else Placement.WIDENED
    if answers:
        return Placement.MISPLACED
    return Placement.UNKNOWN if answers is None else Placement.UNANSWERABLE
