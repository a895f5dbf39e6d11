"""What the page says of a report, read as text: numbers with what they mean, and warnings."""

import pytest

from squad_reader.report.error_kinds import KINDS


@pytest.fixture(scope="module")
def page(ten, read):
    return read(ten.page)


def test_both_intervals_stand_in_columns_of_their_own(ten, page):
    heads, *rows = page.tables["Scores of 600 questions, in percent"]
    assert heads == ["reader", "F1", "EM", "F1, by questions", "EM, by questions"]
    for reader, row in zip(ten.contents["readers"], rows[-2:], strict=True):
        f1, exact = reader["f1"], reader["exact_match"]
        assert row[0] == reader["name"]
        assert row[1] == f"{f1['over_clusters']['mean']:.1f} ({page.bounds(f1['over_clusters'])})"
        assert row[3:] == [page.bounds(each["over_questions"]) for each in (f1, exact)]
        assert row[3] not in row[1]


def test_right_or_wrong_by_article_is_far_less_sure_than_questions_say(ten, page):
    """A is right on half of the articles: 30 paragraphs are 30 throws of a coin, not 600."""
    found = ten.contents["readers"][0]["exact_match"]
    assert found["over_clusters"]["standard_error"] == pytest.approx(50 / 30**0.5, rel=0.1)
    assert found["over_questions"]["standard_error"] == pytest.approx(50 / 600**0.5, rel=0.1)
    row = page.tables["Scores of 600 questions, in percent"][-2]
    assert row[2] == f"50.0 ({page.bounds(found['over_clusters'])})"
    assert row[4] == page.bounds(found["over_questions"])
    about = "600 questions; in brackets 95 % intervals over 30 paragraphs, 500 resamples"
    assert about in ten.printed and row[2] in ten.printed


def test_the_page_says_what_was_drawn_and_why_questions_are_too_narrow(page):
    text = page.one("p", "Intervals hold the middle")
    assert "the middle 95 % of 500 resamples of 30 paragraphs (seed 1)" in text
    assert "are too narrow: questions about one text are alike" in text
    assert "So few of them" not in text and "too few" not in text


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (5, "fewer than 6, too few for an interval"),
        (6, "in about 87 of 100 cases where there are 6"),
    ],
)
def test_few_clusters_are_told(made, make_report, read, tmp_path, number, told):
    data, golds = made.by_article(number, 1, 5)
    done = make_report(tmp_path, data, {"r": golds | {"0-0-0": ""}}, resamples=100)
    assert told in read(done.page).one("p", "Intervals hold the middle")
    bounds = done.contents["readers"][0]["f1"]["over_clusters"]["low"]
    assert (bounds is None) == (number == 5)
    assert ("too few" in done.printed) == (number == 5)


def test_what_is_to_know_first(ten, page):
    warnings, warning = page.texts["li"], page.one("li", "Expected at least 30 articles")
    assert warning == ten.contents["data"]["clusters"]["warning"]
    assert "got 10 articles: paragraphs are drawn" in warning
    missing = "questions without a prediction; they score 0 and stay in the denominator"
    assert f"B: 1 {missing}: 9-2-1" in warnings
    assert "B: 1 ids that the data does not have; left out: stranger" in warnings
    assert "B: 1 ids that come more than once; the last answer counts: 9-2-0" in warnings
    assert "A: 60 questions have no n-best list." in warnings


def test_a_file_of_a_group_is_told_of_too(ten, page):
    (group,) = [each for each in ten.contents["seeds"]["groups"] if each["name"] == "T"]
    (file,) = group["files"]
    ids = (file["missing"], file["unknown"], file["repeated"])
    assert ids == (["9-2-1"], ["stranger"], ["9-2-0"])
    name = f"T, {file['path']}"
    assert f"{name}: 1 ids that the data does not have; left out: stranger" in page.texts["li"]
    assert f"{name}: 1 ids that come more than once; the last answer counts (" in ten.printed
    assert file["signature_fields"]["unanswered"] == "1"
    others = [each for each in ten.contents["seeds"]["groups"] if each["name"] == "S"]
    assert [each["signature_fields"]["unanswered"] for each in others[0]["files"]] == ["0"] * 3


def test_the_terminal_counts_odd_ids_too(ten):
    lines = ten.printed.splitlines()
    unknown = "B: 1 ids that the data does not have; left out (report.json has their ids)."
    assert unknown in lines
    twice = "B: 1 ids that come more than once; the last answer counts (report.json has their ids)."
    assert twice in lines


def test_people_stand_above_the_readers(page):
    rows = page.tables["Scores of 600 questions, in percent"]
    assert [row[0] for row in rows[1:]] == ["people: second gold answer", "A", "B"]
    text = page.one("p", "The published")
    assert "The published 82.3 EM and 91.2 F1 of people are over the test set" in text
    left = "300 questions; 300 left out, since they have no second gold answer."
    assert left in page.texts["p"]
    heads, *rows = page.tables["Against the other gold answers, without the second gold answer"]
    assert heads == ["who", "F1", "EM"]
    assert [row[0] for row in rows] == ["people: second gold answer", "A", "B"]


def test_kinds_of_error_have_their_rules_and_add_up(ten, page):
    heads, *rows = page.tables["Share of all questions"]
    assert heads == ["kind", "A", "B", "rule"]
    for kind, row in zip(KINDS, rows, strict=False):
        assert (row[0], row[3]) == (kind.title, kind.definition)
    assert rows[-1] == ["all", *["100.0 % (600)"] * 2, "Each question is in one row."]
    for column in (1, 2):
        shown = [row[column].split(" % (") for row in rows[:-1]]
        assert sum(int(number.rstrip(")")) for _, number in shown) == 600
        assert sum(float(share) for share, _ in shown) == pytest.approx(100, abs=0.5)


def test_the_signatures_stand_at_the_end_with_their_readers(ten, page):
    lines = [reader["signature"] for reader in ten.contents["readers"]]
    assert page.texts["pre"] == lines and "unanswered:1|" in lines[1]
    of_a, of_b = (text for text in page.texts["p"] if text.startswith(("A, S", "B, T")))
    assert of_a.startswith("A, S, ") and of_b.startswith("B, T, ")


def test_answers_of_other_readers_stand_under_an_error(ten, page):
    errors = ten.contents["errors"]
    assert errors["reader"] == "B" and errors["shown"][0]["others"] == {"A": "hot"}
    golds = errors["shown"][0]["golds"]
    found = list(zip(page.texts["dt"], page.texts["dd"], strict=True))[: len(golds) + 2]
    assert found == [("B", "by fusion"), *(("gold", each) for each in golds), ("A", "hot")]


def test_the_surest_half_and_the_area_are_of_answers_with_a_probability(ten, page):
    heads, row = page.tables["If it answered less"]
    assert heads[:4] == ["reader", "answers", "F1, surest half", "F1, area"]
    # Of nine articles, five are surer, of which three are right: 3 / 5 of these answers.
    assert row[:3] == ["A", "540", "60.0"]
    area = ten.contents["nbest"]["A"]["coverage"]["f1"]["area"]
    assert row[3] == f"{area:.1f}"
    assert page.one("p", "a known probability (“answers”)").startswith("Of 600 ")
