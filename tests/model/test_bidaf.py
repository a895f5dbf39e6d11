"""What BiDAF promises beyond the contract: the paper's layers in their order, and its dropout."""

from pathlib import Path

import numpy as np
import pytest
from keras import ops
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.config import make_config
from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.glove import GloveFile
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import prediction_rows
from squad_reader.data.squad_json import read_squad
from squad_reader.model.models import make_features, make_model

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
SMALL = {"hidden_size": 3, "character_size": 2, "filters": 4, "embedding_size": 50}


@pytest.fixture(scope="module")
def made():
    """A small reader with random weights, and the inputs of three questions."""
    config = make_config({"model": "bidaf", "dropout": 0.5, **SMALL})
    data = preprocess(read_squad(FIXTURES / "small-train-v1.1.json"))
    features = make_features(config)
    for feature in features:
        feature.bind(GloveFile(FIXTURES / "glove.small.50d.txt"))
        feature.fit(data)
    batch = make_batch(prediction_rows(data, 600, 30), Encoded(data, features), np.arange(3))
    return make_model(config, features), batch.inputs


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


def test_dropout_has_one_mask_for_all_tokens_of_a_text_and_another_for_each_text(made):
    model, _ = made
    for name, layer in model.dropouts.items():
        kept = np.asarray(layer(ops.ones((2, 5, 64)), training=True)) > 0
        assert_array_equal(kept, np.broadcast_to(kept[:, :1], kept.shape), err_msg=name)
        assert np.any(kept[0, 0] != kept[1, 0]) and 0.2 < kept[:, 0].mean() < 0.8
