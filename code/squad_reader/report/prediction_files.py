"""Reads prediction files of any origin, and counts what is odd about them.

First of the report's flow. A question without a prediction scores 0 and stays in the denominator;
that, ids that the data does not have and ids that come twice are counted and told. A file of a
larger set that this one is a part of is read. One that is of other data, for most of its answers
and for most of the questions, is refused: its scores would be of nothing.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, count
from pathlib import Path
from typing import Any, NamedTuple

from squad_reader.data.json_file import described, quoted, read_values
from squad_reader.errors import InputError, shown

Pairs = list[tuple[str, Any]]  # of a JSON object, with keys that come twice


class Predictions(NamedTuple):
    """The answers of one reader.

    Attributes:
        name: of the reader.
        path: of the file.
        texts: question id -> answer, of the questions of the data only.
        missing: ids of the questions without an answer, in the order of the data.
        unknown: ids that the data does not have, in the order of the file.
        repeated: ids that come more than once in the file; the last answer counts.
        withdrawn: ids whose answer was made empty (`answerable.withdraw`).
        above: ids whose probability of "no answer" is above the threshold, with those whose answer
            was empty before; None where no such probabilities are given.
    """

    name: str
    path: str
    texts: dict[str, str]
    missing: list[str]
    unknown: list[str]
    repeated: list[str]
    withdrawn: Sequence[str] = ()
    above: frozenset[str] | None = None


def read_object(path: str, wanted: str) -> tuple[dict[str, Any], list[str]]:
    """The JSON object in a file, and which of its keys come more than once; the last one counts.

    Raises:
        InputError: not readable, or something else; the line names what was `wanted`.
    """
    repeated: list[str] = []

    def as_object(pairs: Pairs) -> dict[str, Any]:
        nonlocal repeated  # of the object that ends last, which is the one around all others
        found = dict(pairs)
        repeated = _repeated(pairs) if len(found) < len(pairs) else []
        return found

    values = list(read_values(path, json.JSONDecoder(object_pairs_hook=as_object).raw_decode))
    if len(values) > 1 or not isinstance(values[0], dict):
        got = described(values[0]) if len(values) == 1 else f"{len(values)} JSON values"
        raise InputError(f"{shown(path)}: expected an object with {wanted}, got {got}")
    return values[0], repeated


def _repeated(pairs: Pairs) -> list[str]:
    counts = Counter(key for key, _ in pairs)
    return [key for key, number in counts.items() if number > 1]


def read_prediction_file(path: str, name: str, ids: Sequence[str]) -> Predictions:
    """Read the answers of one reader to the questions with these ids.

    Raises:
        InputError: the file is broken, or of other data.
    """
    found, repeated = read_object(path, "question ids and answers")
    for question_id, answer in found.items():
        if not isinstance(answer, str):
            hint = "; n-best lists go to --nbest" if isinstance(answer, list) else ""
            raise InputError(
                f"{shown(path)}: expected the answer to {quoted(question_id)} to be text, "
                f"got {described(answer)}{hint}"
            )
    known = set(ids)
    unknown = [each for each in found if each not in known]
    _expect_this_data(path, len(found), len(unknown), len(ids))
    texts = {each: found[each] for each in ids if each in found}
    missing = [each for each in ids if each not in texts]
    return Predictions(name, shown(path), texts, missing, unknown, repeated)


def _expect_this_data(path: str, number: int, num_unknown: int, num_questions: int) -> None:
    most_missing = 2 * (number - num_unknown) < num_questions
    if number == 0 or (2 * num_unknown > number and most_missing):
        raise InputError(
            f"{shown(path)}: expected answers to the {num_questions:,} questions of "
            f"--json_in_path, got {number:,} answers, {num_unknown:,} of them to questions that it "
            "does not have"
        )


def expect_same_questions(readers: Iterable[Predictions]) -> None:
    """Raises InputError where two readers answer no question in common: that is other data."""
    for first, other in combinations(readers, 2):
        if first.texts.keys().isdisjoint(other.texts):
            raise InputError(
                f"{other.path}: expected answers to the questions that {first.path} answers, got "
                "none of them"
            )


def names_of(paths: Sequence[str], given: Sequence[str]) -> list[str]:
    """The names of the readers: those given, or those of the files, with folders if need be.

    Folders that all of them are in are left out.

    Example:
        >>> names_of(["x/a/predictions.json", "x/b/predictions.json"], [])
        ['a/predictions', 'b/predictions']
        >>> names_of(["a/x.json", "b/y.json.gz"], [])
        ['x', 'y']
    """
    if given:
        return _expect_names(list(given), len(paths))
    bare = [_bare(Path(path).name) for path in paths]
    if len(set(bare)) < len(bare):
        inside = _without_common([Path(path).parent.parts for path in paths])
        bare = [str(Path(*folders, name)) for folders, name in zip(inside, bare, strict=True)]
    return _numbered(bare)


def _numbered(names: Sequence[str]) -> list[str]:
    """The same with a number behind those that come more than once; all of them differ."""
    taken, found = set(names), []
    for name in names:
        if names.count(name) > 1:
            numbered = (f"{name} ({number})" for number in count(1))
            name = next(each for each in numbered if each not in taken)
            taken.add(name)
        found.append(name)
    return found


def _bare(name: str) -> str:
    return name.removesuffix(".gz").removesuffix(".json") or name


def _without_common(folders: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The parts of paths, without those that all of them begin with."""
    number = 0
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        number += 1
    return [parts[number:] for parts in folders]


def _expect_names(names: list[str], number: int) -> list[str]:
    if len(names) != number:
        raise InputError(f"--names: expected {number}, as many as files, got {len(names)}")
    if len(set(names)) < number or "" in names:
        raise InputError(f"--names: expected names that differ, got {', '.join(names)}")
    return names
