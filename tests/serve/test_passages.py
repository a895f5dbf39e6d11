"""Passages: every token in one of them, slices of the text, joined as far as they fit, or cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.data.tokenizer import token_spans
from squad_reader.serve.passages import BLANK_LINE, passages_of

PIECES = st.sampled_from(
    ["a", "b c", "\n", "\n\n", " \n\t\n", "\r\n\r\n", " ", "é.", "🚲", "\r\r"]
    + ["Long one. ", "Other!) ", "third?\n", "don't", "1,000", "U.S. ", "...", "\r\n"]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)
NUMBERS = st.integers(1, 6)


@given(TEXTS, NUMBERS, NUMBERS, st.integers(0, 5))
def test_every_token_is_in_a_passage_at_its_place(text, most, whole, overlap):
    overlap = min(overlap, most - 1)
    found = passages_of(text, most, whole, overlap)
    tokens = []
    for passage in found:
        shared = len(tokens) - passage.first
        assert shared in (0, overlap)
        start = passage.char_start
        assert text[start : start + len(passage.text)] == passage.text
        spans = [(start + first, start + last) for first, last in token_spans(passage.text)]
        assert (passage.spans + start).tolist() == [list(span) for span in spans] != []
        assert spans[:shared] == tokens[passage.first :]
        tokens += spans[shared:]
    assert tokens == token_spans(text)


@given(TEXTS, NUMBERS, NUMBERS)
def test_the_first_tokens_of_paragraphs_are_known(text, most, whole):
    for passage in passages_of(text, most, whole, most // 2):
        for number in range(1, passage.tokens):
            between = passage.text[passage.spans[number - 1, 1] : passage.spans[number, 0]]
            assert (number in passage.paragraphs) == bool(BLANK_LINE.search(between))


@given(TEXTS, NUMBERS, NUMBERS)
def test_a_passage_is_too_long_only_where_a_paragraph_is_that_is_not_cut(text, most, whole):
    for passage in passages_of(text, most, whole, most // 2):
        assert passage.tokens <= most or passage.tokens <= whole and "\n\n" not in passage.text


@given(TEXTS, NUMBERS)
def test_a_paragraph_that_is_not_too_long_is_not_cut(text, most):
    paragraphs = [each for each in text.split("\n\n") if "\n" not in each and "\r" not in each]
    for paragraph in paragraphs:
        tokens = len(token_spans(paragraph))
        assert len(passages_of(paragraph, most, tokens)) == min(tokens, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # At ends of lines that end a sentence.
        ("One two. Three four.\nFive six.", ["One two. Three four.", "Five six."]),
        ("One two\nthree. Four.\r\nFive six.", ["One two\nthree. Four.", "Five six."]),
        # At ends of sentences, with the quote or bracket behind them.
        ("One two (three.) Four five.", ["One two (three.)", "Four five."]),
        ("One two “three.” Four five.", ["One two “three.”", "Four five."]),
        ("Met Mr. Zorn of the U.S. today. Left.", ["Met Mr. Zorn of the", "U.S. today. Left."]),
        # At ends of lines.
        (
            "one two three\nfour five six seven\neight",
            ["one two three", "four five six seven\neight"],
        ),
        # Anywhere.
        ("a b c d e f g h", ["a b c d e f", "g h"]),
        ("a,b,c,d", ["a,b,c,", "d"]),
    ],
)
def test_a_long_paragraph_is_cut_at_the_best_places(text, expected):
    assert [each.text for each in passages_of(text, 6, 6)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c d e f g h i j k", ["a b c d", "c d e f g h", "g h i j k"]),
        ("a b c d\ne f g\nh i", ["a b c d", "c d\ne f g", "f g\nh i"]),
        # Not at the end of a sentence or of a paragraph.
        ("One two three. Four five six seven.", ["One two three.", "Four five six seven."]),
        ("a b c d e f g h\n\ni j k", ["a b c d", "c d e f g h", "i j k"]),
    ],
)
def test_passages_overlap_where_a_sentence_is_cut(text, expected):
    assert [each.text for each in passages_of(text, 6, 6, 2)] == expected


def test_what_is_left_of_a_long_paragraph_is_joined_with_the_next():
    text = "one two three four\nfive\n\nsix"
    assert [each.text for each in passages_of(text, 4, 4)] == ["one two three four", "five\n\nsix"]


@pytest.mark.parametrize("blank", ["\n\n", "\n \t\n\n", "\r\n\r\n", "\r\n  \r\n", "\r\r"])
def test_blank_lines_of_all_systems_part_paragraphs(blank):
    text = f"One two.{blank}Three."
    assert [each.text for each in passages_of(text, 3, 9)] == ["One two.", "Three."]
    assert [each.text for each in passages_of(text, 5, 9)] == [text]


@pytest.mark.parametrize("text", ["", " \n\n ", "\n"])
def test_a_text_without_a_token_has_no_passage(text):
    assert passages_of(text, 5, 9) == []


@pytest.mark.parametrize("paragraph", ["a\n\n", "a\n"])
def test_many_short_paragraphs_are_cut_in_a_moment(paragraph):
    """In one second, and not in twenty."""
    begin = time.monotonic()
    assert len(passages_of(paragraph * 150_000, 300, 600)) == 500
    assert time.monotonic() - begin < 10
