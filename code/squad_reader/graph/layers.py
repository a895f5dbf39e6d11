"""The layers that readers share, as operations of an ONNX graph: the sums of the Keras layers.

Values are names in a `Graph`; shapes are those of the Keras layers. Padding stands at the end.

ONNX's GRU with `linear_before_reset` is Keras' with `reset_after`:
    https://onnx.ai/onnx/operators/onnx__GRU.html, https://keras.io/api/layers/
"""

import numpy as np

from squad_reader.graph.builder import MASKED_LOGIT, Graph

LETTERS = {"context": ["W", "T"], "question": ["B", "J"]}  # of the shapes of token arrays


def trained_rows(graph: Graph, weight: str, ids: str, vectors: str, first: int, number: int) -> str:
    """Vectors (U, D); those of the words with the ids `first`, `first + 1`, ... are a weight's."""
    place = graph.add("Sub", ids, graph.constant(first, np.int32))  # (U,)
    low, high = graph.constant(0, np.int32), graph.constant(number - 1, np.int32)
    row = graph.add("Max", graph.add("Min", place, high), low)
    is_trained = graph.add("Equal", row, place)
    rows = graph.add("Gather", graph.weight(f"qa_model/{weight}"), row)  # (U, D)
    return graph.add("Where", expand(graph, is_trained, 1), rows, vectors)


def tokens_of(graph: Graph, side: str, size: int) -> tuple[str, str]:
    """Contexts or questions as the rows of their words (., L, size), and their mask (., L)."""
    table = graph.input("words", "float", ["U", size])
    tokens = graph.input(f"{side}_words", "int32", LETTERS[side])
    mask = graph.input(f"{side}_mask", "bool", LETTERS[side])
    return graph.add("Gather", table, tokens), mask


def output_parts(graph: Graph, parts: dict[str, str]) -> None:
    """What is computed once for each context, (W, T, .) each, for `parts_for_questions`."""
    for name, value in parts.items():
        graph.output(f"read_{name}", value, ["W", "T", f"{name}_size"])


def parts_for_questions(graph: Graph, names: tuple[str, ...]) -> tuple[str, ...]:
    """The mask of each question's context (B, T), and what was computed of it: (B, T, .) each."""
    windows = graph.input("windows", "int32", ["B"])
    mask = graph.input("context_mask", "bool", ["W", "T"])
    given = [graph.input(f"read_{each}", "float", ["W", "T", f"{each}_size"]) for each in names]
    return tuple(graph.add("Gather", each, windows) for each in (mask, *given))


def dense(graph: Graph, name: str, value: str, activation: str = "", use_bias: bool = True) -> str:
    """`keras.layers.Dense` of a checkpoint: (..., n) to (..., m)."""
    product = graph.add("MatMul", value, graph.weight(f"qa_model/{name}/kernel"))
    if use_bias:
        product = graph.add("Add", product, graph.weight(f"qa_model/{name}/bias"))
    return graph.add(activation, product) if activation else product


def bi_gru(graph: Graph, name: str, value: str, lengths: str) -> str:
    """`BiRNN` of GRUs: (B, L, D) to (B, L, 2H); zeros at padding.

    Two operators, one for each direction. ONNX Runtime runs them one after the other, unless a
    session is told to run operators in parallel.

    Args:
        graph: to add to.
        name: of the layer.
        value: float, (B, L, D).
        lengths: int32, (B,). Real tokens; at least 1.
    """
    by_token = graph.add("Transpose", value, perm=[1, 0, 2])  # (L, B, D)
    both = [
        _gru(graph, f"qa_model/{name}/{direction}/gru_cell", by_token, lengths, kind)
        for direction, kind in (("forward", "forward"), ("backward", "reverse"))
    ]
    return graph.add("Transpose", graph.add("Concat", *both, axis=2), perm=[1, 0, 2])


def _gru(graph: Graph, cell: str, value: str, lengths: str, direction: str) -> str:
    """One direction, (L, B, D) to (L, B, H). Both libraries have the gates in the order z, r, h."""
    first, second = graph.constant([0]), graph.constant([1])
    kernels = [
        graph.add(
            "Unsqueeze", graph.add("Transpose", graph.weight(f"{cell}/{each}"), perm=[1, 0]), first
        )
        for each in ("kernel", "recurrent_kernel")
    ]  # (1, 3H, D), (1, 3H, H)
    bias = graph.add("Reshape", graph.weight(f"{cell}/bias"), graph.constant([1, -1]))  # (1, 6H)
    states = graph.add(
        "GRU",
        *(value, *kernels, bias, lengths),
        hidden_size=graph.shapes[f"{cell}/recurrent_kernel"][0],
        direction=direction,
        linear_before_reset=1,
    )  # (L, 1, B, H)
    return graph.add("Squeeze", states, second)


def masked_logits(graph: Graph, logits: str, mask: str) -> str:
    """Logits, with `MASKED_LOGIT` where the mask, broadcast to them, is false."""
    return graph.add("Where", mask, logits, graph.constant(MASKED_LOGIT, np.float32))


def masked_softmax(graph: Graph, logits: str, mask: str) -> str:
    """Softmax over the last axis; 0 where the mask is false, also in a row without a true one."""
    softmax = graph.add("Softmax", masked_logits(graph, logits, mask), axis=-1)
    return graph.add("Where", mask, softmax, graph.constant(0.0, np.float32))


def best_logits(graph: Graph, logits: str, mask: str) -> str:
    """(B, T), the highest logit of each row (B, T, J); 0 where its mask (B, 1, J) has no true."""
    best = graph.add("ReduceMax", masked_logits(graph, logits, mask), axes=[2], keepdims=0)
    number = graph.add("ReduceMax", graph.add("Cast", mask, to=1), axes=[2], keepdims=0)  # (B, 1)
    return graph.add("Mul", best, number)


def expand(graph: Graph, value: str, axis: int) -> str:
    """One more axis, of size 1."""
    return graph.add("Unsqueeze", value, graph.constant([axis]))


def swap(graph: Graph, value: str) -> str:
    """(B, m, n) to (B, n, m)."""
    return graph.add("Transpose", value, perm=[0, 2, 1])


def join(graph: Graph, *values: str) -> str:
    """Side by side, on the last axis."""
    return graph.add("Concat", *values, axis=-1)


def lengths_of(graph: Graph, mask: str) -> str:
    """int32, (B,). How many are true in a mask (B, L), at least 1: a GRU takes no empty text."""
    counts = graph.add("ReduceSum", graph.add("Cast", mask, to=6), graph.constant([1]), keepdims=0)
    return graph.add("Max", counts, graph.constant(1, np.int32))
