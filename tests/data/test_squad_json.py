"""What `read_squad` promises: all of the file as it stands, and where it is broken."""

import copy
import gzip
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from squad_reader.data.squad_data import Answer, Example
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError

CONTEXT = "  Bees  make honey,\nnot “milk”. 🐝"
VALID = {
    "version": "1.1",
    "data": [
        {
            "title": "Bees",
            "paragraphs": [
                {
                    "context": CONTEXT,
                    "qas": [
                        {
                            "id": "q1",
                            "question": "What do bees make?",
                            "answers": [
                                {"text": "honey", "answer_start": 13},
                                {"text": "🐝", "answer_start": 32},
                            ],
                        },
                        {"id": "q2", "question": "", "answers": []},
                    ],
                },
                {"context": "", "qas": []},
            ],
        },
        {
            "title": "Milk",
            "paragraphs": [{"context": "Cows.", "qas": [{"id": "q3", "question": "Who?"}]}],
        },
    ],
}


def write(path, content):
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def changed(*steps, to):
    """A copy of VALID with the value at the place `steps` replaced; `...` deletes the key."""
    content = copy.deepcopy(VALID)
    place = content
    for step in steps[:-1]:
        place = place[step]
    if to is ...:
        del place[steps[-1]]
    else:
        place[steps[-1]] = to
    return content


def test_everything_is_read_as_it_stands(tmp_path):
    data = read_squad(write(tmp_path / "a.json", VALID))
    assert data.contexts == [CONTEXT, "", "Cows."]
    assert data.titles == ["Bees", "Bees", "Milk"]
    assert data.examples == [
        Example("q1", 0, "What do bees make?", (Answer("honey", 13), Answer("🐝", 32))),
        Example("q2", 0, "", ()),
        Example("q3", 2, "Who?", None),
    ]
    assert data.problems == [] and data.path == str(tmp_path / "a.json")


def test_gzip_and_byte_order_mark_read_the_same(tmp_path):
    plain = read_squad(write(tmp_path / "a.json", VALID))
    text = json.dumps(VALID).encode("utf-8")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(text))
    (tmp_path / "c.json").write_bytes(b"\xef\xbb\xbf" + text)
    for name in ("b.json.gz", "c.json"):
        assert read_squad(tmp_path / name).examples == plain.examples


def test_unanswerable_questions_of_version_2_are_kept(tmp_path):
    question = {
        "id": "q9",
        "question": "Which year?",
        "answers": [],
        "is_impossible": True,
        "plausible_answers": [{"text": "honey", "answer_start": 13}],
    }
    content = changed("data", 0, "paragraphs", 0, "qas", 0, to=question)
    data = read_squad(write(tmp_path / "a.json", content))
    assert data.examples[0] == Example("q9", 0, "Which year?", ())


@pytest.mark.parametrize("start", [12, -1, 10**9])
def test_a_wrong_answer_start_is_told_and_kept_without_its_place(tmp_path, start):
    place = ("data", 0, "paragraphs", 0, "qas", 0, "answers", 0, "answer_start")
    data = read_squad(write(tmp_path / "a.json", changed(*place, to=start)))
    assert data.examples[0].answers == (Answer("honey", -1), Answer("🐝", 32))
    (line,) = data.problems
    expected = ("a.json", '"Bees"', "paragraph 0", '"q1"', "count from 0", '"honey"', str(start))
    for part in expected:
        assert part in line
    assert "\n" not in line


QUESTION = ("data", 0, "paragraphs", 0, "qas", 0)


@pytest.mark.parametrize(
    ("steps", "to", "parts"),
    [
        (("data",), ..., ['"data"', "none"]),
        (("data",), {}, ['"data"', "list", "object"]),
        (("data", 1), 7, ["article 1", "7"]),
        (("data", 0, "paragraphs"), ..., ['"Bees"', '"paragraphs"']),
        (("data", 0, "paragraphs", 1, "context"), 1.5, ["paragraph 1", "count from 0", "1.5"]),
        ((*QUESTION, "id"), 3.0, ['"Bees"', "paragraph 0", "question 0", '"id"', "3"]),
        ((*QUESTION, "question"), ..., ['"q1"', '"question"']),
        ((*QUESTION, "answers"), "x", ['"q1"', '"answers"', "list"]),
        ((*QUESTION, "answers", 1, "text"), ..., ['"q1"', '"text"']),
        ((*QUESTION, "answers", 1, "answer_start"), True, ['"q1"', "whole number", "true"]),
        ((*QUESTION, "id"), "q3", ['"q3"', '"Milk"', "before"]),
    ],
)
def test_a_broken_file_is_refused_with_the_place(tmp_path, steps, to, parts):
    with pytest.raises(InputError) as caught:
        read_squad(write(tmp_path / "broken.json", changed(*steps, to=to)))
    message = str(caught.value)
    assert "\n" not in message
    for part in ["broken.json", *parts]:
        assert part in message


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "JSON"),
        (b'{"data": [', "JSON"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 200_000, "JSON"),
        (gzip.compress(b"{}", mtime=0)[:-9], "cannot be read"),
        (b"\x1f\x8b" + b"not gzip at all", "cannot be read"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "cannot be read"),
        (b"null", '"data"'),
    ],
    # Names of their own: a name made of the bytes differs where the bytes do.
    ids=["empty", "cut", "UTF-16", "deep", "cut gzip", "no gzip", "damaged gzip", "null"],
)
def test_what_is_not_squad_json_is_refused_in_one_line(tmp_path, content, part):
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=part) as caught:
        read_squad(path)
    assert "bad.json" in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.json: cannot be read: No such file"):
        read_squad(tmp_path / "none.json")


def places(value, here=()):
    """The path to each value inside a JSON value."""
    yield here
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*here, key))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_damage_to_a_zipped_file_is_read_or_refused(tmp_path_factory, data):
    content = bytearray(gzip.compress(json.dumps(VALID).encode(), mtime=0))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.getbasetemp() / "damaged.json.gz"
    path.write_bytes(content)
    try:
        read_squad(path)
    except InputError as error:
        assert "damaged.json.gz" in str(error) and "\n" not in str(error)


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from([p for p in places(VALID) if p]), value=json_values)
def test_any_value_anywhere_is_read_or_refused(tmp_path_factory, place, value):
    path = tmp_path_factory.getbasetemp() / "mutated.json"
    write(path, changed(*place, to=value))
    try:
        data = read_squad(path)
    except InputError as error:
        assert "mutated.json" in str(error)
    else:
        assert all(0 <= example.context_index < len(data.contexts) for example in data.examples)


def test_all_of_dev_is_read(real_squad):
    data = read_squad(real_squad("dev-v1.1.json"))
    assert (len(data.contexts), len(data.examples)) == (2067, 10570)
    assert len(set(data.titles)) == 48 and data.problems == []


@pytest.mark.slow
def test_thirty_megabytes_are_read_in_about_a_second(real_squad):
    begin = time.perf_counter()
    data = read_squad(real_squad("train-v1.1.json"))
    seconds = time.perf_counter() - begin
    assert (len(data.contexts), len(data.examples)) == (18896, 87599)
    assert seconds < 3  # 0.5 s where nothing else runs
