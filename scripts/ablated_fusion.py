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

    def build(self, inputs_shape=None):
        """Without what only the look at the others would train."""
        super().build(inputs_shape)
        self.self_query.trainable = self.self_key.trainable = False

    def _look_at_itself(self, modelled, mask):
        return ops.zeros_like(modelled)


class WithoutEnd(Fusion):
    """The end is told nothing of the start."""

    def _expected_start(self, start, last, mask):
        return ops.zeros_like(super()._expected_start(start, last, mask))
