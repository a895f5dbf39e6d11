"""Sentences of a context."""

from hypothesis import given
from hypothesis import strategies as st

from squad_reader.report.sentences import Sentences


def texts(context):
    sentences = Sentences(context)
    return [sentences.text_of(i) for i in range(len(sentences.starts))]


def test_a_sentence_ends_before_a_capital_but_not_after_an_initial():
    context = 'J. Lee left the U.S. Army. "Why?" Nobody knew. He paid 3.5 million.\nThe end'
    assert texts(context) == [
        "J. Lee left the U.S. Army.",
        '"Why?"',
        "Nobody knew.",
        "He paid 3.5 million.",
        "The end",
    ]


@given(st.text(alphabet="aB .!?\n\"'9", max_size=40))
def test_every_character_is_in_one_sentence_and_they_follow_each_other(context):
    sentences = Sentences(context)
    numbers = [sentences.number_of(place) for place in range(len(context))]
    assert numbers == sorted(numbers)
    assert set(numbers) <= set(range(len(sentences.starts)))
    joined = "".join(texts(context))
    assert "".join(joined.split()) == "".join(context.split())
