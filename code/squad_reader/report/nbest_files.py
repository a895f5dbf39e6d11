"""Reads n-best lists: those of `official_eval`, and `nbest_predictions.json` of other programs.

Both are an object of question ids, each with a list of answers, the best first, each with "text"
and "probability"; ours also say where the answer begins ("char_start").

Source:
    Hugging Face's `run_qa`, `utils_qa.py`: https://github.com/huggingface/transformers
"""

from typing import Any, NamedTuple

from squad_reader.data.json_file import described, quoted, read_values
from squad_reader.errors import InputError, shown


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


def read_nbest_file(path: str) -> dict[str, list[Candidate]]:
    """Question id -> its answers, the best first; at least one.

    Raises:
        InputError: what is wrong, with the file and, where known, the question id.
    """
    values = list(read_values(path))
    found = values[0]
    if len(values) > 1 or not isinstance(found, dict):
        got = described(found) if len(values) == 1 else f"{len(values)} JSON values"
        raise InputError(f"{shown(path)}: expected an object with n-best lists, got {got}")
    lists = {}
    while found:  # what was read goes as what is kept comes: half the memory
        question_id, answers = found.popitem()
        lists[question_id] = _candidates(path, question_id, answers)
    return lists


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
