"""Offsets of a few words: by hand."""

import numpy as np
import tensorflow as tf

from squad_reader.model.word_offsets import WordOffsets

RANKS = np.array([[0, 1, 2], [2, 2, 0]], dtype="int32")


def make(words=2):
    layer = WordOffsets(2, words, name="offsets")
    layer.build()
    return layer


def test_they_begin_at_zero_and_each_rank_has_its_row():
    layer = make()
    assert not np.asarray(layer(RANKS)).any()
    layer.rows.assign([[1.0, 2.0], [3.0, 4.0]])
    assert np.asarray(layer(RANKS)).tolist() == [
        [[0, 0], [1, 2], [3, 4]],
        [[3, 4], [3, 4], [0, 0]],
    ]


def test_words_without_a_rank_give_no_gradient():
    layer = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(RANKS))
    found = tf.convert_to_tensor(tape.gradient(loss, layer.rows.value)).numpy()
    assert found.tolist() == [[1, 1], [3, 3]]


def test_no_words_are_fine():
    assert not np.asarray(make(words=0)(np.zeros((1, 3), "int32"))).any()


def test_a_layer_is_made_again_from_its_config():
    config = WordOffsets(2, 3).get_config()
    assert WordOffsets.from_config(config).get_config() == config
