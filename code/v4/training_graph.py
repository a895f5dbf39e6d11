"""The graph of `graph.py` with a loss and Adam."""

from __future__ import division, unicode_literals

from v4.graph import Graph
from v4.layers import MASKED_LOGIT, tf


class TrainingGraph(Graph):
    """The graph that trains.

    Args:
        weights, matrix, seed: as of `Graph`.
        flags: `threads`, `dropout`, `learning_rate`, `max_gradient_norm`.
    """

    def __init__(self, weights, matrix, seed, flags):
        super(TrainingGraph, self).__init__(weights, matrix, seed, flags.threads)
        with self.graph.as_default():
            for name in ("start_pos", "end_pos"):
                self.inputs[name] = tf.placeholder(tf.int32, [None])
            loss = self._loss(*self.logits(flags.dropout, share=False))
            variables = [self.weights[name] for name in sorted(self.weights)]
            # Dense, so that the rows of a word that came twice are added up before the norm.
            gradients = [tf.convert_to_tensor(g) for g in tf.gradients(loss, variables)]
            norm = tf.global_norm(gradients)
            scale = flags.max_gradient_norm / tf.maximum(norm, flags.max_gradient_norm)
            adam = tf.train.AdamOptimizer(flags.learning_rate, epsilon=1e-8)
            update = adam.apply_gradients([(scale * g, v) for g, v in zip(gradients, variables)])
            others = [v for v in tf.global_variables() if v not in variables]
            self.state = {v.name: v for v in others if v is not self.frozen}
            self.session.run(tf.variables_initializer(list(self.state.values())))
            self._step = [update, loss, norm, tf.global_norm(variables)]

    def _loss(self, start_logits, end_logits):
        """Mean over the batch of the cross-entropy of the start plus that of the end, in nats."""
        mask = tf.sequence_mask(self.inputs["context_lengths"], tf.shape(start_logits)[1])
        total = 0.0
        for logits, name in ((start_logits, "start_pos"), (end_logits, "end_pos")):
            masked = tf.where(mask, logits, MASKED_LOGIT * tf.ones_like(logits))
            total += tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=self.inputs[name], logits=masked
            )
        return tf.reduce_mean(total)

    def step(self, batch):
        """One update; gives the loss, the gradient's norm before clipping, the weights' norm."""
        return [float(value) for value in self.session.run(self._step, self.feed(batch))[1:]]

    def state_values(self):
        """dict of name -> array: Adam's moments."""
        names = sorted(self.state)
        return dict(zip(names, self.session.run([self.state[name] for name in names])))

    def set_state(self, arrays):
        """Fill Adam's moments."""
        for name, variable in self.state.items():
            variable.load(arrays[name], self.session)
