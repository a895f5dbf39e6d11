"""Hashed letter n-grams: the same numbers everywhere, and of a word alone."""

import zlib

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from squad_reader.data.features.letters import LetterGrams
from squad_reader.data.features.word_forms import grams_of
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData


def encode(feature, text):
    """Source -> row, of the words of a text."""
    data = preprocess(SquadData("", [""], [text], [Example("q", 0, "", None)], []))
    return dict(zip(data.sources, feature.encode(data.contexts).tolist(), strict=True))


def crc_32(text):
    """Bit by bit, as in ISO 3309."""
    crc = 0xFFFFFFFF
    for byte in text:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def test_the_numbers_are_those_of_crc_32():
    assert crc_32(b"<at") == zlib.crc32(b"<at") == 4_189_989_413
    expected = [1 + crc_32(gram.encode()) % 999 for gram in ("<né", "né>")]
    assert grams_of("né", 1000) == expected


def test_rows_are_padded_with_zeros_and_long_words_are_cut():
    rows = encode(LetterGrams(longest=4), "a at abcdefgh")
    assert [sum(number > 0 for number in rows[word]) for word in ("a", "at", "abcdefgh")] == [
        1,
        2,
        4,
    ]
    assert all(len(row) == 4 and row == sorted(row, key=lambda n: n == 0) for row in rows.values())


def test_capitals_do_not_matter_and_other_letters_do():
    rows = encode(LetterGrams(), "Riga riga Rigb")
    assert rows["Riga"] == rows["riga"] != rows["Rigb"]


@given(st.text(min_size=1, max_size=30))
def test_any_word_has_buckets_from_one_on(word):
    grams = grams_of(word, 50, most=6)
    assert 1 <= len(grams) <= 6 and all(1 <= gram < 50 for gram in grams)


def test_the_numbers_of_a_data_set_are_32_bit():
    data = preprocess(SquadData("", [""], [""], [Example("q", 0, "", None)], []))
    rows = LetterGrams().encode(data.contexts)
    assert rows.dtype == np.int32 and rows.shape == (0, 10)
