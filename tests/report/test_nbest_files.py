"""n-best lists of this program and of others."""

import json

import pytest

from squad_reader.errors import InputError
from squad_reader.report.nbest_files import Candidate, read_nbest_file


def read(tmp_path, content):
    path = tmp_path / "n.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_nbest_file(str(path))


def test_both_forms_are_read(tmp_path):
    ours = {"text": "x", "char_start": 3, "char_end": 4, "probability": 0.5}
    theirs = {"text": "", "probability": 1.0000000001, "start_logit": 2.0, "end_logit": -1}
    assert read(tmp_path, {"a": [ours], "b": [theirs, ours]}).answers == {
        "a": [Candidate("x", 0.5, 3)],
        "b": [Candidate("", 1.0, None), Candidate("x", 0.5, 3)],
    }


def test_lists_are_sorted_and_what_was_not_is_counted(tmp_path):
    given = [("x", 0.2), ("y", 0.5), ("z", 0.2), ("w", 0.2)]
    answers = [{"text": text, "probability": probability} for text, probability in given]
    found = read(tmp_path, {"a": answers, "b": answers[:1], "c": answers[2:]})
    assert [each.text for each in found.answers["a"]] == ["y", "x", "z", "w"]
    assert [each.text for each in found.answers["c"]] == ["z", "w"]
    assert (found.num_repeated, found.num_unsorted) == (0, 1)


def test_near_ties_stand_as_their_reader_chose(tmp_path):
    """As ours does, by place: the first is the prediction."""
    answers = [{"text": "x", "probability": 0.3}, {"text": "y", "probability": 0.3 * 1.0002}]
    found = read(tmp_path, {"a": answers})
    assert [each.text for each in found.answers["a"]] == ["x", "y"] and found.num_unsorted == 0


def test_lists_that_come_twice_are_counted(tmp_path):
    path = tmp_path / "n.json"
    answers = '[{"text": "x", "text": "y", "probability": 1}]'  # twice in here is not counted
    text = ", ".join(f'"{each}": {answers}' for each in "abaa")
    path.write_text(f"{{{text}}}", encoding="utf-8")
    found = read_nbest_file(str(path))
    assert found.num_repeated == 1 and set(found.answers) == {"a", "b"}
    assert read(tmp_path, {}).num_repeated == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "expected an object with n-best lists, got a list"),
        ({"a": "x"}, 'question "a": expected a list of answers, got "x"'),
        ({"a": []}, 'question "a": expected a list of answers, got a list'),
        ({"a": ["x"]}, 'expected objects with "text" and "probability", got "x"'),
        ({"a": [{"probability": 1}]}, 'expected "text" to be text, got null'),
        ({"a": [{"text": "x"}]}, "to be a number from 0 to 1, got null"),
        ({"a": [{"text": "x", "probability": 1.5}]}, "to be a number from 0 to 1, got 1.5"),
        ({"a": [{"text": "x", "probability": True}]}, "to be a number from 0 to 1, got true"),
        (
            {"a": [{"text": "x", "probability": float("nan")}]},
            "to be a number from 0 to 1, got NaN",
        ),
    ],
)
def test_a_broken_list_is_one_line(tmp_path, content, told):
    with pytest.raises(InputError) as error:
        read(tmp_path, content)
    assert told in str(error.value)
