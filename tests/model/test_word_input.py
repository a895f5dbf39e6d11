"""What is known of a word: by hand, from tables whose rows can be told apart."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose

from squad_reader.model.word_input import WordInput

TABLE = {  # PAD; a word with a vector; one that trains; one with a shape; one with neither
    "word_ids": np.array([0, 9, 2, 1, 1], dtype="int32"),
    "word_vectors": np.array([[0, 0], [7, 8], [0, 0], [0, 0], [0, 0]], dtype="float32"),
    "word_shape": np.array([0, 0, 0, 1, 0], dtype="int32"),
    "word_grams": np.array([[0, 0], [1, 2], [1, 0], [2, 2], [0, 0]], dtype="int32"),
    "word_kinds": np.array([[0], [1], [0], [1], [0]], dtype="float32"),
}


def make(letters_dropout=0.0):
    layer = WordInput(2, 1, 1, 3, letters_size=1, letters_dropout=letters_dropout, seed=0)
    layer.build()
    layer.trained.assign([[3.0, 4.0]])
    layer.shape_rows.assign([[1.0, 2.0], [5.0, 6.0]])
    layer.grams.assign([[100.0], [10.0], [20.0]])
    return layer


def test_each_word_has_its_row():
    root = 2**0.5
    assert_allclose(
        np.asarray(make()(TABLE)),
        [[0, 0, 0, 0], [7, 8, 30 / root, 1], [3, 4, 10, 0], [5, 6, 40 / root, 1], [1, 2, 0, 0]],
        rtol=1e-6,
    )


def test_only_rows_that_were_looked_up_get_a_gradient():
    layer = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(TABLE))
    found = tape.gradient(loss, [layer.trained, layer.shape_rows, layer.grams])
    trained, shapes, grams = (tf.convert_to_tensor(each).numpy() for each in found)
    assert trained.tolist() == [[1, 1]] and shapes.tolist() == [[1, 1], [1, 1]]
    root = 2**0.5
    assert_allclose(grams, [[0], [1 / root + 1], [1 / root + 2 / root]], rtol=1e-6)


def test_it_works_without_trained_words():
    layer = WordInput(2, 0, shapes=1, buckets=3, letters_size=1, seed=0)
    layer.build()
    table = {**TABLE, "word_ids": np.array([0, 9, 7, 1, 1], dtype="int32")}
    assert np.asarray(layer(table))[2, :2].tolist() == [0, 0]


def test_letters_are_left_out_while_training_and_nothing_else():
    """Of 3,000 words with two n-grams of 1: the word is kept with .75, each n-gram too."""
    number, rate = 3000, 0.25
    table = {name: np.repeat(each[1:2], number, axis=0) for name, each in TABLE.items()}
    layer = make(rate)
    layer.grams.assign([[0.0], [2**0.5], [2**0.5]])
    rows = np.asarray(layer(table, training=True))
    assert_allclose(rows[:, [0, 1, 3]], np.tile([7.0, 8.0, 1.0], (number, 1)))
    counts = np.rint(rows[:, 2] * (1 - rate) ** 2)  # n-grams that are left of each
    assert_allclose(rows[:, 2] * (1 - rate) ** 2, counts, atol=1e-5)
    shares = [np.mean(counts == left) for left in (0, 1, 2)]
    kept = 1 - rate
    expected = [rate + kept * rate**2, kept * 2 * kept * rate, kept**3]
    assert_allclose(shares, expected, atol=0.04)
    assert_allclose(np.asarray(layer(table))[:, 2], 2.0, rtol=1e-6)
    other = np.asarray(layer(table, training=True))
    assert (other != rows).any()


def test_a_layer_is_made_again_from_its_config():
    config = WordInput(2, 1, 1, 3, 1, seed=4).get_config()
    assert WordInput.from_config(config).get_config() == config
