"""A word feature that remembers: the same numbers, each word asked for once, a bound."""

import numpy as np
import pytest

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.features.kinds import Kinds
from squad_reader.data.features.letters import LetterGrams
from squad_reader.data.features.remembered import RememberedWords
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData

TEXTS = ["Levi met levi in Riga.", "In Riga, 1,000 clocks met.", "", "Riga"]


def texts_of(*contexts):
    examples = [Example("q", i, "Who met Levi?", None) for i in range(len(contexts))]
    return preprocess(SquadData("", [""] * len(contexts), list(contexts), examples, [])).contexts


class Length(WordFeature):
    """Letters of the source and of its word; it notes what it is asked for."""

    name = "length"

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked.append(list(texts.sources))
        words = [texts.words[i] for i in texts.source_words]
        pairs = zip(texts.sources, words, strict=True)
        return np.array([len(source) + 100 * len(word) for source, word in pairs], np.int32)

    def inputs(self, rows):
        return {"letters": rows}


@pytest.mark.parametrize("feature", [Kinds(), LetterGrams(buckets=50, longest=5), Length()])
@pytest.mark.parametrize("most_words", [3, 8, 100])
def test_the_numbers_are_those_of_the_feature(feature, most_words):
    remembering = RememberedWords(feature, most_words)
    assert remembering.name == feature.name
    for text in [*TEXTS, *TEXTS]:
        found, expected = (each.encode(texts_of(text)) for each in (remembering, feature))
        assert found.dtype == expected.dtype and np.array_equal(found, expected)
        assert list(remembering.inputs(found)) == list(feature.inputs(expected))


def test_a_word_is_asked_for_once_until_there_are_too_many():
    length = Length()
    remembering = RememberedWords(length, 8)
    for text in ("a b", "b c", "c b a"):
        remembering.encode(texts_of(text))
    question = ["Who", "met", "Levi", "?"]
    assert length.asked == [["a", "b", *question], ["c"]]
    remembering.encode(texts_of("d e"))  # with these there would be nine
    assert length.asked[2:] == [["d", "e", *question]]
