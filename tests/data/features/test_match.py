"""Which words match, against plain loops over all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer
from numpy.testing import assert_allclose

from squad_reader.data.features.match import Match
from squad_reader.data.features.overlap import AROUND
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData

WORDS = "the painter painted paintings in Riga riga 1,066 rare".split()
STEM = PorterStemmer().stem


def made(pairs):
    """(context, question) of each; equal contexts are one."""
    contexts = list(dict.fromkeys(context for context, _ in pairs))
    examples = [Example(str(i), contexts.index(c), q, None) for i, (c, q) in enumerate(pairs)]
    return preprocess(SquadData("", [""] * len(contexts), contexts, examples, []))


def encode(feature, data):
    return feature.encode(data.contexts, data.questions, data.example_contexts)


@pytest.fixture(scope="module")
def feature():
    feature = Match(frequent=3)
    feature.fit(made([("the the the in in Riga .", "the in ?")]))
    return feature


def by_loops(feature, pairs):
    """The same, token by token."""
    rows = []

    def rarity(word):
        rank = feature.words.index(word) if word in feature.words else len(feature.words)
        return np.log1p(rank) / np.log1p(len(feature.words))

    for context, question in pairs:
        context = [word.lower() for word in context.split()]
        question = [word.lower() for word in question.split()]
        stems = {STEM(word) for word in question}
        rare = [rarity(word) * (STEM(word) in stems) for word in context]
        whole = max(sum(map(rarity, question)), 0.1)
        for i, word in enumerate(context):
            around = [sum(rare[max(i - n, 0) : i + n + 1]) / whole for n in AROUND]
            rows.append([word in question, STEM(word) in stems, rare[i], *around])
    return np.array(rows, dtype=float).reshape(-1, Match.size)


texts = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_it_is_what_loops_over_all_tokens_give(feature, pairs):
    found = encode(feature, made(pairs))
    assert found.dtype == np.float16
    assert_allclose(found, by_loops(feature, pairs), atol=2e-2, rtol=2e-3)


def test_by_hand(feature):
    assert feature.words == ["the", "in", "."]
    found = encode(feature, made([("The painter in Riga", "Who painted in riga ?")]))
    assert found[:, 0].tolist() == [0, 0, 1, 1]
    assert found[:, 1].tolist() == [0, 0, 1, 1]  # "painter" has a stem of its own
    assert found[:, 2].tolist() == [0, 0, 0.5, 1]


def test_it_comes_back_from_its_state(feature):
    again = Match(3)
    again.set_state(feature.state())
    data = made([("the painter in Riga", "in Riga ?")])
    assert encode(again, data).tolist() == encode(feature, data).tolist()
