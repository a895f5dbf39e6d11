"""Kinds of questions and of answers, by rule."""

import pytest

from squad_reader.report.kinds import answer_kind, question_word


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("What is it?", "what"),
        ("To whom did he write?", "who"),
        ("WHOSE hat?", "who"),
        ("In which year, and where?", "which"),
        ("About how many were there?", "how many"),
        ("How much?", "how much"),
        ("How long?", "how long"),
        ("How did it end?", "how"),
        ("The whole somewhat nowhere?", "other"),
        ("", "other"),
    ],
)
def test_the_first_question_word_counts(question, word):
    assert question_word(question) == word


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("date", ["1931", "in 1931", "1990s", "February 7, 2016", "7 May", "Sunday", "1914–18"]),
        ("date", ["the 12th century", "1066 and 1088", "44 BC", "the early 1900s"]),
        (
            "number",
            ["12", "$1.5 million", "about 300", "5%", "two", "Twenty-five", "1,931", "10th"],
        ),
        (
            "name",
            ["Riga", "Bank of England", "Ludwig van der Rohe", "AFC", "Route 66", '"Hey Jude"'],
        ),
        ("other phrase", ["by bus", "because it is hot", "Red boats", "oneness", ""]),
    ],
)
def test_kinds_of_answers(kind, texts):
    assert {text: answer_kind(text) for text in texts} == dict.fromkeys(texts, kind)


def test_a_question_without_an_answer_has_its_own_kind():
    assert answer_kind(None) == "no answer"
