"""From a checkpoint's weights to the three graphs of its model."""

import importlib
from collections.abc import Mapping, Sequence

import numpy as np

from squad_reader.data.features.feature import Feature
from squad_reader.errors import InputError
from squad_reader.graph.builder import Graph
from squad_reader.registry import architecture

STEPS = ("words", "context", "question")  # each needs what those before it gave


def make_graphs(
    model: str,
    features: Sequence[Feature],
    weights: Mapping[str, np.ndarray],
    with_weights: bool = False,
) -> dict[str, Graph]:
    """The graphs of a model, by the names in `STEPS`.

    Args:
        model: its name.
        features: what it reads, bound and fitted.
        weights: path -> array.
        with_weights: the graphs hold the weights; otherwise they name them.

    Raises:
        InputError: the model has no graphs.
    """
    place = architecture(model).graphs
    if not place:
        raise InputError(f"expected a model that has ONNX graphs, got {model!r}")
    module = importlib.import_module(place)
    by_name = {feature.name: feature for feature in features}
    shapes = {path: array.shape for path, array in weights.items()}
    graphs = {}
    for step in STEPS:
        graphs[step] = Graph(step, shapes, weights if with_weights else None)
        getattr(module, f"add_{step}")(graphs[step], by_name)
    return graphs
