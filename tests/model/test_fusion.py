"""What only the fusion reader does: each of its inputs counts, and what is fused, written out."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from small_reader import small_reader


@pytest.fixture(scope="module")
def made():
    """A small reader, and the inputs of two questions on one context."""
    sizes = {"hidden_size": 6, "words_size": 7, "letters_size": 5, "trained_words": 3}
    return small_reader("fusion", 2, share=True, **sizes)


def start(model, inputs):
    return np.asarray(model(inputs)["start_logits"])


@pytest.mark.parametrize(
    "name", ["word_ids", "word_vectors", "word_shape", "word_grams", "word_kinds", "pair_match"]
)
def test_each_input_counts(made, name):
    model, inputs = made
    without = {**inputs, name: np.zeros_like(inputs[name])}
    assert np.any(inputs[name]) and np.any(start(model, without) != start(model, inputs))


def test_what_is_read_of_a_context_is_its_words_and_their_hidden_states(made):
    model, inputs = made
    context = {name: np.asarray(each) for name, each in model.read_context(inputs).items()}
    table = np.asarray(model.word_input(inputs))  # (U, E)
    words = np.asarray(model.words(table[inputs["context_words"]]))  # (W, T, 7)
    assert_allclose(context["words"], words, atol=1e-6)
    hidden = np.asarray(model.read(words, inputs["context_mask"]))
    assert_allclose(context["hidden"], hidden, atol=1e-6)
    levels = np.concatenate([words, hidden], axis=-1)
    kernel = np.asarray(model.align.projection.kernel)
    assert_allclose(context["keys"], np.maximum(levels @ kernel, 0), atol=1e-5)


def test_the_fusion_is_that_of_all_levels_written_out(made):
    """Of one question: what a token looks at, what looks at it, and products, in one layer."""
    model, inputs = made
    context = {name: np.asarray(each)[0] for name, each in model.read_context(inputs).items()}
    length = int(inputs["context_mask"][0].sum())
    real = {name: each[:length].astype("float64") for name, each in context.items()}
    asked = int(inputs["question_mask"][0].sum())
    words, hidden = (np.asarray(each) for each in model._read(inputs, "question", False))
    value = np.asarray(model.value(hidden, inputs["question_mask"]))
    levels = np.concatenate([words, hidden], axis=-1)[0, :asked]
    scores = real["keys"] @ np.maximum(levels @ np.asarray(model.align.projection.kernel), 0).T
    attended = softmax(scores) @ value[0, :asked]
    back = softmax(scores.max(axis=1)[None])[0] @ real["hidden"]
    projection = np.asarray(model.align_words.projection.kernel)
    aligned = softmax(real["word_keys"] @ np.maximum(words[0, :asked] @ projection, 0).T)
    aligned = aligned @ words[0, :asked]
    match = inputs["pair_match"][0, :length].reshape(length, -1)
    parts = [attended, real["hidden"] * attended, real["hidden"] * back]
    parts += [aligned, real["words"] * aligned, match]
    expected = real["fused"] + np.concatenate(parts, axis=1) @ np.asarray(model.fuse.kernel)
    found, weights = fuse(model, inputs, words, hidden, value)
    assert_allclose(found[0, :length], np.maximum(expected, 0), atol=1e-4)
    assert_allclose(weights[0, :length, :asked], softmax(scores), atol=1e-5)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def fuse(model, inputs, words, hidden, value):
    """What the model itself makes of contexts and questions."""
    windows = inputs["windows"]
    context = {name: np.asarray(each)[windows] for name, each in model.read_context(inputs).items()}
    context["context_mask"] = inputs["context_mask"][windows]
    match = inputs["pair_match"].reshape(*context["context_mask"].shape, -1).astype("float32")
    found = model._fuse(context, words, hidden, value, inputs["question_mask"], match)
    return [np.asarray(each) for each in found]
