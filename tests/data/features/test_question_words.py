"""The most frequent words of questions: by hand."""

import numpy as np
import pytest

from squad_reader.data.features.question_words import QuestionWords
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData


def data_of(context, *questions):
    examples = [Example(str(i), 0, question, None) for i, question in enumerate(questions)]
    return preprocess(SquadData("", [""], [context], examples, []))


TRAIN = data_of("bee bee bee bee zebra", "What who", "what bee", "what who ant")


@pytest.mark.parametrize(
    "number, words",
    [(2, ["what", "who"]), (4, ["what", "who", "bee", "ant"]), (99, ["what", "who", "bee", "ant"])],
)
def test_the_most_frequent_words_of_questions_have_ranks(number, words):
    feature = QuestionWords(number)
    feature.fit(TRAIN)
    assert feature.words == words  # of "ant" and "bee", contexts have "bee" more often


def test_a_source_has_the_rank_of_its_word():
    feature = QuestionWords(3)
    feature.fit(TRAIN)
    data = data_of("WHO saw What", "bee")
    found = feature.encode(data.contexts)
    assert found.dtype == np.int32
    assert dict(zip(data.sources, found.tolist(), strict=True)) == {
        **{"WHO": 2, "saw": 0, "What": 1, "bee": 3}
    }


def test_it_comes_back_from_its_state():
    feature, again = QuestionWords(2), QuestionWords(2)
    feature.fit(TRAIN)
    again.set_state(feature.state())
    assert again.encode(TRAIN.contexts).tolist() == feature.encode(TRAIN.contexts).tolist()
    with pytest.raises(KeyError):
        again.set_state({})


def test_no_words_are_fine():
    feature = QuestionWords(0)
    feature.fit(TRAIN)
    assert feature.words == [] and not feature.encode(TRAIN.contexts).any()
