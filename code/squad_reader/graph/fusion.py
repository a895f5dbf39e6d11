"""Fusion as ONNX graphs: the sums of `squad_reader.model.fusion.model`, with its names."""

import math
from typing import Any

import numpy as np

from squad_reader.data.features.word_ids import UNK_ID
from squad_reader.graph.builder import Graph
from squad_reader.graph.layers import (
    best_logits,
    bi_gru,
    dense,
    expand,
    join,
    lengths_of,
    masked_logits,
    masked_softmax,
    output_parts,
    parts_for_questions,
    swap,
    tokens_of,
    trained_rows,
)

PARTS = ("words", "hidden", "keys", "word_keys", "fused")  # of a context


def add_words(graph: Graph, features: dict[str, Any]) -> None:
    """The first layer of the words of a batch: (U, 128)."""
    size, grams_size = features["ids"].size, features["grams"].longest
    ids = graph.input("word_ids", "int32", ["U"])
    vectors = graph.input("word_vectors", "float", ["U", size])
    shape = graph.input("word_shape", "int32", ["U"])
    grams = graph.input("word_grams", "int32", ["U", grams_size])
    kinds = graph.input("word_kinds", "float", ["U", features["kinds"].size])
    shapes = graph.add("Gather", graph.weight("qa_model/word_input/shapes"), shape)  # (U, D)
    is_unknown = graph.add("Equal", ids, graph.constant(UNK_ID, np.int32))
    vectors = graph.add("Where", expand(graph, is_unknown, 1), shapes, vectors)
    if features["ids"].trained:
        number = len(features["ids"].trained)
        vectors = trained_rows(graph, "word_input/trained", ids, vectors, UNK_ID + 1, number)
    table = join(graph, vectors, _letters(graph, grams), kinds)  # (U, E)
    graph.output("words", dense(graph, "words", table, "Relu"), ["U", "E"])


def _letters(graph: Graph, grams: str) -> str:
    """Of buckets (U, G): the sum of their vectors over the root of their number, (U, L)."""
    is_gram = graph.add("Cast", graph.add("Greater", grams, graph.constant(0, np.int32)), to=1)
    vectors = graph.add("Gather", graph.weight("qa_model/word_input/grams"), grams)  # (U, G, L)
    total = graph.add("MatMul", expand(graph, is_gram, 1), vectors)  # (U, 1, L)
    number = graph.add("ReduceSum", is_gram, graph.constant([1]), keepdims=1)  # (U, 1)
    number = graph.add("Sqrt", graph.add("Max", number, graph.constant(1.0, np.float32)))
    return graph.add("Div", graph.add("Squeeze", total, graph.constant([1])), number)


def _read(graph: Graph, side: str) -> tuple[str, str, str]:
    """Words (., L, 128) and hidden states (., L, 2H) of contexts or questions, and their mask."""
    words, mask = tokens_of(graph, side, graph.shapes["qa_model/words/kernel"][1])
    return words, bi_gru(graph, "read", words, lengths_of(graph, mask)), mask


def add_context(graph: Graph, features: dict[str, Any]) -> None:
    """What of a context does not depend on the question: `PARTS`, (W, T, .)."""
    words, hidden, _ = _read(graph, "context")
    levels = join(graph, words, hidden)  # (W, T, 128 + 2H)
    parts = {
        "words": words,
        "hidden": hidden,
        "keys": dense(graph, "align/projection", levels, "Relu", use_bias=False),
        "word_keys": dense(graph, "align_words/projection", words, "Relu", use_bias=False),
        "fused": dense(graph, "fuse_context", levels),
    }
    output_parts(graph, parts)


def add_question(graph: Graph, features: dict[str, Any]) -> None:
    """Logits of start and end, (B, T), and what each context token looked at, (B, T, J)."""
    words, hidden, question_mask = _read(graph, "question")
    mask, *given = parts_for_questions(graph, PARTS)
    context = dict(zip(PARTS, given, strict=True))  # each (B, T, .)
    match = graph.input("pair_match", "float", ["B", "T", features["match"].size])
    lengths = lengths_of(graph, mask)
    value = bi_gru(graph, "value", hidden, lengths_of(graph, question_mask))  # (B, J, 2H)
    seen = expand(graph, question_mask, 1)  # (B, 1, J)
    fused, weights = _fuse(graph, context, words, hidden, value, seen, mask, match)
    modelled = bi_gru(graph, "model_level", fused, lengths)  # (B, T, 2H)
    looked = _look_at_itself(graph, modelled, mask)
    own = dense(graph, "fuse_self", join(graph, modelled, looked, match), "Relu")  # (B, T, H)
    last = bi_gru(graph, "self_level", own, lengths)  # (B, T, 2H)
    start, end = _pointers(graph, last, value, question_mask, mask)
    graph.output("start_logits", start, ["B", "T"])
    graph.output("end_logits", end, ["B", "T"])
    graph.output("attention", weights, ["B", "T", "J"])


def _fuse(
    graph: Graph,
    context: dict[str, str],
    words: str,
    hidden: str,
    value: str,
    seen: str,
    mask: str,
    match: str,
) -> tuple[str, str]:
    """Context and question, (B, T, H), and what each context token looked at, (B, T, J)."""
    keys = dense(graph, "align/projection", join(graph, words, hidden), "Relu", use_bias=False)
    scores = graph.add("MatMul", context["keys"], swap(graph, keys))  # (B, T, J)
    weights = masked_softmax(graph, scores, seen)
    attended = graph.add("MatMul", weights, value)  # (B, T, 2H)
    word_keys = dense(graph, "align_words/projection", words, "Relu", use_bias=False)
    word_scores = graph.add("MatMul", context["word_keys"], swap(graph, word_keys))
    aligned = graph.add("MatMul", masked_softmax(graph, word_scores, seen), words)
    best = best_logits(graph, scores, seen)  # (B, T)
    back = expand(graph, masked_softmax(graph, best, mask), 1)  # (B, 1, T)
    asked = graph.add("MatMul", back, context["hidden"])  # (B, 1, 2H)
    products = (
        graph.add("Mul", *pair)
        for pair in (
            (context["hidden"], attended),
            (context["hidden"], asked),
            (context["words"], aligned),
        )
    )
    first, second, third = products
    parts = join(graph, attended, first, second, aligned, third, match)
    fused = graph.add("Add", context["fused"], dense(graph, "fuse", parts, use_bias=False))
    return graph.add("Relu", fused), weights


def _look_at_itself(graph: Graph, modelled: str, mask: str) -> str:
    """For each token the average of the others, by how much it looks at them: (B, T, 2H)."""
    query = dense(graph, "self_attention/query", modelled, use_bias=False)  # (B, T, 64)
    key = dense(graph, "self_attention/key", modelled, use_bias=False)
    scores = graph.add("MatMul", query, swap(graph, key))  # (B, T, T)
    root = math.sqrt(graph.shapes["qa_model/self_attention/key/kernel"][1])
    scores = graph.add("Div", scores, graph.constant(root, np.float32))
    length = graph.add("Shape", mask, start=1)  # (1,)
    length = graph.add("Squeeze", length)
    places = graph.add("Range", graph.constant(0), length, graph.constant(1))  # (T,)
    same = graph.add("Equal", expand(graph, places, 0), expand(graph, places, 1))  # (T, T)
    others = graph.add("And", expand(graph, mask, 1), graph.add("Not", same))  # (B, T, T)
    return graph.add("MatMul", masked_softmax(graph, scores, others), modelled)


def _pointers(
    graph: Graph, last: str, value: str, question_mask: str, mask: str
) -> tuple[str, str]:
    """Logits of the start, from the question's summary; of the end, from that and the start."""
    scores = dense(graph, "pointer/average/importance", value, use_bias=False)  # (B, J, 1)
    scores = graph.add("Squeeze", scores, graph.constant([2]))
    summary = masked_softmax(graph, scores, question_mask)  # (B, J)
    query = graph.add("MatMul", expand(graph, summary, 1), value)  # (B, 1, 2H)
    start = _logits(graph, last, dense(graph, "pointer/start/bilinear", query), mask)
    found = expand(graph, masked_softmax(graph, start, mask), 1)  # (B, 1, T)
    expected = graph.add("MatMul", found, last)  # (B, 1, 2H)
    query = dense(graph, "pointer/end_query", join(graph, query, expected), "Tanh")
    return start, _logits(graph, last, dense(graph, "pointer/end/bilinear", query), mask)


def _logits(graph: Graph, last: str, query: str, mask: str) -> str:
    """Dot products of tokens (B, T, 2H) and a query (B, 1, 2H): (B, T), masked."""
    logits = graph.add("MatMul", last, swap(graph, query))  # (B, T, 1)
    return masked_logits(graph, graph.add("Squeeze", logits, graph.constant([2])), mask)
