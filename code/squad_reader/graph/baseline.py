"""The baseline as ONNX graphs: the sums of `squad_reader.model.baseline.model`, with its names."""

from typing import Any

from squad_reader.data.features.word_ids import UNK_ID
from squad_reader.graph.builder import Graph
from squad_reader.graph.layers import (
    bi_gru,
    dense,
    expand,
    lengths_of,
    masked_logits,
    masked_softmax,
    output_parts,
    parts_for_questions,
    swap,
    tokens_of,
    trained_rows,
)

KERNEL, BIAS = "qa_model/blend/kernel", "qa_model/blend/bias"


def add_words(graph: Graph, features: dict[str, Any]) -> None:
    """The vectors of the words of a batch: (U, D)."""
    size, number = features["ids"].size, 1 + len(features["ids"].trained)
    ids = graph.input("word_ids", "int32", ["U"])
    frozen = graph.input("word_vectors", "float", ["U", size])
    vectors = trained_rows(graph, "word_vectors/trained", ids, frozen, UNK_ID, number)
    graph.output("words", vectors, ["U", size])


def _read(graph: Graph, side: str, features: dict[str, Any]) -> tuple[str, str]:
    """Hidden states (., L, 2H) of contexts or questions, and their mask."""
    vectors, mask = tokens_of(graph, side, features["ids"].size)  # (., L, D)
    return bi_gru(graph, "encoder", vectors, lengths_of(graph, mask)), mask


def add_context(graph: Graph, features: dict[str, Any]) -> None:
    """Hidden states (W, T, 2H), and their part of the hidden layer (W, T, H)."""
    hidden, _ = _read(graph, "context", features)
    alone = graph.add("MatMul", hidden, _half_of_kernel(graph, 0))
    output_parts(graph, {"hidden": hidden, "alone": alone})


def add_question(graph: Graph, features: dict[str, Any]) -> None:
    """Logits of start and end, (B, T), and what each context token looked at, (B, T, J)."""
    question, question_mask = _read(graph, "question", features)  # (B, J, 2H)
    mask, hidden, alone = parts_for_questions(graph, ("hidden", "alone"))
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


def _half_of_kernel(graph: Graph, half: int) -> str:
    """The rows of `blend` for what the context is alone, or for what it looked at: (2H, H)."""
    rows = graph.shapes[KERNEL][0] // 2
    begin, end = graph.constant([half * rows]), graph.constant([(half + 1) * rows])
    return graph.add("Slice", graph.weight(KERNEL), begin, end, graph.constant([0]))
