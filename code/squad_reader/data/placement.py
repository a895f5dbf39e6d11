"""What became of a question's gold answers: the names for how they lie on the tokens."""

from enum import IntEnum

import numpy as np

from squad_reader.data.squad_data import Answer, Example


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


def placements(examples: list[Example], start_pos: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """A `Placement` for each of Q questions.

    Args:
        examples: the questions.
        start_pos: int32, (Q,). First token of the span of the first gold answer that has a place;
            -1 if there is none.
        exact: (Q,). True or 1 where that span is just the answer.

    Returns:
        int8, (Q,).
    """
    found = np.where(exact, Placement.EXACT, Placement.WIDENED).astype(np.int8)
    for i in np.flatnonzero(start_pos < 0):
        found[i] = _without_span(examples[i].answers)
    return found


def _without_span(answers: tuple[Answer, ...] | None) -> Placement:
    if answers:
        return Placement.MISPLACED
    return Placement.UNKNOWN if answers is None else Placement.UNANSWERABLE
