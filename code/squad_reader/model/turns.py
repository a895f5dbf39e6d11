"""What reading a GRU and an LSTM for training have in common: several tokens in a turn of a loop.

Comes before `gru_training` and `lstm_training`, which know the equations.
"""

from keras import ops

TURN = 4  # tokens that one turn of the loop reads
STAY = 1e4  # with this number before its sigmoid a gate is 1, and with its negative 0


def read_in_turns(inputs, token_mask, backwards, from_inputs, stay, read):
    """Hidden states of one direction, in the order of the text.

    Args:
        inputs: float, (B, L, D).
        token_mask: bool, (B, L). True at real tokens, which come before the padding.
        backwards: begin at the last token.
        from_inputs: (L', B, D) -> (L', B, G), what the inputs add to the gates of H units each.
        stay: float, (G,). What, added to the gates, leaves a state of zeros as it is. A text that
            is read backwards begins with its padding.
        read: (L', B, G) -> (L', B, H), where L' is a multiple of TURN.

    Returns:
        float, (B, L, H). What stands at padding has no meaning.
    """
    length = ops.shape(inputs)[1]
    more = -length % TURN
    inputs = ops.pad(ops.transpose(inputs, (1, 0, 2)), ((0, more), (0, 0), (0, 0)))
    gates = from_inputs(inputs)  # (L', B, G)
    if backwards:
        mask = ops.pad(ops.transpose(token_mask), ((0, more), (0, 0)))  # (L', B)
        stay = ops.where(mask[..., None], ops.zeros((), gates.dtype), stay)  # (L', B, G)
        gates = ops.flip(gates + stay, axis=0)
    states = read(gates)  # (L', B, H)
    if backwards:
        states = ops.flip(states, axis=0)
    return ops.transpose(states[:length], (1, 0, 2))


def one_before(states):
    """The state before each token, zeros before the first: (L, B, H) from the same."""
    return ops.concatenate([ops.zeros_like(states[:1]), states[:-1]])
