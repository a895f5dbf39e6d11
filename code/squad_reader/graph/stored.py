"""Graphs as they lie in a checkpoint: beside the weights, which are not stored twice."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

# Raised with each change of the sums in this folder: graphs that were kept are then made anew.
GRAPHS_VERSION = 1
NAMES = "_weights"  # ends the name of the array that names a graph's weights


@dataclass(frozen=True)
class StoredGraph:
    """A graph in the form of an `.onnx` file.

    Attributes:
        content: of the file.
        weights: the names of the weights that it leaves to whoever runs it.
    """

    content: bytes
    weights: tuple[str, ...] = ()


def to_arrays(graphs: Mapping[str, StoredGraph]) -> dict[str, np.ndarray]:
    """Graphs as the arrays of one of a checkpoint's files."""
    arrays: dict[str, np.ndarray] = {}
    for name, graph in graphs.items():
        arrays[name] = np.frombuffer(graph.content, np.uint8)
        arrays[name + NAMES] = np.array(graph.weights, np.str_)
    return arrays


def from_arrays(arrays: Mapping[str, np.ndarray]) -> dict[str, StoredGraph]:
    """The other way round."""
    return {
        name: StoredGraph(array.tobytes(), tuple(map(str, arrays[name + NAMES])))
        for name, array in arrays.items()
        if not name.endswith(NAMES)
    }
