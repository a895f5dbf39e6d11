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
    assert read(tmp_path, {"a": [ours], "b": [theirs, ours]}) == {
        "a": [Candidate("x", 0.5, 3)],
        "b": [Candidate("", 1.0, None), Candidate("x", 0.5, 3)],
    }


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
