"""The baseline as a TensorFlow 1 graph: the same sums as `squad_reader.model`, written in ops.

    context (T, W) ids -> vectors -> hidden (T, W, 2H) -> one for each question (B, T, 2H) -+
    question (J, B) ids -> vectors -> hidden (J, B, 2H) -> attention (B, T, 2H) <-----------+
                 concatenation of both (B, T, 4H) -> ReLU (B, T, H) -> start, end logits (B, T)

W distinct windows, B questions, T and J tokens, D embedding size, H hidden size. Sequences are
time first, as the loops of the GRU read them.
"""

from __future__ import division, unicode_literals

import numpy as np

from v4.base_graph import BaseGraph
from v4.layers import GRU_PARTS, both_ways, masked_softmax, product, product_of_parts, tf
from v4.vectors import UNK_ID

WORDS = "qa_model/word_vectors/trained"
GRU = "qa_model/encoder/%s/gru_cell/%s"
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


class Graph(BaseGraph):
    """See above, and `BaseGraph`.

    Args:
        weights: dict of path -> float32 array, the values to begin with.
        matrix: float32, (V, D). The frozen vectors, zeros for PAD, UNK and the words that train.
        seed: of the dropout.
        threads: processor threads; 0 for as many as there are cores.
    """

    def __init__(self, weights, matrix, seed=0, threads=0):
        self.num_trained = weights[WORDS].shape[0]
        super(Graph, self).__init__(weights, matrix, seed, threads)

    def logits(self, dropout=0.0, share=True):
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
        blended = product_of_parts([context, attended], self.weights[BLEND % "kernel"])
        blended = tf.nn.relu(blended + self.weights[BLEND % "bias"])  # (B, T, H)
        return self._linear(blended, START), self._linear(blended, END)

    def _linear(self, inputs, name):
        outputs = product(inputs, self.weights[name % "kernel"])  # (B, T, 1)
        return tf.squeeze(outputs + self.weights[name % "bias"], [2])

    def _encode(self, ids, lengths, dropout):
        """Ids (L, B) -> hidden states of both directions (B, L, 2H)."""
        vectors = _dropped(self._look_up(ids), dropout)  # (L, B, D)
        directions = (
            [self.weights[GRU % (direction, part)] for part in GRU_PARTS]
            for direction in ("forward", "backward")
        )
        hidden = _dropped(both_ways(vectors, lengths, *directions), dropout)  # (L, B, 2H)
        return tf.transpose(hidden, [1, 0, 2])

    def _look_up(self, ids):
        """Ids (L, B) -> vectors (L, B, D): zeros at PAD, rows that train for UNK and after it."""
        row = tf.clip_by_value(ids - UNK_ID, 0, self.num_trained - 1)
        is_trained = tf.logical_and(ids >= UNK_ID, ids < UNK_ID + self.num_trained)
        trained = tf.gather(self.weights[WORDS], row)
        # At each place at least one of the two is zero.
        return tf.gather(self.frozen, ids) + trained * tf.cast(is_trained, tf.float32)[:, :, None]

    def _attend(self, context, question):
        """Each context token (B, T, 2H) looks at the question (B, J, 2H) -> (B, T, 2H)."""
        mask = tf.sequence_mask(
            self.inputs["question_lengths"], tf.shape(question)[1], dtype=tf.float32
        )[:, None, :]  # (B, 1, J)
        logits = tf.matmul(context, question, transpose_b=True)  # (B, T, J)
        return tf.matmul(masked_softmax(logits, mask), question)


def _dropped(inputs, dropout):
    return tf.nn.dropout(inputs, keep_prob=1.0 - dropout) if dropout else inputs
