"""Files of SQuAD's form that other tools write: what is read of them, and what is told.

The expected values are the files' own, read by hand.
"""

import gzip
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Answer, Example, expect_golds
from squad_reader.data.squad_format import read_squad_file
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError

# As an annotation tool writes it: no title, whole numbers as ids, keys of its own.
ANNOTATED = {
    "data": [
        {
            "paragraphs": [
                {
                    "document_id": 630,
                    "context": "Masks help.",
                    "qas": [
                        {
                            "question": "What helps?",
                            "id": 262,
                            "answers": [{"text": "Masks", "answer_start": 0, "answer_id": 370}],
                            "is_impossible": False,
                        }
                    ],
                }
            ]
        },
        {"title": None, "paragraphs": []},
        {"title": 7, "paragraphs": [{"context": "Hands.", "qas": [], "origin": None}]},
    ]
}
# What `Dataset.to_json` of the library datasets 5.2 wrote; the first and the third share a context.
LINES = r"""
{"id":"a","title":"T","context":"Two  cats,\nno dog.","question":"How many?","answers":{"text":["Two","Two  cats"],"answer_start":[0,0]}}
{"id":"b","title":"T","context":"\ud83d\udc1d bees","question":"Who?","answers":{"text":["bees"],"answer_start":[2]}}
{"id":"c","title":"T","context":"Two  cats,\nno dog.","question":"Which cat?","answers":{"text":[],"answer_start":[]}}
{"id":"d","title":"U","context":"Two  cats,\nno dog.","question":"Who?","answers":{"text":["no dog"],"answer_start":[11]}}
""".lstrip()  # noqa: E501
ROWS = [json.loads(line) for line in LINES.splitlines()]


@pytest.fixture
def write(tmp_path):
    """Gives a function that writes text, or a value as JSON, and gives the path."""

    def write(content, name="data.json"):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def nested(*questions, context="Two cats, no dog, two cats."):
    """A data set of one paragraph."""
    return {"data": [{"title": "T", "paragraphs": [{"context": context, "qas": list(questions)}]}]}


def question(**parts):
    return {"id": "q1", "question": "Who?", **parts}


def test_a_file_of_an_annotation_tool_is_read(write):
    data = read_squad(write(ANNOTATED))
    assert data.examples == [Example("262", 0, "What helps?", (Answer("Masks", 0),))]
    assert (data.titles, data.contexts, data.problems) == (["", ""], ["Masks help.", "Hands."], [])


@pytest.mark.parametrize("number", [0, -3, 262, 10**30])
def test_a_whole_number_as_id_becomes_its_decimal_text(write, number):
    (example,) = read_squad(write(nested(question(id=number)))).examples
    assert example.id == str(number)


@pytest.mark.parametrize(
    "ids, line",
    [
        ((5, "5"), 'expected a new id, got "5"; 5 came before, in article 0 "T", paragraph 0'),
        (("5", 5), 'expected a new id, got 5; "5" came before, in article 0 "T", paragraph 0'),
        ((5, 5), 'expected a new id, got 5; 5 came before, in article 0 "T", paragraph 0'),
        (("x", "x"), 'expected a new id, got "x"; "x" came before, in article 0 "T", paragraph 0'),
    ],
)
@pytest.mark.parametrize("texts", [True, False])
def test_ids_that_become_equal_are_an_error_that_names_both(write, ids, line, texts):
    path = write(nested(*(question(id=value) for value in ids)))
    with pytest.raises(InputError) as caught:
        read_squad_file(str(path), texts)
    place = f'{path}: article 0 "T", paragraph 0, question 1 (numbers count from 0): '
    assert str(caught.value) == place + line


@pytest.mark.parametrize("value", [True, 1.0, None, [], {}])
def test_no_other_id_is_read(write, value):
    with pytest.raises(InputError, match='question 0 .*: expected "id" to be text or a whole num'):
        read_squad(write(nested(question(id=value))))


UNANSWERABLE, UNKNOWN = (), None
CATS = {"text": "cats", "answer_start": 4}


@pytest.mark.parametrize(
    "parts, answers",
    [
        ({}, UNKNOWN),
        ({"answers": None}, UNKNOWN),
        ({"answers": None, "is_impossible": False}, UNKNOWN),
        ({"answers": []}, UNANSWERABLE),
        ({"answers": {"text": [], "answer_start": []}}, UNANSWERABLE),
        ({"is_impossible": True}, UNANSWERABLE),
        ({"is_impossible": True, "answers": [CATS], "plausible_answers": 3}, UNANSWERABLE),
        ({"is_impossible": "true", "answers": [CATS]}, (Answer("cats", 4),)),
        ({"answers": {"text": ["cats"], "answer_start": [4]}}, (Answer("cats", 4),)),
        ({"answers": [CATS], "answer_category": None}, (Answer("cats", 4),)),
    ],
)
@pytest.mark.parametrize("flat", [True, False])
def test_what_is_known_of_the_answers(write, parts, answers, flat):
    item = question(**parts)
    content = [{"context": "Two cats.", **item}] if flat else nested(item)
    data = read_squad(write(content))
    assert data.examples[0].answers == answers and data.problems == []
    scored = read_squad_file(str(write(content)), texts=False).examples[0].answers
    assert scored == (answers and (Answer("cats", -1),))


@pytest.mark.parametrize(
    "answers",
    [
        [{"text": "cats"}],
        [{"text": "cats", "answer_start": None}],
        {"text": ["cats"]},
        {"text": ["cats"], "answer_start": None},
        {"text": ["cats"], "answer_start": [None]},
    ],
)
def test_an_answer_without_its_place_is_kept_for_scoring_and_told(write, answers):
    path = write(nested(question(answers=answers)))
    data = read_squad(path)
    assert data.examples[0].answers == (Answer("cats", -1),)
    assert data.problems == [
        f'{path}: article 0 "T", paragraph 0, question "q1" (numbers count from 0): expected an '
        '"answer_start" with the answer "cats", got none; kept for scoring, without its place; '
        "as no answer has one, the question is not trained on"
    ]
    assert preprocess(data).start_pos.tolist() == [-1]


def test_the_first_answer_that_has_a_place_is_trained_on(write):
    """Tokens: Two cats , no dog , two cats . The first answer is at the wrong place."""
    golds = [{"text": "dog", "answer_start": 3}, {"text": " ", "answer_start": 3}, CATS]
    data = read_squad(write(nested(question(answers=golds))))
    assert [gold.char_start for gold in data.examples[0].answers] == [-1, 3, 4]
    arrays = preprocess(data)
    assert (arrays.start_pos.tolist(), arrays.end_pos.tolist()) == ([1], [1])
    (line,) = data.problems
    assert line.endswith(
        '"dog" at answer_start 3, found " ca"; kept for scoring, without its place'
    )


def test_a_place_counted_from_the_end_is_no_place(write):
    golds = [{"text": "cats.", "answer_start": -5}]
    data = read_squad(write(nested(question(answers=golds))))
    assert data.examples[0].answers == (Answer("cats.", -1),) and len(data.problems) == 1


def test_an_article_may_have_the_keys_of_a_row_too(write):
    content = nested(question(answers=[CATS]))
    content["data"][0].update(context="extra", question=None)
    assert read_squad(write(content)).examples == [Example("q1", 0, "Who?", (Answer("cats", 4),))]


def as_nested(rows, titles):
    """The nested file with the articles of these titles that says what the rows say."""
    articles = []
    for title in titles:
        paragraphs = {}
        for row in rows:
            answers = [
                {"text": text, "answer_start": start}
                for text, start in zip(*row["answers"].values(), strict=True)
            ]
            qas = {"id": row["id"], "question": row["question"], "answers": answers}
            if row["title"] == title:
                paragraphs.setdefault(row["context"], []).append(qas)
        pairs = paragraphs.items()
        articles.append(
            {"title": title, "paragraphs": [{"context": c, "qas": q} for c, q in pairs]}
        )
    return {"version": "1.1", "data": articles}


FORMS = {
    "lines": LINES,
    "a list": json.dumps(ROWS),
    "lines without the last line feed": LINES.rstrip("\n"),
    "lines of Windows, and empty ones": LINES.replace("\n", "\r\n\r\n"),
    "objects of several lines": "\n".join(json.dumps(row, indent=2) for row in ROWS),
    "a list under data": json.dumps({"version": "1.1", "data": ROWS}),
    "other keys": json.dumps([{**row, "paragraph": 3, "meta": {"data": []}} for row in ROWS]),
    "answers one by one": json.dumps(
        [
            {**row, "answers": [{"text": t, "answer_start": s} for t, s in zip(*pair, strict=True)]}
            for row in ROWS
            for pair in [row["answers"].values()]
        ]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_read_in_every_form(write, form):
    data = read_squad(write(FORMS[form]))
    assert data.contexts == ["Two  cats,\nno dog.", "🐝 bees", "Two  cats,\nno dog."]
    assert data.titles == ["T", "T", "U"]
    assert data.examples == [
        Example("a", 0, "How many?", (Answer("Two", 0), Answer("Two  cats", 0))),
        Example("b", 1, "Who?", (Answer("bees", 2),)),
        Example("c", 0, "Which cat?", ()),
        Example("d", 2, "Who?", (Answer("no dog", 11),)),
    ]
    assert data.problems == []


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_rows_may_be_packed_and_begin_with_a_mark(tmp_path, mark, pack):
    (tmp_path / "rows").write_bytes(pack(mark + LINES.encode()))
    assert [example.id for example in read_squad(tmp_path / "rows").examples] == list("abcd")


def test_one_row_alone_is_a_data_set(write):
    assert read_squad(write(ROWS[1])).examples == [
        Example("b", 0, "Who?", (Answer("bees", 2),)),
    ]


def test_articles_may_stand_one_on_each_line_and_alone(write):
    content = as_nested(ROWS, "TU")
    expected = read_squad(write(content))
    lines = "\n".join(map(json.dumps, content["data"]))
    for form in (lines, content["data"]):
        data = read_squad(write(form))
        assert (data.contexts, data.examples) == (expected.contexts, expected.examples)
    assert read_squad(write(content["data"][0])).examples == expected.examples[:3]


@pytest.mark.parametrize("name", ["tiny-v1.1.json", "small-train-v1.1.json"])
def test_the_rows_of_a_file_say_what_the_file_says(write, fixtures_dir, flat_rows, name):
    theirs = read_squad(fixtures_dir / name)
    data = read_squad(write("\n".join(map(json.dumps, flat_rows(fixtures_dir / name)))))
    asked = sorted({example.context_index for example in theirs.examples})
    assert data.contexts == [theirs.contexts[i] for i in asked]
    assert data.titles == [theirs.titles[i] for i in asked]
    places = {index: place for place, index in enumerate(asked)}
    assert data.examples == [
        example._replace(context_index=places[example.context_index]) for example in theirs.examples
    ]


@pytest.mark.parametrize(
    "change, line",
    [
        ({"id": None}, '"id" to be text or a whole number, got null'),
        ({"context": None}, 'row 2 (numbers count from 0): expected "context" to be text, got n'),
        ({"question": 3}, 'row 2, question "c" (numbers count from 0): expected "question" to be'),
        ({"answers": {"text": "x", "answer_start": 0}}, 'expected "text" to be a list, got "x"'),
        ({"answers": {"text": ["Two"], "answer_start": []}}, 'as of "text", 1, got 0'),
        ({"answers": {"text": ["Two"], "answer_start": ["0"]}}, 'to be a whole number, got "0"'),
        ({"answers": {"answer_start": [0]}}, 'expected a key "text", got none'),
        ({"id": "a"}, 'row 2 (numbers count from 0): expected a new id, got "a"; "a" came befor'),
        ({"id": "a\nb\x85", "question": 1}, r'question "a\nb\x85"'),
    ],
)  # fmt: skip
def test_a_broken_row_is_named(write, change, line):
    rows = [*ROWS[:2], {**ROWS[2], **change}, ROWS[3]]
    with pytest.raises(InputError) as caught:
        read_squad(write("\n".join(map(json.dumps, rows))))
    message = str(caught.value)
    assert line in message and "data.json: row 2" in message and message.isprintable()


def test_a_broken_line_is_named(write):
    lines = LINES.splitlines()
    with pytest.raises(InputError, match=r"data\.json: expected JSON in UTF-8, got: .* line 3 "):
        read_squad(write("\n".join([*lines[:2], lines[2][:-9], lines[3]])))


def test_a_file_of_something_else_is_told_what_is_missing(write):
    with pytest.raises(InputError, match='data.json: expected a key "data", got none'):
        read_squad(write({"q1": "an answer"}))
    with pytest.raises(InputError, match='article 1 .*: expected a key "paragraphs", got none'):
        read_squad(write(ROWS[:1] + [{"q1": "an answer"}]))


def test_questions_without_gold_answers_cannot_be_scored(write):
    path = write([*ROWS, question(id=7, context="?"), question(id="é\n", context="?")])
    with pytest.raises(InputError) as caught:
        expect_golds(read_squad(path))
    assert str(caught.value) == (
        f'{path}: expected "answers" of every question, to score, got none of question "7" (the '
        "first of 2 such, of 6 questions)"
    )
    expect_golds(read_squad(write(ROWS)))


NESTED = json.dumps(nested(question(answers=[CATS], is_impossible=False), question(id=2)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just("a\n\x85\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=3,
)
KEYS = ["id", "title", "context", "question", "answers", "text", "answer_start", "data", "x\n"]


@st.composite
def damaged(draw):
    """A file's text with some values or keys exchanged."""
    content = json.loads(draw(st.sampled_from([NESTED, json.dumps(ROWS), json.dumps(ANNOTATED)])))
    for _ in range(draw(st.integers(1, 3))):
        place, above = content, []
        while isinstance(place, list | dict) and place and draw(st.booleans() | st.just(True)):
            key = draw(
                st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))
            )
            above.append((place, key))
            place = place[key]
        if above:
            parent, key = draw(st.sampled_from(above))
            parent[key] = draw(VALUES)
            if isinstance(parent, dict) and draw(st.booleans()):
                parent[draw(st.sampled_from(KEYS))] = parent.pop(key)
    return "\n".join(map(json.dumps, content)) if isinstance(content, list) else json.dumps(content)


@settings(max_examples=300, deadline=None)
@given(text=damaged(), texts=st.booleans())
def test_any_damage_is_read_or_told_in_one_line(tmp_path_factory, text, texts):
    path = tmp_path_factory.getbasetemp() / "damaged-format.json"
    path.write_text(text, encoding="utf-8")
    try:
        data = read_squad_file(str(path), texts)
        lines = data.problems
        assert all(0 <= example.context_index < len(data.contexts) for example in data.examples)
    except InputError as error:
        lines = [str(error)]
    for line in lines:
        assert line.startswith(f"{path}: ") and line.splitlines() == [line]
        assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", line)
