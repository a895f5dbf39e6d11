"""Shapes of words that have no vector: by hand."""

import numpy as np
import pytest
from made_up import Vectors

from squad_reader.data.features.shapes import Shapes
from squad_reader.data.features.word_forms import shape_of
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData

TEXT = "the year 1066 and 1492 , 1,000 or 2,400 or 3,000 ; qwxyz in mp3 the 1066"


def made(text):
    return preprocess(SquadData("", [""], [text], [Example("q", 0, "", None)], []))


@pytest.fixture
def shapes():
    known = "the year and , or ; in".split()
    feature = Shapes(2)
    feature.bind(Vectors({word: [1, 2] for word in known}, 2))
    feature.fit(made(TEXT))
    return feature


def test_the_most_frequent_shapes_of_words_without_a_vector_are_kept(shapes):
    assert shapes.state() == {"shapes": ["0,000", "0000"]}


def test_words_share_the_number_of_their_shape_and_known_words_have_none(shapes):
    data = made("the 1,234 in 1999 and mp3 1492")
    found = shapes.encode(data.contexts)
    by_source = dict(zip(data.sources, found.tolist(), strict=True))
    assert by_source == {"the": 0, "1,234": 1, "in": 0, "1999": 2, "and": 0, "mp3": 0, "1492": 2}
    assert found.dtype == np.int32


def test_they_come_back_from_their_state(shapes):
    again = Shapes(2)
    again.bind(Vectors({}, 2))
    again.set_state(shapes.state())
    assert again.encode(made("1,234 1999 mp3").contexts).tolist() == [1, 2, 0]


def test_a_shape_is_short():
    assert shape_of("a" * 50 + "1" * 50) == "a0000000"
