"""What only the DrQA reader does: each of its inputs counts, and its options change its shape."""

import numpy as np
import pytest
from small_reader import small_reader


@pytest.fixture(scope="module")
def made():
    """A small reader, and the inputs of two questions on one context."""
    return small_reader("drqa", 2, share=True, hidden_size=6)


def start(model, inputs):
    return np.asarray(model(inputs)["start_logits"])


@pytest.mark.parametrize("name", ["pair_exact", "context_frequency", "word_ids", "word_vectors"])
def test_each_input_counts(made, name):
    model, inputs = made
    without = {**inputs, name: np.zeros_like(inputs[name])}
    assert np.any(np.abs(start(model, without) - start(model, inputs)) > 1e-6)


def test_an_offset_moves_the_vectors_of_its_word_alone(made):
    model, inputs = made
    before = np.asarray(model.read_context(inputs)["vectors"])
    offsets = np.zeros(model.word_offsets.rows.shape, "float32")
    ranks = inputs["word_asked"][inputs["context_words"]]  # (W, T)
    rank = ranks.max() - 1
    offsets[rank] = 1
    model.word_offsets.rows.assign(offsets)
    moved = np.asarray(model.read_context(inputs)["vectors"]) - before
    model.word_offsets.rows.assign(np.zeros_like(offsets))
    expected = ranks == 1 + rank
    assert expected.any() and not expected.all()
    assert np.allclose(moved, expected[..., None], atol=1e-6)


def test_a_context_is_read_with_the_question_in_mind(made):
    """The LSTMs of the context see the aligned question: its word vectors, weighted."""
    model, inputs = made
    context = model.read_context(inputs)
    question = np.asarray(model._vectors(inputs, "question", False))
    keys = np.asarray(context["keys"])[inputs["windows"]]
    aligned, weights = map(np.asarray, model.align(keys, question, inputs["question_mask"]))
    assert np.allclose(aligned, weights @ question, atol=1e-5)
    assert np.allclose(np.asarray(model(inputs)["attention"]), weights, atol=1e-6)
    assert not np.allclose(aligned[0], aligned[1], atol=1e-3)


@pytest.mark.parametrize("options", [{"rnn_layers": 1}, {"trained_words": 0, "tuned_words": 0}])
def test_options_change_the_weights(made, options):
    model, inputs = small_reader("drqa", 2, share=True, **{"hidden_size": 6, **options})
    counts = [sum(np.prod(w.shape) for w in each.trainable_variables) for each in (model, made[0])]
    assert counts[0] < counts[1]
    assert np.all(np.isfinite(start(model, inputs)))
