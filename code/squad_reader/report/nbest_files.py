"""Reads n-best lists: those of `official_eval`, and `nbest_predictions.json` of other programs.

Both are an object of question ids, each with a list of answers, the best first, each with "text"
and "probability"; ours also say where the answer begins ("char_start").

Source:
    Hugging Face's `run_qa`, `utils_qa.py`: https://github.com/huggingface/transformers
"""

from itertools import pairwise
from typing import Any, NamedTuple

from squad_reader.data.json_file import described, quoted
from squad_reader.errors import InputError, shown
from squad_reader.report.prediction_files import read_object

NEAR_TIE = 1e-3  # share of a probability by which an answer may be above the one before it


class Candidate(NamedTuple):
    """One answer of a list.

    Attributes:
        text: the answer.
        probability: in [0, 1].
        char_start: where it begins in the context; None where the file does not say.
    """

    text: str
    probability: float
    char_start: int | None


class NbestLists(NamedTuple):
    """The lists of a file.

    Attributes:
        answers: question id -> its answers, the most probable first; at least one.
        num_repeated: how many ids come more than once in the file; the last list counts.
        num_unsorted: how many lists had a less probable answer before a more probable one.
    """

    answers: dict[str, list[Candidate]]
    num_repeated: int = 0
    num_unsorted: int = 0


def read_nbest_file(path: str) -> NbestLists:
    """The lists of a file, each sorted by probability; about equal ones keep their order.

    Raises:
        InputError: what is wrong, with the file and, where known, the question id.
    """
    found, repeated = read_object(path, "n-best lists")
    lists, num_unsorted = {}, 0
    while found:  # what was read goes as what is kept comes: half the memory
        question_id, answers = found.popitem()
        given = _candidates(path, question_id, answers)
        unsorted = _is_unsorted(given)
        lists[question_id] = (
            sorted(given, key=lambda each: -each.probability) if unsorted else given
        )
        num_unsorted += unsorted
    return NbestLists(lists, len(repeated), num_unsorted)


def _is_unsorted(answers: list[Candidate]) -> bool:
    """Whether one is followed by a more probable one; a reader orders near ties as it likes."""
    return any(
        after.probability > before.probability * (1.0 + NEAR_TIE)
        for before, after in pairwise(answers)
    )


def _candidates(path: str, question_id: str, answers: Any) -> list[Candidate]:
    if not isinstance(answers, list) or not answers:
        _refuse(path, question_id, "a list of answers", answers)
    return [_candidate(path, question_id, answer) for answer in answers]


def _candidate(path: str, question_id: str, answer: Any) -> Candidate:
    if not isinstance(answer, dict):
        _refuse(path, question_id, 'objects with "text" and "probability"', answer)
    text, probability = answer.get("text"), answer.get("probability")
    if not isinstance(text, str):
        _refuse(path, question_id, '"text" to be text', text)
    if type(probability) not in (int, float) or not 0 <= probability <= 1 + 1e-6:
        _refuse(path, question_id, '"probability" to be a number from 0 to 1', probability)
    start = answer.get("char_start")
    place = start if type(start) is int and start >= 0 else None
    return Candidate(text, min(float(probability), 1.0), place)


def _refuse(path: str, question_id: str, wanted: str, got: Any) -> None:
    where = f"{shown(path)}: question {quoted(question_id)}"
    raise InputError(f"{where}: expected {wanted}, got {described(got)}")
