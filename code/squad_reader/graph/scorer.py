"""Answers with ONNX graphs: NumPy and onnxruntime, and neither Keras nor TensorFlow."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime

from squad_reader.graph.stored import StoredGraph
from squad_reader.model.scorer import Scorer


class GraphScorer(Scorer):
    """A model as three graphs.

    Args:
        graphs: "words", "context" and "question"; see `make.make_graphs`.
        weights: path -> float32 array, for graphs that leave them out.
        threads: processor threads; 0 for as many as onnxruntime chooses.
    """

    def __init__(
        self,
        graphs: Mapping[str, StoredGraph],
        weights: Mapping[str, np.ndarray],
        threads: int = 0,
    ) -> None:
        self._values = {
            path: onnxruntime.OrtValue.ortvalue_from_numpy(np.ascontiguousarray(array))
            for path, array in weights.items()
        }
        self._sessions = {name: self._session(graph, threads) for name, graph in graphs.items()}

    def _session(self, graph: StoredGraph, threads: int) -> Any:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # Threads that wait for work in a loop take the processor from those that have some: from
        # NumPy's and from those of another request.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        values = [self._values[path] for path in graph.weights]
        if values:
            options.add_external_initializers(list(graph.weights), values)
        return onnxruntime.InferenceSession(
            graph.content, options, providers=["CPUExecutionProvider"]
        )

    def get_logits(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        """Logits of each context token as start and as end; see `Scorer`."""
        start, end = self.outputs(batch.inputs, ("start_logits", "end_logits"))
        return start, end

    def get_attention(self, batch: Any) -> np.ndarray:
        """What each context token looks at in the question; see `Scorer`."""
        (attention,) = self.outputs(batch.inputs, ("attention",))
        return attention

    def outputs(self, inputs: dict[str, np.ndarray], names: tuple[str, ...]) -> list[np.ndarray]:
        """Some outputs of the question's graph for a batch's inputs, windows shared or not."""
        known: dict[str, Any] = dict(inputs)
        known.setdefault("windows", np.arange(len(inputs["context_mask"]), dtype=np.int32))
        known.update(self._run("words", known))
        known.update(self.read_contexts(known))
        found = self._run("question", known, names)
        return [found[name] for name in names]

    def read_contexts(self, known: dict[str, Any]) -> dict[str, np.ndarray]:
        """What is computed once for each context, from a batch's inputs and the rows of its words:
        float32, (W, T, ...) each."""
        return self._run("context", known)

    def _run(
        self, step: str, known: dict[str, Any], names: tuple[str, ...] = ()
    ) -> dict[str, np.ndarray]:
        """What a graph computes from what is known so far; all of it, or some."""
        session = self._sessions[step]
        names = names or tuple(each.name for each in session.get_outputs())
        given = {each.name: _as(each.type, known[each.name]) for each in session.get_inputs()}
        return dict(zip(names, session.run(list(names), given), strict=True))


def _as(kind: str, array: np.ndarray) -> np.ndarray:
    """An array in the dtype that a graph wants: a feature may have stored it in another."""
    dtype = {"tensor(float)": np.float32, "tensor(int32)": np.int32, "tensor(bool)": np.bool_}
    return np.asarray(array, dtype[kind])
