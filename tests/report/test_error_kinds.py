"""Kinds of error by hand; their shares add up."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.data.squad_data import Answer, Example
from squad_reader.report.error_kinds import KINDS, Judged, judge, places_of, shares
from squad_reader.report.scoring import GoldScorer
from squad_reader.report.sentences import Sentences

CONTEXT = "Ann Lee met Bo in Riga. Bo sold red boats in Oslo and Riga."


def judged(answer, *golds, char_start=None, context=CONTEXT):
    answers = tuple(Answer(text, start) for text, start in golds)
    scorer = GoldScorer([text for text, _ in golds])
    right = answer is not None and scorer.scores(answer)[0] > 0
    example = Example("q", 0, "?", answers)
    return judge(example, scorer, Sentences(context), answer, right, char_start)


def kind(*args, **kwargs):
    return judged(*args, **kwargs).kind


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        ("the Ann Lee!", "right"),
        ("Ann Lee met", "too_long"),
        ("Lee", "too_short"),
        ("Lee met Bo", "shifted"),
        ("met", "same_sentence"),
        ("Riga", "same_sentence"),  # the one in the first sentence counts
        ("Oslo", "other_sentence"),
        ("red Lee", "not_in_context"),
        ("", "empty"),
        ("The -", "empty"),
        (None, "missing"),
    ],
)
def test_each_kind(answer, wanted):
    assert kind(answer, ("Ann Lee", 0)) == wanted


def test_a_known_place_decides():
    second = CONTEXT.rindex("Riga")
    assert kind("Riga", ("Ann Lee", 0), char_start=second) == "other_sentence"
    assert kind("Riga", ("Ann Lee", 0), char_start=1) == "same_sentence"  # it is not there


def test_the_place_that_decides_is_the_one_that_is_given():
    second = CONTEXT.rindex("Riga")
    assert judged("Riga", ("Oslo and", CONTEXT.index("Oslo"))).place == (second, second + 4)
    assert judged("Riga", ("Ann Lee", 0)).place == (18, 22)
    assert judged("Bo", ("Bo sold red", CONTEXT.index("Bo sold"))) == ("too_short", (24, 26))
    assert judged("Riga").place == (18, 22)  # of an answer in vain, the first
    assert judged("Riga", ("not there", -1)).place == (18, 22)
    for answer in ("red Lee", "", None, "Ann Lee"):
        assert judged(answer, ("Ann Lee", 0)).place is None


@pytest.mark.parametrize(
    ("answer", "context", "found"),
    [
        ("ann lee", CONTEXT, ["Ann Lee"]),
        ("u . s . $ 12 . 5", "The U.S. $12.5 bill.", ["U.S. $12.5"]),
        ("$12 . 5", "The U.S. $ 12.5 bill.", ["$ 12.5"]),
        ("strasse", "Die Stra\u00dfe, die STRASSE", ["Stra\u00dfe", "STRASSE"]),
        ("THE", "the other theatre, The", ["the", "The"]),
        ("heart", "the art", []),
        ("art", "Artist pART", []),
        ("Riga", "riga Riga", ["Riga"]),  # as it stands, before all others
        (" ", "a b", [" "]),
        ("\u00a0", "a b", []),
    ],
)
def test_case_and_spaces_do_not_matter_where_the_text_itself_is_not_there(answer, context, found):
    assert [context[start:end] for start, end in places_of(answer, context)] == found


def test_a_known_place_decides_of_lower_case_too():
    last = CONTEXT.rindex("Riga")
    found = judged("riga", ("Ann Lee", 0), char_start=last)
    assert found == ("other_sentence", (last, last + 4))
    assert kind("riga", ("Ann Lee", 0)) == "same_sentence"
    assert kind("lee", ("Ann Lee", 0)) == "too_short"


def test_the_gold_answer_with_most_words_in_common_is_compared():
    golds = ("red boats in Oslo", CONTEXT.index("red")), ("boats", CONTEXT.index("boats"))
    assert kind("red boats in", *golds) == "too_short"
    assert kind("sold red boats in Oslo", *golds) == "too_long"


def test_two_places_that_only_touch_share_nothing():
    assert kind(" met", ("Ann Lee", 0)) == "same_sentence"
    assert kind("Ann", ("met", 8), context="Ann met.") == "same_sentence"
    assert kind("Ann ", ("met", 4), context="Ann met.") == "same_sentence"


def test_a_gold_answer_at_the_first_character_stands_there_only():
    context = "Ann came. Then Ann sold red boats."
    assert kind("Ann sold", ("Ann", 0), context=context) == "other_sentence"
    assert kind("Ann sold", ("Ann", 15), context=context) == "too_long"


def test_a_gold_answer_without_a_known_place_is_looked_for():
    assert kind("Bo", ("Ann Lee met Bo", -1)) == "too_short"
    assert kind("Bo", ("not there", -1)) == "other_sentence"


def test_an_answer_where_there_is_none():
    assert kind("Riga") == "answered"
    assert kind("") == "right"


def test_places_overlap_too():
    assert places_of("aa", "aaa") == [(0, 2), (1, 3)]
    assert places_of("", "aaa") == []


@given(st.lists(st.sampled_from([each.key for each in KINDS]), min_size=1))
def test_shares_add_up(kinds):
    rows = shares([Judged(each) for each in kinds])
    assert [row["key"] for row in rows] == [each.key for each in KINDS]
    assert {row["key"]: row["questions"] for row in rows if row["questions"]} == Counter(kinds)
    assert sum(row["questions"] for row in rows) == len(kinds)
    assert sum(row["percent"] for row in rows) == pytest.approx(100)


SPANS = st.tuples(st.integers(0, 58), st.integers(1, 30))


@given(st.none() | SPANS, st.lists(SPANS, max_size=3))
def test_every_answer_has_a_kind_and_right_ones_are_those_with_em(span, golds):
    answer = None if span is None else CONTEXT[span[0] : sum(span)]
    texts = [(CONTEXT[start : start + length], start) for start, length in golds]
    found = kind(answer, *texts)
    exact = answer is not None and GoldScorer([text for text, _ in texts]).scores(answer)[0]
    assert (found == "right") == bool(exact)
    assert found in {each.key for each in KINDS}
