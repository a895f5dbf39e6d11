"""An LSTM read for training, with its gradient written out: less time and memory than Keras' way.

As `gru_training` does it: six arrays of each token are kept, and products with weights are made for
all tokens at once where that is possible.

Source of the equations:
    Hochreiter and Schmidhuber 1997, LSTM: https://doi.org/10.1162/neco.1997.9.8.1735
"""

from keras import ops

from squad_reader.model.turns import STAY, TURN, one_before, read_in_turns

GATES = 4  # input gate, forget gate, candidate, output gate: Keras' order


def hidden_states(layer, inputs, token_mask, backwards=False):
    """What `layer(inputs)` gives, or with `backwards` the states in the order of the text.

    Args:
        layer: `keras.layers.LSTM` with its usual activations and biases; H units.
        inputs: float, (B, L, D).
        token_mask: bool, (B, L). True at real tokens, which come before the padding.
        backwards: begin at the last token.

    Returns:
        float, (B, L, H). What stands at padding has no meaning.
    """
    cell = layer.cell
    # A tensor: TensorFlow asks more of a gradient where the function is one of variables.
    recurrent = ops.reshape(cell.recurrent_kernel, (cell.units, GATES * cell.units))
    return read_in_turns(
        inputs,
        token_mask,
        backwards,
        lambda inputs: ops.matmul(inputs, cell.kernel) + cell.bias,
        _stay(cell.units, inputs.dtype),
        lambda gates: _states(gates, recurrent),
    )


def _stay(size, dtype):
    """Nothing gets into the cell: (4H,)."""
    gate = ops.full((size,), -STAY, dtype)
    return ops.concatenate([gate, ops.zeros(((GATES - 1) * size,), dtype)])


@ops.custom_gradient
def _states(gates, recurrent):
    """Hidden states (L, B, H), L a multiple of TURN, from what the inputs add: (L, B, 4H).

    Args:
        gates: float, (L, B, 4H).
        recurrent: float, (H, 4H).
    """
    length, batch, size = ops.shape(gates)[0], ops.shape(gates)[1], recurrent.shape[0]

    def read(carry, given):  # the last of all that is kept, and what the inputs add (TURN, B, 4H)
        state, cell, kept = carry[-1], carry[-2], []
        for i in range(TURN):
            into, forget, candidate, out = ops.split(
                given[i] + ops.matmul(state, recurrent), GATES, axis=-1
            )
            into, forget, out = ops.sigmoid(into), ops.sigmoid(forget), ops.sigmoid(out)
            candidate = ops.tanh(candidate)
            cell = forget * cell + into * candidate
            state = out * ops.tanh(cell)
            kept += [into, forget, candidate, out, cell, state]
        new = ops.stack(kept)
        return new, new

    start = ops.zeros((TURN * (GATES + 2), batch, size), gates.dtype)
    turns = ops.reshape(gates, (-1, TURN, batch, GATES * size))
    _, kept = ops.scan(read, start, turns)
    kept = ops.reshape(kept, (length, GATES + 2, batch, size))

    def gradient(*args, upstream=None):
        upstream = args[0] if upstream is None else upstream
        return _gradients(upstream, kept, recurrent)

    return kept[:, -1], gradient


def _gradients(upstream, kept, recurrent):
    """Gradients of `gates` and `recurrent`.

    Args:
        upstream: float, (L, B, H). Of the states.
        kept: float, (L, 6, B, H). Input gate, forget gate, candidate, output gate, cell and state
            of each token.
        recurrent: float, (H, 4H).
    """
    length, batch, size = ops.shape(kept)[0], ops.shape(kept)[2], recurrent.shape[0]
    turned = ops.transpose(recurrent)  # (4H, H)
    before = one_before(kept[:, -1])  # (L, B, H)
    given = [upstream[:, None], one_before(kept[:, -2])[:, None], ops.tanh(kept[:, -2:-1])]
    given = ops.concatenate([*given, kept[:, :GATES]], axis=1)  # (L, 7, B, H)

    def read(carry, given):  # from the last token of a turn to its first
        late_state, late_cell = carry[0]
        products = [None] * TURN
        for i in reversed(range(TURN)):
            upstream, cell_before, cell, into, forget, candidate, out = (
                given[i][place] for place in range(GATES + 3)
            )
            d_state = upstream + late_state
            d_cell = late_cell + d_state * out * (1.0 - ops.square(cell))
            products[i] = ops.concatenate(
                [
                    d_cell * candidate * into * (1.0 - into),
                    d_cell * cell_before * forget * (1.0 - forget),
                    d_cell * into * (1.0 - ops.square(candidate)),
                    d_state * cell * out * (1.0 - out),
                ],
                axis=-1,
            )  # (B, 4H)
            late_state, late_cell = ops.matmul(products[i], turned), d_cell * forget
        new = ((late_state, late_cell), ops.stack(products))
        return new, new

    zero = ops.zeros_like(upstream[0])
    carry = ((zero, zero), ops.zeros((TURN, batch, GATES * size), upstream.dtype))
    turns = ops.reshape(given, (-1, TURN, GATES + 3, batch, size))
    _, (_, products) = ops.scan(read, carry, turns, reverse=True)
    d_gates = ops.reshape(products, (length, batch, GATES * size))
    flat = ops.reshape(products, (length * batch, GATES * size))
    d_recurrent = ops.matmul(ops.transpose(ops.reshape(before, (-1, size))), flat)
    return d_gates, d_recurrent
