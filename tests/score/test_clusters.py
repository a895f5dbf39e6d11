"""Clusters: articles where there are enough of them, else paragraphs and a warning."""

import pytest

from squad_reader.data.squad_data import Example, SquadData
from squad_reader.score.clusters import choose_clusters


def make_data(titles, contexts_of_questions):
    examples = [Example(f"q{i}", c, "?", ()) for i, c in enumerate(contexts_of_questions)]
    contexts = [f"Context {i}." for i in range(len(titles))]
    return SquadData("", titles, contexts, examples, [])


def test_thirty_articles_are_the_clusters():
    titles = [f"T{i // 2}" for i in range(60)]  # two paragraphs each
    found = choose_clusters(make_data(titles, [*range(60), 0, 59]))
    assert (found.unit, found.number, found.warning) == ("articles", 30, "")
    assert found.of_question.tolist() == [i // 2 for i in range(60)] + [0, 29]


@pytest.mark.parametrize(
    ("titles", "got"),
    [
        ([f"T{i}" for i in range(29)], "3 articles"),
        ([""] + [f"T{i}" for i in range(40)], "questions without an article's title"),
    ],
)
def test_too_few_or_unknown_articles_leave_paragraphs(titles, got):
    found = choose_clusters(make_data(titles, [5, 0, 5, 3]))
    assert found.of_question.tolist() == [0, 1, 0, 2]
    assert (found.unit, found.number) == ("paragraphs", 3)
    assert found.warning.startswith(f"Expected at least 30 articles to draw from, got {got}: ")
    assert "intervals may be too narrow and p too small" in found.warning
    assert found.warning.endswith("that is claimed may be one of these articles alone.")
    assert found.articles is None


def test_from_six_to_29_articles_are_tested_beside_the_paragraphs():
    for number, tested in ((5, False), (6, True), (29, True)):
        titles = [f"T{i // 3}" for i in range(3 * number)]
        found = choose_clusters(make_data(titles, range(3 * number)))
        assert (found.unit, found.number) == ("paragraphs", 3 * number)
        assert (found.articles is not None) == tested
        assert (f"the same test over the {number} articles finds it too" in found.warning) == tested
        if found.articles is not None:
            assert found.articles.tolist() == [i // 3 for i in range(3 * number)]
    assert choose_clusters(make_data(titles + ["x"] * 3, range(90))).articles is None  # 30 of them


def test_a_paragraph_that_stands_there_for_each_question_is_one_cluster():
    data = make_data(["T", "T", "T", "U"], range(4))
    data.contexts[:] = ["same", "other", "same", "same"]
    found = choose_clusters(data)
    assert found.of_question.tolist() == [0, 1, 0, 2] and found.number == 3


def test_many_articles_do_not_help_where_one_has_no_title():
    titles = ["", "", *(f"T{i}" for i in range(40))]
    assert choose_clusters(make_data(titles, range(42))).number == 42


def test_articles_without_a_question_do_not_count():
    titles = [f"T{i}" for i in range(40)]
    assert choose_clusters(make_data(titles, range(29))).unit == "paragraphs"
