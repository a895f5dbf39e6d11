"""What the graphs of all models have: weights, a table of words, placeholders, a session."""

from __future__ import unicode_literals

import tensorflow

from v4.layers import tf


class BaseGraph(object):
    """A model's graph is a subclass with `logits`.

    Attributes:
        session: the open session.
        weights: dict of path -> variable.
        frozen: variable, (V, N). A row for each id of a word.
        inputs: dict of placeholders, by the names of `batches.Batch`.

    Args:
        weights: dict of path -> float32 array, the values to begin with.
        matrix: float32, (V, N). The rows of `frozen`.
        seed: of all that is random.
        threads: processor threads; 0 for as many as there are cores.
    """

    def __init__(self, weights, matrix, seed=0, threads=0):
        if tf is not tensorflow:
            tf.disable_eager_execution()
        self.graph = tf.Graph()
        with self.graph.as_default():
            tf.set_random_seed(seed)
            self.weights = {name: tf.Variable(weights[name], name=name) for name in sorted(weights)}
            matrix_in = tf.placeholder(tf.float32, matrix.shape)  # a constant would be there twice
            self.frozen = tf.Variable(matrix_in, trainable=False, name=str("frozen"))
            self.inputs = {
                "windows": tf.placeholder(tf.int32, [None]),
                "context_ids": tf.placeholder(tf.int32, [None, None]),
                "context_lengths": tf.placeholder(tf.int32, [None]),
                "question_ids": tf.placeholder(tf.int32, [None, None]),
                "question_lengths": tf.placeholder(tf.int32, [None]),
            }
            self.session = tf.Session(config=_session_config(threads))
            self.session.run(tf.global_variables_initializer(), {matrix_in: matrix})
            self._prediction = self.logits()

    def logits(self):
        """Start and end logits of the inputs: float32, (B, T) each. Padding is masked later."""
        raise NotImplementedError

    def feed(self, batch):
        """What to feed for a `batches.Batch`."""
        return {placeholder: getattr(batch, name) for name, placeholder in self.inputs.items()}

    def predict(self, batch):
        """Start and end logits of a batch: float32, (B, T) each. Padding is masked later."""
        return self.session.run(self._prediction, self.feed(batch))

    def values(self):
        """dict of path -> float32 array: the weights as they are now."""
        names = sorted(self.weights)
        return dict(zip(names, self.session.run([self.weights[name] for name in names])))


def _session_config(threads):
    """The two directions run side by side, with half of the threads each."""
    import multiprocessing

    cores = multiprocessing.cpu_count()
    return tf.ConfigProto(
        intra_op_parallelism_threads=max(1, (threads or cores) // 2),
        inter_op_parallelism_threads=threads or max(2, cores),
        gpu_options=tf.GPUOptions(allow_growth=True),
    )
