"""What `WordIds` promises: PAD, UNK, trained words, then words with a vector, as they come."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import Vectors
from numpy.testing import assert_array_equal

from squad_reader.data.features.word_ids import PAD_ID, UNK_ID, WordIds
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_data import Example, SquadData


def make(*trained):
    words = WordIds(len(trained))
    words.bind(Vectors({"the": [1, 2], "bee": [3, 4], "cat": [5, 6]}, 2))
    words.set_state({"trained": list(trained)})
    return words


def data_of(text):
    return preprocess(SquadData("", [""], [text], [Example("q", 0, "", None)], []))


def vectors_of(words, some):
    return words.inputs(words.ids_of(some))["word_vectors"]


def test_ids_begin_with_the_trained_words_and_vectors_are_those_of_the_source():
    words = make("42", "'s")
    assert words.ids_of(["cat", "42", "dog", "the", "'s"]).tolist() == [4, 2, UNK_ID, 5, 3]
    assert words.ids_of(["bee", "the", "dog"]).tolist() == [6, 5, UNK_ID]
    assert_array_equal(vectors_of(words, ["cat", "42", "dog"]), [[5, 6], [0, 0], [0, 0]])
    assert words.num_words() == 5
    assert words.ids_of(["the"]).dtype == np.int32


def test_a_trained_word_that_the_source_has_keeps_its_own_vector():
    words = make("bee")
    assert words.ids_of(["bee"]).tolist() == [2]
    assert_array_equal(vectors_of(words, ["bee", "the"]), [[0, 0], [1, 2]])


def test_each_word_is_looked_up_once_and_what_is_missing_is_not_kept():
    words = make()
    words.ids_of(["the", "dog", "the"])
    words.ids_of(["the", "dog"])
    assert words._source.asked == ["the", "dog", "dog"]
    assert words.num_words() == 1


def test_padding_is_zeros_and_an_id_of_its_own():
    inputs = make().inputs(np.array([PAD_ID, UNK_ID]))
    assert inputs["word_ids"].tolist() == [0, 1]
    assert_array_equal(inputs["word_vectors"], np.zeros((2, 2), np.float32))


def test_the_most_frequent_words_that_the_source_lacks_train():
    train = data_of("42 42 42 the 's 's cat 1999")
    for number, expected in ((2, ("42", "'s")), (0, ()), (99, ("42", "'s", "1999"))):
        words = WordIds(number)
        words.bind(Vectors({"the": [1, 2], "cat": [5, 6]}, 2))
        words.fit(train)
        assert words.trained == expected
        again = WordIds(number)
        again.bind(Vectors({"the": [1, 2], "cat": [5, 6]}, 2))
        again.set_state(words.state())
        assert_array_equal(again.ids_of(train.words), words.ids_of(train.words))


def test_a_source_of_a_word_has_the_id_of_the_word():
    data = data_of("The cat the CAT Dog")
    ids = make().encode(data.contexts)
    by_source = dict(zip(data.sources, ids.tolist(), strict=True))
    assert by_source["The"] == by_source["the"] and by_source["CAT"] == by_source["cat"]
    assert by_source["Dog"] == UNK_ID


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=6), max_size=8))
def test_in_whatever_order_words_come_they_have_their_vectors(lists):
    table = {letter: [ord(letter), 1] for letter in "acegi"}
    words = WordIds()
    words.bind(Vectors(table, 2))
    for some in lists:
        expected = [table.get(word, [0, 0]) for word in some]
        assert_array_equal(vectors_of(words, some), np.reshape(expected, (-1, 2)))
    for some in lists:
        assert_array_equal(words.has_vector(some), [word in table for word in some])


def test_several_threads_may_ask_at_once():
    table = {str(i): [i, i] for i in range(2000)}
    words = WordIds()
    words.bind(Vectors(table, 2))
    wrong = []

    def ask(first):
        for i in range(first, 2000, 7):
            some = [str((i * k) % 2000) for k in range(1, 20)]
            if vectors_of(words, some)[:, 0].tolist() != [float(word) for word in some]:
                wrong.append(some)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and words.num_words() == len(words._ids)


@pytest.mark.parametrize("state", [{}, {"trained": None}])
def test_a_state_that_is_none_is_refused(state):
    words = make()
    with pytest.raises((KeyError, TypeError)):
        words.set_state(state)
