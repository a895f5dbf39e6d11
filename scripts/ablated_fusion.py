"""The fusion reader without one of its parts, for `ablate.py`."""

from keras import ops

from squad_reader.model.fusion.model import Fusion


class WithoutMatch(Fusion):
    """The match features are always 0."""

    def score(self, context, inputs, training=False):
        """As `Fusion.score`."""
        nothing = ops.zeros_like(inputs["pair_match"])
        return super().score(context, {**inputs, "pair_match": nothing}, training)


class WithoutSelfAttention(Fusion):
    """A token finds nothing when it looks at the others."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.self_attention.call = lambda tokens, token_mask: ops.zeros_like(tokens)

    def build(self, inputs_shape=None):
        """Without what only the look at the others would train."""
        super().build(inputs_shape)
        self.self_attention.trainable = False


class WithoutEnd(Fusion):
    """The end is told nothing of the start."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pointer.expected_start = lambda start, tokens, mask: ops.zeros_like(tokens[:, 0])
