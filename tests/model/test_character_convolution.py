"""The convolution over characters against loops in NumPy."""

import numpy as np
import tensorflow as tf
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.model.character_convolution import CharacterConvolution

WORDS = np.array(
    [[2, 3, 4, 5, 6, 2], [3, 1, 2, 0, 0, 0], [4, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]], dtype="int32"
)


def make(**arguments):
    layer = CharacterConvolution(5, 3, 4, seed=1, name="characters", **arguments)
    layer.build()
    layer.convolution.bias.assign([0.3, -0.2, 0.1, 0.0])
    return layer


def by_loops(layer, word):
    """Each filter centred on each character in turn; the largest, at least 0."""
    vectors = np.asarray(layer.vectors, "float64")
    kernel = np.asarray(layer.convolution.kernel, "float64")  # (5, L, F)
    best = np.zeros(4)
    word = [number for number in word if number]
    for center in range(len(word)):
        found = np.asarray(layer.convolution.bias, "float64")
        for i in range(5):
            place = center + i - 2
            if 0 <= place < len(word):
                found = found + vectors[word[place]] @ kernel[i]
        best = np.maximum(best, found)
    return best


def test_it_is_the_largest_of_each_filter_over_the_words_own_places():
    layer = make()
    assert_allclose(layer(WORDS), [by_loops(layer, word) for word in WORDS], atol=1e-5)


def test_a_word_without_characters_has_zeros_whatever_the_bias():
    assert not np.any(np.asarray(make()(WORDS))[3])


def test_padding_changes_nothing():
    layer = make()
    wide = np.pad(WORDS, ((0, 1), (0, 4)))
    assert_allclose(np.asarray(layer(wide))[:4], layer(WORDS), atol=1e-6)


def test_weights_of_characters_that_are_there_get_a_gradient_and_padding_none():
    layer = make()
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(layer(WORDS) ** 2)
    found = tape.gradient(loss, layer.trainable_variables)
    vectors, kernel, bias = (tf.convert_to_tensor(each).numpy() for each in found)
    assert not np.any(vectors[0]) and np.all(np.any(vectors[1:7], axis=1))
    assert np.any(kernel) and np.any(bias)


def test_dropout_acts_in_training_only():
    layer = make(dropout=0.5)
    assert_array_equal(layer(WORDS), make()(WORDS))
    assert np.any(np.asarray(layer(WORDS, training=True)) != np.asarray(make()(WORDS)))


def test_a_layer_is_made_again_from_its_config():
    config = CharacterConvolution(5, 3, 4, 3, 0.1, seed=4).get_config()
    assert CharacterConvolution.from_config(config).get_config() == config
