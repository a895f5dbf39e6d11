"""Exact match: by hand, and against plain loops over all pairs."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.stem.porter import PorterStemmer

from squad_reader.data.features.exact import ExactMatch
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData

WORDS = "the The painted paintings Painted riga Riga 1,066".split()
STEM = PorterStemmer().stem


def encode(pairs):
    """Of (context, question) pairs; equal contexts are one."""
    contexts = list(dict.fromkeys(context for context, _ in pairs))
    examples = [Example(str(i), contexts.index(c), q, None) for i, (c, q) in enumerate(pairs)]
    data = preprocess(SquadData("", [""] * len(contexts), contexts, examples, []))
    return ExactMatch().encode(data.contexts, data.questions, data.example_contexts)


def test_by_hand():
    found = encode([("The painters painted Riga .", "Who painted the painting in riga ?")])
    assert found.dtype == bool
    assert found.astype(int).tolist() == [
        [0, 1, 1],  # "the" is there in lower case
        [0, 0, 0],  # the stem is "painter"
        [1, 1, 1],
        [0, 1, 1],
        [0, 0, 0],
    ]
    assert encode([("paints", "painting")]).astype(int).tolist() == [[0, 0, 1]]


def test_only_the_question_beside_it_counts():
    pairs = [("Riga paints", "in Riga"), ("Riga paints", "who paints")]
    assert encode(pairs)[:, 0].tolist() == [True, False, False, True]


def test_without_questions_and_without_tokens():
    assert encode([]).shape == (0, 3)
    assert encode([("", "who"), ("who", "")]).tolist() == [[False] * 3]


texts = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)


@settings(max_examples=50, deadline=None)
@given(pairs=st.lists(st.tuples(texts, texts), min_size=1, max_size=5))
def test_it_is_what_loops_over_all_tokens_give(pairs):
    expected = []
    for context, question in pairs:
        asked = question.split()
        for word in context.split():
            forms = (str, str.lower, STEM)
            expected.append([form(word) in map(form, asked) for form in forms])
    assert np.array_equal(encode(pairs), np.reshape(expected, (-1, 3)))
