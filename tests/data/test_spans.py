"""What `spans` promises: the smallest run of tokens, exact where nothing is added, and back.

Expected values come from counting characters by hand, and from trying all runs of tokens.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.data.spans import char_to_token_span, token_to_char_span
from squad_reader.data.tokenizer import token_spans

#          0         1         2
#          0123456789012345678901234
CONTEXT = "  The don't  of 1990s. "
TOKENS = ["The", "do", "n't", "of", "1990s", "."]
STARTS, ENDS = [2, 6, 8, 13, 16, 21], [5, 8, 11, 15, 21, 22]


def test_the_offsets_above_are_those_of_the_context():
    places = zip(STARTS, ENDS, strict=True)
    assert [CONTEXT[start:end] for start, end in places] == TOKENS


@pytest.mark.parametrize(
    "characters, tokens, exact",
    [
        # exactly tokens
        ((2, 5), (0, 0), True),  # The
        ((6, 11), (1, 2), True),  # don't
        ((2, 22), (0, 5), True),  # everything
        ((21, 22), (5, 5), True),  # .
        # inside tokens
        ((16, 20), (4, 4), False),  # 1990
        ((20, 21), (4, 4), False),  # s
        ((7, 9), (1, 2), False),  # on
        ((3, 14), (0, 3), False),  # he don't  o
        # spaces are in no token
        ((5, 8), (1, 1), False),  # " do"
        ((6, 13), (1, 2), False),  # "don't  "
        ((0, 23), (0, 5), False),  # the whole context, with the spaces around it
        ((11, 14), (3, 3), False),  # "  o"
        # no token
        ((11, 13), (-1, -1), False),  # two spaces
        ((0, 2), (-1, -1), False),  # the first spaces
        ((22, 23), (-1, -1), False),  # the last space
        ((7, 7), (-1, -1), False),  # nothing, inside a token
        ((12, 12), (-1, -1), False),  # nothing, between tokens
        ((8, 6), (-1, -1), False),  # backwards
        ((-1, 4), (-1, -1), False),  # unknown place
        ((-1, -1), (-1, -1), False),
        # outside the context
        ((23, 30), (-1, -1), False),
        ((21, 30), (5, 5), False),  # begins inside
    ],
)
@pytest.mark.parametrize("kind", [list, tuple, np.int32])
def test_finds_the_tokens_of_some_characters(characters, tokens, exact, kind):
    as_kind = kind if isinstance(kind, type) and issubclass(kind, (list, tuple)) else np.array
    found = char_to_token_span(as_kind(STARTS), as_kind(ENDS), *characters)
    assert found == (*tokens, exact)
    assert list(map(type, found)) == [int, int, bool]


def test_a_context_without_tokens_gives_none():
    assert char_to_token_span([], [], 0, 3) == (-1, -1, False)


@pytest.mark.parametrize(
    "tokens, text", [((0, 0), "The"), ((1, 2), "don't"), ((2, 4), "n't  of 1990s")]
)
def test_characters_of_tokens_are_a_slice_of_the_context(tokens, text):
    start, end = token_to_char_span(np.array(STARTS), np.array(ENDS), *tokens)
    assert CONTEXT[start:end] == text
    assert type(start) is int and type(end) is int  # as JSON needs them


TEXTS = st.text(alphabet="ab n't’1,.-  \n", max_size=30)


@given(TEXTS, st.data())
def test_tokens_to_characters_and_back_is_the_identity(text, data):
    spans = token_spans(text)
    if not spans:
        return
    starts, ends = zip(*spans, strict=True)
    start_pos = data.draw(st.integers(0, len(spans) - 1))
    end_pos = data.draw(st.integers(start_pos, len(spans) - 1))
    characters = token_to_char_span(starts, ends, start_pos, end_pos)
    assert char_to_token_span(starts, ends, *characters) == (start_pos, end_pos, True)


@given(TEXTS, st.data())
def test_no_smaller_run_of_tokens_covers_the_characters(text, data):
    spans = token_spans(text)
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    char_start = data.draw(st.integers(0, len(text)))
    char_end = data.draw(st.integers(char_start, len(text)))
    wanted = {i for i in range(char_start, char_end) if not text[i].isspace()}
    runs = [
        (last - first, first, last)
        for first in range(len(spans))
        for last in range(first, len(spans))
        if wanted <= set(range(starts[first], ends[last]))
    ]
    _, start_pos, end_pos = min(runs) if wanted else (0, -1, -1)
    found = char_to_token_span(starts, ends, char_start, char_end)
    assert found[:2] == (start_pos, end_pos)
    assert found[2] == (
        bool(wanted) and text[char_start:char_end] == text[starts[start_pos] : ends[end_pos]]
    )
