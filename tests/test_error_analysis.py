"""scripts/error_analysis.py: tables counted by hand, the n-best scores, the sample of errors."""

import json

import error_analysis
import pytest

CONTEXT = "Zorn met Alma in Riga in 1901, and Alma met Zorn again."
QUESTIONS = [  # id, question, gold answer, n-best answers
    ("a", "Who met Alma?", "Zorn", ["Zorn", "Alma"]),
    ("b", "In what year did Zorn meet Alma?", "1901", ["in 1901", "Riga", "1901"]),
    ("c", "How many met?", "Zorn met Alma", ["Riga"]),
]


@pytest.fixture
def files(tmp_path):
    """A data set and n-best lists of three questions, one right, one half, one wrong."""
    questions = [
        {"id": name, "question": q, "answers": [{"text": a, "answer_start": CONTEXT.index(a)}]}
        for name, q, a, _ in QUESTIONS
    ]
    article = {"title": "T", "paragraphs": [{"context": CONTEXT, "qas": questions}]}
    data, nbest = tmp_path / "data.json", tmp_path / "nbest.json"
    data.write_text(json.dumps({"version": "1.1", "data": [article]}))
    nbest.write_text(json.dumps({name: list(map(answer, found)) for name, *_, found in QUESTIONS}))
    return data, nbest


def answer(text):
    start = CONTEXT.index(text)
    return {
        "text": text,
        "char_start": start,
        "char_end": start + len(text),
        "probability": 0.25,
    }


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("How many met?", "how many"),
        ("In how far is it so, and why?", "how"),
        ("To whom did Zorn write?", "who"),
        ("Whatever happened?", "other"),
        ("", "other"),
    ],
)
def test_the_question_word_is_the_first_one(question, word):
    assert error_analysis.question_word(question) == word


@pytest.mark.parametrize(
    ("number", "group"), [(0, "up to 2"), (2, "up to 2"), (3, "3 to 5"), (5, "3 to 5")]
)
def test_a_bin_says_what_is_in_it(number, group):
    assert error_analysis.bin_of(number, (2, 5)) == group
    assert error_analysis.bin_of(6, (2, 5)) == "over 5"


def test_tables_and_best_of_n(files, capsys):
    assert error_analysis.main([*map(str, files)]) == 0
    rows = capsys.readouterr().out.splitlines()
    for row in (
        "| who | 1 | 100.0 | 100.0 |",
        "| what | 1 | 66.7 | 0.0 |",  # "in 1901": precision 1/2, recall 1
        "| how many | 1 | 0.0 | 0.0 |",
        "| up to 1 | 2 | 83.3 | 50.0 |",
        "| up to 75 | 3 | 55.6 | 33.3 |",
        "| 1 | 55.56 | 33.33 |",
        "| 2 | 55.56 | 33.33 |",
        "| 3 | 66.67 | 66.67 |",
    ):
        assert row in rows


def test_wrong_answers_are_shown_in_their_place(files, capsys):
    assert error_analysis.main([*map(str, files), "--show=100"]) == 0
    out = capsys.readouterr().out
    assert "T, a:" not in out
    assert "T, b: F1 67" in out
    assert "gold in:  Zorn met Alma in Riga in [[1901]], and" in out
    assert "found in: Zorn met Alma in Riga [[in 1901]], and" in out


def test_a_question_without_an_answer_is_one_line(files, capsys):
    data, nbest = files
    nbest.write_text("{}")
    assert error_analysis.main([str(data), str(nbest)]) == 2
    assert "nbest.json: expected answers to a, got none" in capsys.readouterr().err
