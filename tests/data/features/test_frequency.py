"""Term frequency: by hand."""

import numpy as np
from numpy.testing import assert_allclose

from squad_reader.data.features.frequency import TermFrequency
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData


def data_of(contexts, question):
    return preprocess(
        SquadData("", [""] * len(contexts), contexts, [Example("q", 0, question, None)], [])
    )


def test_by_hand():
    data = data_of(["The cat saw the bee", "the bee"], "the the The cat")
    found = TermFrequency().encode(data.contexts)
    assert found.dtype == np.float32
    assert_allclose(found, [2 / 5, 1 / 5, 1 / 5, 2 / 5, 1 / 5, 1 / 2, 1 / 2])
    assert_allclose(TermFrequency().encode(data.questions), [3 / 4, 3 / 4, 3 / 4, 1 / 4])


def test_the_other_texts_do_not_count_and_an_empty_one_is_none():
    together = data_of(["", "a b a", "", "b"], "")
    assert_allclose(TermFrequency().encode(together.contexts), [2 / 3, 1 / 3, 2 / 3, 1])
    assert TermFrequency().encode(together.questions).shape == (0,)
