"""The baseline as ONNX graphs: the sums of `squad_reader.model.baseline.model`, with its names."""

from typing import Any

import numpy as np

from squad_reader.data.features.word_ids import UNK_ID
from squad_reader.graph.builder import Graph
from squad_reader.graph.layers import (
    bi_gru,
    dense,
    expand,
    lengths_of,
    masked_logits,
    masked_softmax,
    swap,
)


def add_words(graph: Graph, features: dict[str, Any]) -> None:
    """The vectors of the words of a batch: (U, D)."""
    size = features["ids"].size
    ids = graph.input("word_ids", "int32", ["U"])
    frozen = graph.input("word_vectors", "float", ["U", size])
    place = graph.add("Sub", ids, graph.constant(UNK_ID, np.int32))  # (U,)
    low, high = graph.constant(0, np.int32), len(features["ids"].trained)
    row = graph.add("Max", graph.add("Min", place, graph.constant(high, np.int32)), low)
    trained = graph.add("Gather", graph.weight("qa_model/word_vectors/trained"), row)  # (U, D)
    is_trained = expand(graph, graph.add("Equal", row, place), 1)  # (U, 1)
    graph.output("words", graph.add("Where", is_trained, trained, frozen), ["U", size])


def _read(graph: Graph, side: str, length: str, features: dict[str, Any]) -> tuple[str, str]:
    """Hidden states (., L, 2H) of contexts or questions, and their mask."""
    number = "W" if side == "context" else "B"
    table = graph.input("words", "float", ["U", features["ids"].size])
    tokens = graph.input(f"{side}_words", "int32", [number, length])
    mask = graph.input(f"{side}_mask", "bool", [number, length])
    vectors = graph.add("Gather", table, tokens)  # (., L, D)
    return bi_gru(graph, "encoder", vectors, lengths_of(graph, mask)), mask


def add_context(graph: Graph, features: dict[str, Any]) -> None:
    """Hidden states (W, T, 2H), and their part of the hidden layer (W, T, H)."""
    hidden, _ = _read(graph, "context", "T", features)
    alone = graph.add("MatMul", hidden, _half_of_kernel(graph, 0))
    graph.output("read_hidden", hidden, ["W", "T", "hidden_size"])
    graph.output("read_alone", alone, ["W", "T", "alone_size"])


def add_question(graph: Graph, features: dict[str, Any]) -> None:
    """Logits of start and end, (B, T), and what each context token looked at, (B, T, J)."""
    question, question_mask = _read(graph, "question", "J", features)  # (B, J, 2H)
    windows = graph.input("windows", "int32", ["B"])
    given = (
        graph.input("context_mask", "bool", ["W", "T"]),
        graph.input("read_hidden", "float", ["W", "T", "hidden_size"]),
        graph.input("read_alone", "float", ["W", "T", "alone_size"]),
    )
    mask, hidden, alone = (graph.add("Gather", each, windows) for each in given)
    scores = graph.add("MatMul", hidden, swap(graph, question))  # (B, T, J)
    weights = masked_softmax(graph, scores, expand(graph, question_mask, 1))
    attended = graph.add("MatMul", weights, question)  # (B, T, 2H)
    blended = graph.add("MatMul", attended, _half_of_kernel(graph, 1))
    blended = graph.add("Add", graph.add("Add", alone, blended), graph.weight(BIAS))
    blended = graph.add("Relu", blended)  # (B, T, H)
    for name in ("start", "end"):
        logits = dense(graph, f"{name}/linear", blended)  # (B, T, 1)
        logits = graph.add("Squeeze", logits, graph.constant([2]))
        graph.output(f"{name}_logits", masked_logits(graph, logits, mask), ["B", "T"])
    graph.output("attention", weights, ["B", "T", "J"])


KERNEL, BIAS = "qa_model/blend/kernel", "qa_model/blend/bias"


def _half_of_kernel(graph: Graph, half: int) -> str:
    """The rows of `blend` for what the context is alone, or for what it looked at: (2H, H)."""
    rows = graph.shapes[KERNEL][0] // 2
    begin, end = graph.constant([half * rows]), graph.constant([(half + 1) * rows])
    return graph.add("Slice", graph.weight(KERNEL), begin, end, graph.constant([0]))
