"""What BiDAF promises beyond the contract: the paper's layers in their order."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from small_reader import small_reader

SMALL = {"hidden_size": 3, "character_size": 2, "filters": 4}


@pytest.fixture(scope="module")
def made():
    """A small reader, and the inputs of three questions."""
    return small_reader("bidaf", 3, **SMALL)


def test_it_is_the_papers_layers_one_after_the_other(made):
    """With [G; M] and [G; M2] made as such, and each token's word read on its own."""
    model, inputs = made
    hidden = {}
    for side in ("context", "question"):
        words = inputs[f"{side}_words"]  # (B, L)
        vectors = model.word_vectors(inputs, words)  # (B, L, D)
        characters = inputs["word_characters"][words]  # (B, L, C)
        letters = model.characters(characters.reshape(-1, characters.shape[-1]))
        tokens = np.concatenate([vectors, np.reshape(letters, (*words.shape, 4))], axis=-1)
        tokens = model.highways[1](model.highways[0](tokens))
        hidden[side] = model.encoder(tokens, inputs[f"{side}_mask"])
    mask = inputs["context_mask"]
    flow, weights = model.attention(
        hidden["context"], hidden["question"], mask, inputs["question_mask"]
    )
    modelled = model.model_twice(model.model_once(flow, mask), mask)
    end = model.read_end(modelled, mask)
    found = model(inputs)
    for name, level, parts in (
        ("start_logits", modelled, (model.start_of_flow, model.start_of_model)),
        ("end_logits", end, (model.end_of_flow, model.end_of_model)),
    ):
        kernel = np.concatenate([np.asarray(part.kernel) for part in parts])  # (10H, 1)
        logits = (np.concatenate([flow, level], axis=-1) @ kernel)[..., 0]
        assert_allclose(np.asarray(found[name])[mask], logits[mask], atol=1e-5)
    assert_allclose(found["attention"], weights, atol=1e-6)


def test_a_capital_changes_what_is_read(made):
    model, inputs = made
    characters = model.features["characters"].characters
    a, capital = (2 + characters.index(letter) for letter in "tT")
    changed = np.where(inputs["word_characters"] == a, capital, inputs["word_characters"])
    assert np.any(changed != inputs["word_characters"])
    one, other = (
        np.asarray(model({**inputs, "word_characters": each})["start_logits"])
        for each in (inputs["word_characters"], changed)
    )
    assert np.any(np.abs(one - other)[inputs["context_mask"]] > 1e-6)
