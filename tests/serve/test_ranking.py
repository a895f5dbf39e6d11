"""Which passages fit a question: the numbers of BM25 over the stems of all words."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Plus

from squad_reader.data.features import same_token
from squad_reader.data.features.same_token import stem_of
from squad_reader.data.tokenizer import normalise, tokenize
from squad_reader.serve import ranking
from squad_reader.serve.passages import passages_of
from squad_reader.serve.ranking import Ranking

WORDS = st.sampled_from(
    [
        "die",
        "dies",
        "dying",
        "dye",
        "lying",
        "lies",
        "fly",
        "flies",
        "flying",
        "sky",
        "skies",
        "news",
    ]
    + ["Mill", "mills", "MILLER", "milled", "a", "as", "aing", "be", "being", "used", "using", "us"]
    + ["Żagań", "żagań", "река", "реки", "don't", "1,000", "?", "“", "proceed", "proceeding"]
)
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=6)


def stems(text):
    return [stem_of(token.text) for token in tokenize(text)]


@given(TEXTS, st.lists(WORDS, max_size=6).map(" ".join))
def test_scores_are_those_of_the_stems_of_all_words(texts, question):
    passages = passages_of("\n\n".join(texts), 8, 8)
    expected = BM25Plus([stems(each.text) for each in passages]).get_scores(stems(question))
    np.testing.assert_array_equal(Ranking(passages)._scores(question), expected)


@given(
    st.text("abcdefghijklmnopqrstuvwxyz", max_size=9),
    st.sampled_from(["", "s", "es", "ed", "ing", "ies", "y", "ied", "ation", "ly", "e"]),
)
def test_a_stem_begins_as_its_key_says(word, ending):
    word = normalise(word + ending)
    assert stem_of(word).startswith(ranking._key(word))


def test_few_words_of_a_long_text_are_stemmed(monkeypatch):
    stemmed = []

    class Stemmer:
        def stem(self, word):
            stemmed.append(word)
            return word.removesuffix("s")

    monkeypatch.setattr(same_token, "_porter", Stemmer())
    monkeypatch.setattr(same_token, "_known", {})
    words = [
        f"{first}{second}word{i}" for i, first in enumerate("abcdefghij") for second in "klmnop"
    ]
    text = ". ".join([*words, "millers"])
    passages = passages_of(text, 2, 2)
    assert len(passages) > 20
    assert Ranking(passages).best("Which miller?", 1) == [len(passages) - 1]
    assert set(stemmed) <= {"which", "miller", "?", "millers"}
