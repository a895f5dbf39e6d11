"""The characters of words: by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.data.features.characters import Characters
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData


def made(text, question=""):
    return preprocess(SquadData("", [""], [text], [Example("q", 0, question, None)], []))


def fitted(text, question="", **arguments):
    feature = Characters(**arguments)
    feature.fit(made(text, question))
    return feature


def encode(feature, text):
    """Source -> row, of the words of a text."""
    data = made(text)
    return dict(zip(data.sources, feature.encode(data.contexts).tolist(), strict=True))


def test_the_most_frequent_have_a_number_counted_in_both_texts_ties_by_code_point():
    # of the first texts z: 3, a and b: 2; of the second ones all: 2
    assert fitted("z z b a", "z b a", number=2).state() == {"characters": "za"}
    assert fitted("z z a a", "b b", number=3).state() == {"characters": "abz"}


def test_each_character_has_its_number_rare_ones_one_and_the_end_zeros():
    feature = fitted("aaa bb c", number=2, longest=4)
    assert encode(feature, "ab bax a") == {
        "ab": [2, 3, 0, 0],
        "bax": [3, 2, 1, 0],
        "a": [2, 0, 0, 0],
    }


def test_only_the_first_characters_of_a_long_word_are_read():
    assert encode(fitted("abcdef", longest=3), "abcdef") == {"abcdef": [2, 3, 4]}


def test_capitals_are_characters_of_their_own():
    rows = encode(fitted("Riga riga"), "Riga riga")
    assert rows["Riga"] != rows["riga"] and rows["Riga"][1:] == rows["riga"][1:]


def test_they_come_back_from_their_state():
    feature = fitted("naïve 中 naïve")
    again = Characters()
    again.set_state(feature.state())
    assert encode(again, "naïve 中 x") == encode(feature, "naïve 中 x")


@pytest.mark.parametrize("state", [{}, {"characters": 3}, {"characters": ["ab"]}])
def test_another_state_is_refused(state):
    with pytest.raises((KeyError, TypeError)):
        Characters().set_state(state)


@given(st.text(max_size=40))
def test_the_numbers_of_any_text_are_32_bit_and_from_one_on_up_to_the_words_end(text):
    feature, data = fitted("abc", longest=5), made(text)
    rows = feature.encode(data.contexts)
    assert rows.dtype == np.int32 and rows.shape == (len(data.sources), 5)
    assert [int(n) for n in (rows > 0).sum(axis=1)] == [min(len(s), 5) for s in data.sources]
    assert np.all(rows[:, 0] > 0) and np.all(rows < 5)
