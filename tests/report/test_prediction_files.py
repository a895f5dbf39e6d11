"""What is odd about a prediction file is counted, what is wrong is one line."""

import json

import pytest

from squad_reader.errors import InputError
from squad_reader.report.prediction_files import (
    expect_same_questions,
    names_of,
    read_prediction_file,
)

IDS = ["a", "b", "c"]


def read(tmp_path, text, name="p.json"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_prediction_file(str(path), "p", IDS)


def test_missing_unknown_and_repeated_ids_are_listed(tmp_path):
    found = read(tmp_path, '{"c": "1", "x": "2", "c": "3", "a": ""}')
    assert found.texts == {"a": "", "c": "3"}
    assert (found.missing, found.unknown, found.repeated) == (["b"], ["x"], ["c"])


def test_a_file_of_which_half_is_of_this_data_is_read(tmp_path):
    assert read(tmp_path, '{"a": "1", "x": "2"}').unknown == ["x"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[]", "expected an object with question ids and answers, got a list"),
        ('{"a": 1}', 'expected the answer to "a" to be text, got 1'),
        ('{"a": null}', 'expected the answer to "a" to be text, got null'),
        ('{"a": [{"text": "x"}]}', "got a list; n-best lists go to --nbest"),
        ('{"a": {}}', 'expected the answer to "a" to be text, got an object'),
        ("{}", "got 0 answers, 0 of them to questions that it does not have"),
        ('{"a": "", "x": "", "y": ""}', "got 3 answers, 2 of them to questions that it does not"),
        ("{", "expected JSON in UTF-8"),
        ("{} {}", "got 2 JSON values"),
    ],
)
def test_a_broken_file_is_one_line_with_its_name(tmp_path, text, told):
    with pytest.raises(InputError) as error:
        read(tmp_path, text)
    assert told in str(error.value) and str(error.value).startswith(str(tmp_path / "p.json"))


def test_a_file_that_is_not_there_is_one_line():
    with pytest.raises(InputError, match="none.json: cannot be read: No such file"):
        read_prediction_file("none.json", "p", IDS)


def test_files_over_different_data_are_refused(tmp_path):
    first, second = read(tmp_path, '{"a": ""}'), read(tmp_path, '{"b": ""}', "q.json")
    both = read(tmp_path, '{"a": "", "b": ""}', "r.json")
    expect_same_questions([first, first, both])
    with pytest.raises(InputError, match="q.json: expected answers to the questions that"):
        expect_same_questions([first, second])
    with pytest.raises(InputError, match="q.json: expected answers to the questions that .*p.json"):
        expect_same_questions([both, first, second])  # each has one in common with the first


def test_a_file_of_a_larger_set_is_read(tmp_path):
    more = {f"x{i}": "" for i in range(100)}
    found = read(tmp_path, json.dumps({"a": "1", "b": "2"} | more))
    assert (found.texts, found.missing) == ({"a": "1", "b": "2"}, ["c"])
    assert found.unknown == list(more)
    with pytest.raises(InputError, match="got 101 answers, 100 of them"):
        read(tmp_path, json.dumps({"a": "1"} | more))


def test_names_differ_whatever_the_files_are_called():
    assert names_of(["x.json", "x.json"], []) == ["x (1)", "x (2)"]
    assert names_of(["x.json", "x.json", "x (1).json"], []) == ["x (2)", "x (3)", "x (1)"]
    assert names_of(["x.json", "y.json"], ["A", "B"]) == ["A", "B"]
    long = "/home/me/experiments/2026/with/a/long/path"
    paths = [f"{long}/{name}/seed/p.json" for name in ("a", "b")]
    assert names_of(paths, []) == ["a/seed/p", "b/seed/p"]
    assert names_of(["/x/p.json", "/x/y/p.json.gz", "p.json"], []) == ["/x/p", "/x/y/p", "p"]


@pytest.mark.parametrize(("names", "told"), [(["A"], "expected 2"), (["A", "A"], "that differ")])
def test_wrong_names_are_refused(names, told):
    with pytest.raises(InputError, match=f"--names: .*{told}"):
        names_of(["x.json", "y.json"], names)
