"""The baseline as a TensorFlow 1 graph: the same sums as `squad_reader.model`, written in ops.

    context (T, W) ids -> vectors -> hidden (T, W, 2H) -> one for each question (B, T, 2H) -+
    question (J, B) ids -> vectors -> hidden (J, B, 2H) -> attention (B, T, 2H) <-----------+
                 concatenation of both (B, T, 4H) -> ReLU (B, T, H) -> start, end logits (B, T)

W distinct windows, B questions, T and J tokens, D embedding size, H hidden size. Sequences are
time first, as the loops of the GRU read them.
"""

from __future__ import division, unicode_literals

import numpy as np
import tensorflow

from v4.vectors import UNK_ID

tf = getattr(tensorflow.compat, "v1", tensorflow)  # the second is TensorFlow 1.4

MASKED_LOGIT = -1e30

WORDS = "qa_model/word_vectors/trained"
GRU = "qa_model/encoder/%s/gru_cell/%s"
GRU_PARTS = ("kernel", "recurrent_kernel", "bias")
BLEND, START, END = "qa_model/blend/%s", "qa_model/start/linear/%s", "qa_model/end/linear/%s"


def new_weights(embedding_size, hidden_size, trained_words, seed):
    """Weights to begin training with, drawn as `squad_reader.model` draws them.

    Returns:
        dict of the weight's path in a checkpoint -> float32 array.
    """
    rng = np.random.RandomState(seed)
    size, hidden = embedding_size, hidden_size
    weights = {WORDS: rng.normal(0.0, 0.4, (1 + trained_words, size))}
    for direction in ("forward", "backward"):
        for part, rows in (("kernel", size), ("recurrent_kernel", hidden)):
            weights[GRU % (direction, part)] = _uniform(rng, (rows, 3 * hidden), 3.0 / rows)
        weights[GRU % (direction, "bias")] = np.zeros((2, 3 * hidden))
    for name, shape in ((BLEND, (4 * hidden, hidden)), (START, (hidden, 1)), (END, (hidden, 1))):
        weights[name % "kernel"] = _uniform(rng, shape, 6.0 / sum(shape))
        weights[name % "bias"] = np.zeros(shape[1])
    return {name: array.astype(np.float32) for name, array in weights.items()}


def _uniform(rng, shape, squared_limit):
    return rng.uniform(-(squared_limit**0.5), squared_limit**0.5, shape)


class Graph(object):
    """Weights and placeholders, and a session to run them.

    Attributes:
        session: the open session.
        weights: dict of path -> variable.

    Args:
        weights: dict of path -> float32 array, the values to begin with.
        matrix: float32, (V, D). The frozen vectors, zeros for PAD, UNK and the words that train.
        seed: of the dropout.
        threads: processor threads; 0 for as many as there are cores.
    """

    def __init__(self, weights, matrix, seed=0, threads=0):
        if tf is not tensorflow:
            tf.disable_eager_execution()
        self.graph = tf.Graph()
        with self.graph.as_default():
            tf.set_random_seed(seed)
            self.weights = {name: tf.Variable(weights[name], name=name) for name in sorted(weights)}
            self.hidden_size = weights[BLEND % "bias"].shape[0]
            self.num_trained = weights[WORDS].shape[0]
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
            self._prediction = self.logits(dropout=0.0, share=True)

    def feed(self, batch):
        """What to feed for a `batches.Batch`."""
        return {placeholder: getattr(batch, name) for name, placeholder in self.inputs.items()}

    def predict(self, batch):
        """Start and end logits of a batch: float32, (B, T) each, nothing masked."""
        return self.session.run(self._prediction, self.feed(batch))

    def logits(self, dropout, share):
        """Start and end logits, float32, (B, T), nothing masked.

        Args:
            dropout: fraction of units set to 0, in [0, 1).
            share: a window may stand for several questions, as the input `windows` says.
        """
        inputs = self.inputs
        context = self._encode(inputs["context_ids"], inputs["context_lengths"], dropout)
        question = self._encode(inputs["question_ids"], inputs["question_lengths"], dropout)
        if share:
            context = tf.gather(context, inputs["windows"])  # (B, T, 2H)
        attended = _dropped(self._attend(context, question), dropout)  # (B, T, 2H)
        kernel = self.weights[BLEND % "kernel"]
        split = 2 * self.hidden_size
        blended = _product(context, kernel[:split]) + _product(attended, kernel[split:])
        blended = tf.nn.relu(blended + self.weights[BLEND % "bias"])  # (B, T, H)
        return self._linear(blended, START), self._linear(blended, END)

    def _linear(self, inputs, name):
        product = _product(inputs, self.weights[name % "kernel"])  # (B, T, 1)
        return tf.squeeze(product + self.weights[name % "bias"], [2])

    def _encode(self, ids, lengths, dropout):
        """Ids (L, B) -> hidden states of both directions (B, L, 2H)."""
        vectors = _dropped(self._look_up(ids), dropout)  # (L, B, D)
        backwards = tf.reverse_sequence(vectors, lengths, seq_axis=0, batch_axis=1)
        forward = self._gru(vectors, "forward")  # (L, B, H)
        backward = self._gru(backwards, "backward")
        backward = tf.reverse_sequence(backward, lengths, seq_axis=0, batch_axis=1)
        hidden = _dropped(tf.concat([forward, backward], 2), dropout)  # (L, B, 2H)
        return tf.transpose(hidden, [1, 0, 2])

    def _look_up(self, ids):
        """Ids (L, B) -> vectors (L, B, D): zeros at PAD, rows that train for UNK and after it."""
        row = tf.clip_by_value(ids - UNK_ID, 0, self.num_trained - 1)
        is_trained = tf.logical_and(ids >= UNK_ID, ids < UNK_ID + self.num_trained)
        trained = tf.gather(self.weights[WORDS], row)
        # At each place at least one of the two is zero.
        return tf.gather(self.frozen, ids) + trained * tf.cast(is_trained, tf.float32)[:, :, None]

    def _gru(self, inputs, direction):
        """One direction: vectors (L, B, D) -> hidden states (L, B, H).

        The reset gate is applied after the recurrent product, as in cuDNN and in Keras.
        """
        kernel, recurrent_kernel, bias = (self.weights[GRU % (direction, p)] for p in GRU_PARTS)
        length = tf.shape(inputs)[0]
        gates_in = tf.TensorArray(tf.float32, length).unstack(_product(inputs, kernel) + bias[0])

        def step(time, hidden, outputs):
            update_in, reset_in, new_in = tf.split(gates_in.read(time), 3, axis=1)  # (B, H) each
            recurrent = tf.matmul(hidden, recurrent_kernel) + bias[1]  # (B, 3H)
            update_by, reset_by, new_by = tf.split(recurrent, 3, axis=1)
            update, reset = tf.sigmoid(update_in + update_by), tf.sigmoid(reset_in + reset_by)
            new = tf.tanh(new_in + reset * new_by)
            hidden = update * hidden + (1.0 - update) * new
            return time + 1, hidden, outputs.write(time, hidden)

        zeros = tf.zeros([tf.shape(inputs)[1], self.hidden_size])
        start = (tf.constant(0), zeros, tf.TensorArray(tf.float32, length))
        outputs = tf.while_loop(lambda time, *_: time < length, step, start)[2].stack()
        outputs.set_shape([None, None, self.hidden_size])
        return outputs

    def _attend(self, context, question):
        """Each context token (B, T, 2H) looks at the question (B, J, 2H) -> (B, T, 2H)."""
        mask = tf.sequence_mask(
            self.inputs["question_lengths"], tf.shape(question)[1], dtype=tf.float32
        )[:, None, :]  # (B, 1, J)
        logits = tf.matmul(context, question, transpose_b=True)  # (B, T, J)
        weights = tf.nn.softmax(logits * mask + MASKED_LOGIT * (1.0 - mask)) * mask
        return tf.matmul(weights, question)

    def values(self):
        """dict of path -> float32 array: the weights as they are now."""
        names = sorted(self.weights)
        return dict(zip(names, self.session.run([self.weights[name] for name in names])))


def _product(inputs, kernel):
    """(A, B, N) x (N, M) -> (A, B, M)."""
    shape = tf.shape(inputs)
    product = tf.matmul(tf.reshape(inputs, [-1, shape[2]]), kernel)
    product = tf.reshape(product, [shape[0], shape[1], -1])
    product.set_shape([None, None, kernel.shape[1]])
    return product


def _dropped(inputs, dropout):
    return tf.nn.dropout(inputs, keep_prob=1.0 - dropout) if dropout else inputs


def _session_config(threads):
    """The two directions run side by side, with half of the threads each."""
    import multiprocessing

    cores = multiprocessing.cpu_count()
    return tf.ConfigProto(
        intra_op_parallelism_threads=max(1, (threads or cores) // 2),
        inter_op_parallelism_threads=threads or max(2, cores),
        gpu_options=tf.GPUOptions(allow_growth=True),
    )
