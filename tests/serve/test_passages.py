"""Passages: every token in one of them, slices of the text, joined as far as they fit."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.data.tokenizer import token_spans
from squad_reader.serve.passages import passages_of

PIECES = st.sampled_from(["a", "b c", "\n", "\n\n", " \n\t\n", "\r\n\r\n", " ", "é.", "🚲", "\r\r"])


@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 6))
def test_every_token_is_in_one_passage_at_its_place(text, most):
    found = passages_of(text, most)
    tokens = []
    for passage in found:
        start = passage.char_start
        assert text[start : start + len(passage.text)] == passage.text
        spans = [(start + first, start + last) for first, last in token_spans(passage.text)]
        assert len(spans) == passage.tokens > 0
        tokens += spans
    assert tokens == token_spans(text)


@given(st.lists(PIECES, max_size=30).map("".join), st.integers(1, 6))
def test_a_passage_is_too_long_only_where_a_paragraph_is(text, most):
    for passage in passages_of(text, most):
        assert passage.tokens <= most or "\n\n" not in passage.text


@pytest.mark.parametrize("blank", ["\n\n", "\n \t\n\n", "\r\n\r\n", "\r\n  \r\n", "\r\r"])
def test_blank_lines_of_all_systems_part_paragraphs(blank):
    text = f"One two.{blank}Three."
    assert [each.text for each in passages_of(text, 3)] == ["One two.", "Three."]
    assert [each.text for each in passages_of(text, 5)] == [text]


@pytest.mark.parametrize("text", ["", " \n\n ", "\n"])
def test_a_text_without_a_token_has_no_passage(text):
    assert passages_of(text, 5) == []


def test_many_short_paragraphs_are_cut_in_a_moment():
    """In one second, and not in twenty."""
    begin = time.monotonic()
    assert len(passages_of("a\n\n" * 150_000, 300)) == 500
    assert time.monotonic() - begin < 10
