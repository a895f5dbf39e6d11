"""An ONNX graph, put together one operation after the other.

A reader becomes three graphs: what is computed for each word, for each context, and for each
question. Weights are initializers with the names and shapes that checkpoints have; a graph may hold
them, or leave them to whoever runs it (`weights=None`: their numbers come from the checkpoint).

Source of the operators:
    https://onnx.ai/onnx/operators/
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from squad_reader.graph.stored import StoredGraph

# What the oldest onnxruntime of setup.py runs.
OPSET, IR_VERSION = 17, 8
MASKED_LOGIT = np.float32(-1e30)  # that of `attention`
TYPES = {"float": TensorProto.FLOAT, "int32": TensorProto.INT32, "bool": TensorProto.BOOL}


class Graph:
    """Names of values go in, the name of a new value comes out.

    Args:
        name: of the graph.
        shapes: path -> shape of all weights of the model.
        weights: path -> array; None to leave them out of the file.
    """

    def __init__(
        self,
        name: str,
        shapes: Mapping[str, tuple[int, ...]],
        weights: Mapping[str, np.ndarray] | None = None,
    ) -> None:
        self.name, self.shapes, self.weights = name, shapes, weights
        self._nodes: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._initializers: dict[str, Any] = {}

    def input(self, name: str, kind: str, shape: Sequence[str | int]) -> str:
        """An array that is given; letters in its shape are sizes that may differ."""
        self._inputs.append(helper.make_tensor_value_info(name, TYPES[kind], shape))
        return name

    def output(self, name: str, value: str, shape: Sequence[str | int]) -> None:
        """Name a float value as a result."""
        self._nodes.append(helper.make_node("Identity", [value], [name]))
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def weight(self, path: str) -> str:
        """A weight of the model, by the name that checkpoints give it."""
        if path not in self._initializers:
            self._initializers[path] = self._initializer(path)
        return path

    def _initializer(self, path: str) -> Any:
        if self.weights is not None:
            return numpy_helper.from_array(np.asarray(self.weights[path], np.float32), path)
        tensor = TensorProto(name=path, dims=self.shapes[path], data_type=TensorProto.FLOAT)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="weights")
        return tensor

    def constant(self, value: Any, dtype: Any = np.int64) -> str:
        """A number or an array that is not a weight."""
        array = np.asarray(value, dtype)
        name = f"constant_{array.dtype}_{'x'.join(map(str, array.shape))}_{array.tobytes().hex()}"
        self._initializers.setdefault(name, numpy_helper.from_array(array, name))
        return name

    def add(self, kind: str, *values: str, **attributes: Any) -> str:
        """An operation with one result."""
        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, values, [name], **attributes))
        return name

    def left_out(self) -> tuple[str, ...]:
        """The weights that whoever runs the graph must give."""
        return tuple(
            path for path in self._initializers if path in self.shapes and not self.weights
        )

    def stored(self, metadata: Mapping[str, str] | None = None) -> StoredGraph:
        """The whole in the form of a file, and what it leaves out."""
        return StoredGraph(self.model(metadata or {}).SerializeToString(), self.left_out())

    def model(self, metadata: Mapping[str, str]) -> Any:
        """The whole, with what is to be known of it, as an `onnx.ModelProto`.

        Raises:
            onnx.checker.ValidationError: it is none that any program can run.
        """
        graph = helper.make_graph(
            self._nodes, self.name, self._inputs, self._outputs, list(self._initializers.values())
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        helper.set_model_props(model, dict(metadata))
        if self.weights is not None:
            onnx.checker.check_model(model, full_check=True)
        return model
