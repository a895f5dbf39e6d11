"""What `vocabulary` promises: PAD, UNK, trained words, then the words that GloVe has."""

from types import SimpleNamespace

import numpy as np
from numpy.testing import assert_array_equal

from squad_reader.data.vocabulary import make_vocabulary, words_at_hand, words_that_train

FOUND = ["the", "bee", "cat"]
VECTORS = np.array([[1, 2], [3, 4], [5, 6]], dtype=np.float32)


def test_ids_and_rows_agree():
    vocabulary = make_vocabulary(FOUND, VECTORS, ["42", "'s"])
    assert vocabulary.ids == {"42": 2, "'s": 3, "the": 4, "bee": 5, "cat": 6}
    assert vocabulary.trained == ("42", "'s")
    assert_array_equal(vocabulary.matrix, [[0, 0]] * 4 + [[1, 2], [3, 4], [5, 6]])
    assert vocabulary.matrix.dtype == np.float32


def test_a_trained_word_that_glove_has_keeps_its_own_vector():
    vocabulary = make_vocabulary(FOUND, VECTORS, ["bee"])
    assert vocabulary.ids == {"bee": 2, "the": 3, "cat": 4}
    assert_array_equal(vocabulary.matrix, [[0, 0]] * 3 + [[1, 2], [5, 6]])


def test_a_word_without_a_vector_is_unk():
    ids = make_vocabulary(FOUND, VECTORS).encode(["cat", "dog", "the", "dog"])
    assert ids.tolist() == [4, 1, 2, 1] and ids.dtype == np.int32


def test_no_vector_at_all_leaves_pad_and_unk():
    vocabulary = make_vocabulary([], np.empty((0, 3), np.float32))
    assert vocabulary.ids == {} and vocabulary.matrix.shape == (2, 3)


def test_the_most_frequent_words_that_glove_lacks_train():
    train = SimpleNamespace(words=["the", "42", "cat", "'s", "1999"])  # most frequent first
    assert words_that_train(train, FOUND, 2) == ("42", "'s")
    assert words_that_train(train, FOUND, 0) == ()
    assert words_that_train(train, FOUND, 99) == ("42", "'s", "1999")


def test_the_words_at_hand_are_those_of_all_data_sets_once():
    first, second = SimpleNamespace(words=["b", "a"]), SimpleNamespace(words=["c", "a"])
    assert words_at_hand([first, second]) == ["b", "a", "c"]
