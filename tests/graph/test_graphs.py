"""ONNX graphs give what the Keras models give, for all lengths and batches, with random weights."""

import re
from pathlib import Path

import numpy as np
import onnx
import pytest
from made_up import Traced
from numpy.testing import assert_allclose
from small_reader import fitted_features, small_sizes

from squad_reader import registry
from squad_reader.config import make_config
from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import prediction_rows
from squad_reader.data.squad_data import Example, SquadData
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.graph.builder import IR_VERSION, OPSET, Graph
from squad_reader.graph.layers import bi_gru, lengths_of
from squad_reader.graph.make import STEPS, make_graphs
from squad_reader.graph.scorer import GraphScorer
from squad_reader.graph.stored import from_arrays, to_arrays
from squad_reader.model.bi_rnn import BiRNN
from squad_reader.model.models import make_model
from squad_reader.options import option_names
from squad_reader.predict.checkpoints import get_weights
from squad_reader.runtime import one_graph

ROOT = Path(__file__).parents[2]
MODELS = [name for name in registry.names() if registry.architecture(name).graphs]


class World:
    """A small model with random weights and its graphs, with the weights inside or outside."""

    def __init__(self, name, trained_words, fixtures_dir):
        options = option_names(registry.architecture(name).options)
        small = small_sizes(name)
        small |= {option: 300 for option in options if option.endswith("_buckets")}
        values = {"model": name, "embedding_size": 50, **small, "trained_words": trained_words}
        self.config = make_config(values)
        train = preprocess(read_squad(fixtures_dir / "small-train-v1.1.json"))
        self.features = fitted_features(self.config, train)
        self.model = make_model(self.config, self.features)
        random = np.random.RandomState(3)
        for weight in self.model.trainable_variables:
            weight.assign(random.normal(0.0, 2.0 / weight.shape[0] ** 0.5, weight.shape))
        self.weights = get_weights(self.model)
        self.scorers = [self.scorer(inside) for inside in (False, True)]
        self.by_keras = Traced(self.model)

    def graphs(self, inside):
        return make_graphs(self.config.model, self.features, self.weights, inside)

    def scorer(self, inside):
        files = {step: graph.stored() for step, graph in self.graphs(inside).items()}
        return GraphScorer(files, {} if inside else self.weights)

    def batch(self, lengths, share):
        """Contexts of these lengths, each with two questions; the second has no token."""
        words = "The old mill of Zorn burned in 1 066 , xyzzy and Alma saw it .".split()
        contexts = [
            " ".join(np.random.default_rng(i).choice(words, length))
            for i, length in enumerate(lengths)
        ]
        examples = [
            Example(f"{i}{question}", i, question, None)
            for i in range(len(contexts))
            for question in ("Who saw the mill of Zorn burn?", "")
        ]
        tokenized = preprocess(SquadData("", ["T"] * len(contexts), contexts, examples, []))
        rows = prediction_rows(tokenized, max(lengths), 30)
        numbers = np.arange(len(rows))
        return make_batch(rows, Encoded(tokenized, self.features), numbers, share)


@pytest.fixture(scope="module", params=[(name, n) for name in MODELS for n in (0, 2)], ids=str)
def world(request, fixtures_dir):
    return World(*request.param, fixtures_dir)


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("lengths", [(1,), (2,), (17,), (1, 17, 2), (300,)], ids=str)
def test_logits_and_attention_are_those_of_keras(world, lengths, share):
    batch = world.batch(lengths, share)
    expected, mask = world.by_keras(batch.inputs), batch.context_mask
    for scorer in world.scorers:
        names = ("start_logits", "end_logits", "attention")
        for name, found in zip(names, scorer.outputs(batch.inputs, names), strict=True):
            right = expected[name]
            assert found.shape == right.shape and found.dtype == np.float32
            bound = 1e-4 * np.maximum(1.0, np.abs(right[mask]))
            assert np.all(np.abs(found[mask] - right[mask]) <= bound), name
        assert_allclose(scorer.get_attention(batch)[mask], found[mask], atol=1e-6)


def test_log_probs_and_spans_are_those_of_keras(world):
    batch = world.batch((5, 40, 17), True)
    for scorer in world.scorers:
        for ours, theirs in zip(
            scorer.get_log_probs(batch), world.model.get_log_probs(batch), strict=True
        ):
            real = batch.context_mask
            assert ours.dtype == np.float64 and np.all(np.isneginf(ours[~real]))
            assert_allclose(ours[real], theirs[real], rtol=1e-4, atol=1e-4)
        ours, theirs = (one.get_start_end_pos(batch, 4) for one in (scorer, world.model))
        np.testing.assert_array_equal(ours[:2], theirs[:2])


def test_an_answer_does_not_depend_on_a_long_neighbour(world):
    alone, beside = world.batch((17,), True), world.batch((17, 400), True)
    scorer = world.scorers[0]
    for ours, theirs in zip(scorer.get_log_probs(alone), scorer.get_log_probs(beside), strict=True):
        assert_allclose(ours[:2, :17], theirs[:2, :17], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float16], ids=["single", "half"])
@pytest.mark.parametrize("share", [False, True])
def test_a_context_that_is_all_padding_gives_finite_numbers_and_changes_no_other(
    world, share, dtype
):
    graphs = {step: graph.stored() for step, graph in world.graphs(False).items()}
    rounded = {path: each.astype(dtype).astype(np.float32) for path, each in world.weights.items()}
    scorer, names = GraphScorer(graphs, rounded), ("start_logits", "end_logits", "attention")
    batch = world.batch((17, 5), share)
    expected = scorer.outputs(batch.inputs, names)
    mask = batch.inputs["context_mask"].copy()
    mask[1 if share else 2 :] = False
    found = scorer.outputs({**batch.inputs, "context_mask": mask}, names)
    for ours, theirs in zip(found, expected, strict=True):
        assert np.all(np.isfinite(ours))
        assert_allclose(ours[:2, :17], theirs[:2, :17], rtol=1e-5, atol=1e-5)


def test_a_graph_that_leaves_the_weights_out_names_them(world):
    whole, empty = world.graphs(True), world.graphs(False)
    for step in STEPS:
        assert whole[step].left_out() == () and set(empty[step].left_out()) <= set(world.weights)
        assert len(empty[step].stored().content) < 20_000
    assert set().union(*(graph.left_out() for graph in empty.values())) >= {
        path for path in world.weights if "trained" not in path
    }


def test_the_checker_passes_a_graph_and_its_metadata(world):
    for graph in world.graphs(True).values():
        model = graph.model({"licence": "CC BY-SA 4.0"})
        onnx.checker.check_model(model, full_check=True)
        assert [(each.key, each.value) for each in model.metadata_props] == [
            ("licence", "CC BY-SA 4.0")
        ]


def test_graphs_come_back_from_the_arrays_of_a_checkpoint(world):
    graphs = {step: graph.stored() for step, graph in world.graphs(False).items()}
    assert from_arrays(to_arrays(graphs)) == graphs


def test_the_oldest_onnxruntime_that_setup_allows_runs_the_opset():
    """As https://onnxruntime.ai/docs/reference/compatibility.html has it: release -> opset, IR."""
    runs = {(1, 12): (17, 8), (1, 15): (19, 8), (1, 17): (20, 9)}
    oldest = re.search(r'"onnxruntime>=(\d+)\.(\d+)', (ROOT / "setup.py").read_text("utf-8"))
    opset, ir_version = runs[tuple(map(int, oldest.groups()))]
    assert OPSET <= opset and IR_VERSION <= ir_version


def test_every_gru_has_keras_form_and_knows_its_lengths(world):
    grus = [
        node
        for graph in world.graphs(False).values()
        for node in graph.model({}).graph.node
        if node.op_type == "GRU"
    ]
    assert len(grus) >= 4
    for node in grus:
        attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        assert attributes["linear_before_reset"] == 1
        assert len(node.input) == 5 and all(node.input)  # X, W, R, B, sequence_lens


@pytest.mark.parametrize("lengths", [(1,), (2,), (17,), (3000,), (1, 17, 2)], ids=str)
def test_a_bidirectional_gru_is_that_of_keras(lengths):
    layer, random = BiRNN(5, seed=1, name="read"), np.random.default_rng(2)
    layer.build((None, None, 4))
    prefix = "qa_model/read"
    weights = {
        f"{prefix}/{direction}/gru_cell/{part}": random.normal(size=shape).astype(np.float32)
        for direction in ("forward", "backward")
        for part, shape in (("kernel", (4, 15)), ("recurrent_kernel", (5, 15)), ("bias", (2, 15)))
    }
    for weight in layer.weights:
        weight.assign(weights[f"qa_model/{weight.path}"])
    graph = Graph("read", {path: array.shape for path, array in weights.items()}, weights)
    value = graph.input("value", "float", ["B", "L", 4])
    lengths_name = lengths_of(graph, graph.input("mask", "bool", ["B", "L"]))
    graph.output("states", bi_gru(graph, "read", value, lengths_name), ["B", "L", 10])
    session = GraphScorer({"read": graph.stored()}, {})._sessions["read"]
    mask = np.arange(max(lengths)) < np.array(lengths)[:, None]
    inputs = random.normal(size=(*mask.shape, 4)).astype(np.float32)
    (found,) = session.run(None, {"value": inputs, "mask": mask})
    by_keras = one_graph(layer, inputs, mask) or layer
    expected = np.asarray(by_keras(inputs, mask))
    assert_allclose(found[mask], expected[mask], atol=1e-5)
    assert not found[~mask].any()


def test_a_model_without_graphs_is_refused():
    with pytest.raises(InputError, match="expected a model that has ONNX graphs, got 'drqa'"):
        make_graphs("drqa", [], {})
