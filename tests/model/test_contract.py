"""What `QAModel` says of all models, checked for each that is registered, and for the toy."""

from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from made_up import Traced
from numpy.testing import assert_allclose, assert_array_equal
from small_reader import fitted_features, small_sizes

from squad_reader import registry
from squad_reader.config import make_config
from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.glove import GloveFile
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import Target, prediction_rows, training_rows
from squad_reader.data.squad_data import SquadData
from squad_reader.data.squad_json import read_squad
from squad_reader.model.models import make_features, make_model
from squad_reader.options import option_names
from squad_reader.train.state import TrainingState

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
LOGITS = ("start_logits", "end_logits")


class World:
    """A model with small sizes and random weights, and the small data set as it reads it."""

    def __init__(self, name, tokenized):
        options = option_names(registry.architecture(name).options)
        few = {option: 2 for option in options if option == "trained_words"}  # others are UNK
        self.config = make_config({"model": name, "embedding_size": 50, **small_sizes(name), **few})
        self.features = fitted_features(self.config, tokenized)
        self.encoded = Encoded(tokenized, self.features)
        self.model = make_model(self.config, self.features)
        self.outputs = Traced(self.model)
        self.rows = prediction_rows(tokenized, 600, 30)

    def batch(self, numbers, share=False):
        return make_batch(self.rows, self.encoded, np.asarray(numbers), share)


@pytest.fixture(scope="module")
def tokenized():
    return preprocess(read_squad(FIXTURES / "small-train-v1.1.json"))


@pytest.fixture(scope="module", params=[*registry.names(), "toy"])
def world(request, tokenized, register_toy):
    return World(request.param, tokenized)


@pytest.fixture(scope="module")
def some(world):
    """Rows on several contexts, the longest one among them; some share a context."""
    return [0, 1, 2, int(world.rows.lengths.argmin()), int(world.rows.lengths.argmax()), 5]


def test_the_outputs_are_logits_and_where_there_is_one_an_attention(world, some):
    batch = world.batch(some)
    found = world.outputs(batch.inputs)
    assert set(LOGITS) <= set(found) <= {*LOGITS, "attention"}
    for name in LOGITS:
        assert found[name].shape == batch.context_mask.shape and found[name].dtype == np.float32
        assert np.all(np.isfinite(found[name]))
        assert np.all(found[name][~batch.context_mask] < -1e20)
    attention = world.model.get_attention(batch)
    if attention is not None:
        question_mask = batch.inputs["question_mask"]
        assert attention.shape == (*batch.context_mask.shape, question_mask.shape[1])
        assert_allclose(attention.sum(axis=-1)[batch.context_mask], 1.0, atol=1e-5)
        assert not attention[np.broadcast_to(~question_mask[:, None], attention.shape)].any()


def test_padding_and_the_other_rows_of_a_batch_change_nothing(world, some):
    together = world.batch(some)
    expected = world.outputs(together.inputs)
    for i, number in enumerate(some):
        alone = world.batch([number])
        found, length = world.outputs(alone.inputs), world.rows.lengths[number]
        assert alone.context_mask.shape[1] <= together.context_mask.shape[1]
        for name in LOGITS:
            assert_allclose(found[name][0, :length], expected[name][i, :length], atol=2e-5)


def test_a_context_that_is_read_once_for_its_questions_gives_the_same(world, some):
    alone, shared = world.batch(some), world.batch(some, share=True)
    assert len(set(shared.windows)) < len(some)
    expected, found = world.outputs(alone.inputs), world.outputs(shared.inputs)
    for name in LOGITS:
        assert_allclose(found[name], expected[name], atol=2e-5)


def test_what_is_read_of_a_context_does_not_depend_on_the_question(world, some):
    """Only arrays that begin with context_ or word_ are there; reading needs no others."""
    inputs = world.batch(some, share=True).inputs
    mine = {k: v for k, v in inputs.items() if k.startswith(("context_", "word_"))}
    for name, array in world.model.read_context(mine).items():
        assert len(array) == len(inputs["context_mask"]), name


def test_a_question_alone_gives_what_it_gives_in_its_data_set(world):
    data = read_squad(FIXTURES / "small-train-v1.1.json")
    example = data.examples[7]._replace(context_index=0)
    context = data.contexts[data.examples[7].context_index]
    alone = preprocess(SquadData("", [""], [context], [example], []))
    rows, encoded = prediction_rows(alone, 600, 30), Encoded(alone, world.features)
    found = world.outputs(make_batch(rows, encoded, np.array([0])).inputs)
    expected = world.outputs(world.batch([7]).inputs)
    for name in LOGITS:
        assert_allclose(found[name], expected[name], atol=2e-5)


def test_a_call_twice_is_the_same_and_dropout_acts_in_training_only(world, some):
    batch = world.batch(some)
    first, second = world.outputs(batch.inputs), world.outputs(batch.inputs)
    assert_array_equal(first["start_logits"], second["start_logits"])
    noisy = world.outputs(batch.inputs, training=True)["start_logits"]
    has_dropout = any("dropout" in name for name in option_names(world.config.model_options))
    assert has_dropout == np.any(np.abs(noisy - first["start_logits"])[batch.context_mask] > 1e-6)


def test_dropout_has_one_mask_for_all_tokens_of_a_text_and_another_for_each_text(world):
    if not hasattr(world.model, "dropouts"):
        pytest.skip("a model whose dropout has a mask for each token")
    for name, layer in world.model.dropouts.items():
        kept = np.asarray(layer(keras.ops.ones((2, 5, 500)), training=True)) > 0
        assert_array_equal(kept, np.broadcast_to(kept[:, :1], kept.shape), err_msg=name)
        assert np.any(kept[0, 0] != kept[1, 0])
        assert abs(1 - kept[:, 0].mean() - layer.rate) < 0.1


def test_log_probs_and_spans_come_from_the_logits(world, some):
    batch = world.batch(some, share=True)
    start, end = log_probs = world.model.get_log_probs(batch)
    assert start.dtype == np.float64 and np.all(np.isneginf(start[~batch.context_mask]))
    assert_allclose(np.exp(start).sum(axis=1), 1.0)
    assert_allclose(np.exp(end).sum(axis=1), 1.0)
    for span in ("joint", "independent"):
        found = world.model.get_start_end_pos(batch, 4, span)
        again = world.model.get_start_end_pos(batch, 4, span, log_probs)
        assert all(map(np.array_equal, found, again))
        i = np.arange(len(some))
        assert_allclose(found[2], start[i, found[0]] + end[i, found[1]])
        if span == "joint":
            assert np.all((found[0] <= found[1]) & (found[1] - found[0] < 4))
            assert np.all(found[1] < world.rows.lengths[some])


def test_an_empty_question_and_a_context_of_one_token_give_finite_numbers(world, tokenized):
    batch = world.batch([0])
    empty = dict(batch.inputs)
    empty["question_mask"] = np.zeros_like(empty["question_mask"])
    empty["question_words"] = np.zeros_like(empty["question_words"])
    short = dict(batch.inputs)
    short["context_mask"] = np.arange(short["context_mask"].shape[1])[None] < 1
    for inputs in (empty, short):
        for name in LOGITS:
            assert np.all(np.isfinite(world.outputs(inputs)[name]))


def test_an_empty_question_gives_the_same_beside_a_longer_context(world, some):
    def without_questions(batch):
        inputs = dict(batch.inputs)
        for name in ("question_mask", "question_words"):
            inputs[name] = np.zeros_like(inputs[name])
        return inputs

    shortest = int(np.argmin(world.rows.lengths[some]))
    together, alone = world.batch(some), world.batch([some[shortest]])
    assert alone.context_mask.shape[1] < together.context_mask.shape[1]
    length = world.rows.lengths[some[shortest]]
    expected, found = (world.outputs(without_questions(batch)) for batch in (together, alone))
    for name in LOGITS:
        assert_allclose(found[name][0, :length], expected[name][shortest, :length], atol=2e-5)


def test_steps_of_training_change_every_weight_and_lower_the_loss(world, tokenized):
    model = make_model(world.config, world.features)
    before = {weight.path: np.array(weight) for weight in model.trainable_variables}
    assert len(before) == len(model.trainable_variables), "two weights have one path"
    assert all(path.startswith("qa_model/") for path in before)
    state = TrainingState(replace(world.config, learning_rate=0.01), model)
    rows = training_rows(tokenized, 600, 30)
    batch = make_batch(rows, world.encoded, np.arange(0, len(rows), 5))
    assert np.all(batch.target == Target.WHOLE)
    losses = [state.train_step(batch) for _ in range(12)]
    assert losses[-1] < losses[0] and np.all(np.isfinite(losses))
    for weight in model.trainable_variables:
        # The softmax does not depend on a bias that all tokens have in common.
        if weight.shape != (1,):
            assert np.any(np.asarray(weight) != before[weight.path]), weight.path


def test_the_same_seed_gives_the_same_weights(world):
    first, second = (make_model(world.config, world.features) for _ in range(2))
    for one, other in zip(first.trainable_variables, second.trainable_variables, strict=True):
        assert_array_equal(np.asarray(one), np.asarray(other), err_msg=one.path)


def test_no_weight_is_as_large_as_a_vocabulary(world, tokenized):
    sizes = {size for weight in world.model.variables for size in weight.shape}
    assert sizes.isdisjoint({len(tokenized.words), len(tokenized.sources)})


def test_features_come_back_from_their_state(world, tokenized):
    again = make_features(world.config)
    for feature, fitted in zip(again, world.features, strict=True):
        feature.bind(GloveFile(FIXTURES / "glove.small.50d.txt"))
        feature.set_state(fitted.state())
    batch = make_batch(world.rows, Encoded(tokenized, again), np.arange(5))
    for name, array in world.batch(np.arange(5)).inputs.items():
        assert_array_equal(batch.inputs[name], array, err_msg=name)


def test_the_contract_is_also_what_keras_asks_of_a_model(world, some):
    assert isinstance(world.model, keras.Model) and world.model.built
    assert world.model.name == "qa_model"


def test_the_parts_of_its_training_state_have_names_of_their_own(world):
    """Layers with names: those of another model in the process must be the same."""
    states = [TrainingState(world.config, make_model(world.config, world.features)) for _ in "ab"]
    assert list(states[0].arrays()) == list(states[1].arrays())
