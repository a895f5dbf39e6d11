"""Attention in both directions: from the context to the question, and from the question back.

Source:
    Seo et al. 2017 (BiDAF), section 2, layer 4, equations 1 and 2: https://arxiv.org/abs/1611.01603
"""

import keras
from keras import ops

from squad_reader.model.attention import best_logits, masked_softmax


@keras.saving.register_keras_serializable(package="squad_reader")
class AttentionFlow(keras.layers.Layer):
    """What each context token h has to do with the question, and what the question asks for.

    The similarity of h with a question token u is w . [h; u; h * u] (equation 1). With w in three
    parts it is a . h + b . u + h . (c * u), two products of a vector and one of matrices, so that
    [h; u; h * u] of all pairs, (B, T, J, 3D), is never made.

    1. Context to question: a softmax of the similarities over J gives each context token an
       average u~ of the question.
    2. Question to context: a softmax over T of each token's largest similarity gives one average
       h~ of the context, the same for all its tokens.

    Args:
        size: numbers in a vector (D).
        seed: of the initial weights.
        **kwargs: passed to `keras.layers.Layer`.
    """

    def __init__(self, size, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.size, self.seed = size, seed

    def build(self, context_shape=None, question_shape=None, *mask_shapes):
        """Make the three parts of w."""
        self.of_context = self._part("context", (self.size, 1), 0)
        self.of_question = self._part("question", (self.size, 1), 1)
        self.of_both = self._part("both", (self.size,), 2)

    def _part(self, name, shape, place):
        seed = None if self.seed is None else self.seed + place
        glorot = keras.initializers.GlorotUniform(seed=seed)
        return self.add_weight(shape=shape, initializer=glorot, name=name)

    def call(self, context, question, context_mask, question_mask):
        """Look from the context at the question and back.

        Args:
            context: float, (B, T, D).
            question: float, (B, J, D).
            context_mask: bool, (B, T). True at real tokens.
            question_mask: bool, (B, J). Likewise.

        Returns:
            flow: float, (B, T, 4D). [h; u~; h * u~; h * h~]; at padding without a meaning.
            weights: float32, (B, T, J). What each context token looks at in the question: sums to
                1 and is 0 at padding (all 0 if the whole question is padding).
        """
        scores = self._similarities(context, question)  # (B, T, J), without a . h
        weights = masked_softmax(scores, question_mask[:, None])  # which a . h would not change
        asked = ops.matmul(ops.cast(weights, question.dtype), question)  # u~: (B, T, D)
        best = best_logits(scores, question_mask[:, None])  # (B, T)
        best = best + ops.cast(ops.squeeze(ops.matmul(context, self.of_context), -1), best.dtype)
        back = masked_softmax(best, context_mask)[:, None]  # (B, 1, T)
        wanted = ops.matmul(ops.cast(back, context.dtype), context)  # h~: (B, 1, D)
        flow = [context, asked, context * asked, context * wanted]
        return ops.concatenate(flow, axis=-1), weights

    def _similarities(self, context, question):
        """b . u + h . (c * u), float32, (B, T, J)."""
        pairs = ops.matmul(context, ops.swapaxes(question * self.of_both, 1, 2))  # (B, T, J)
        own = ops.swapaxes(ops.matmul(question, self.of_question), 1, 2)  # (B, 1, J)
        return ops.cast(pairs + own, "float32")

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), "size": self.size, "seed": self.seed}
