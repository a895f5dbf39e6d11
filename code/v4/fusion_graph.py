"""The fusion reader as a TensorFlow 1 graph: the sums of `squad_reader.model.fusion.model`.

    context (T, W) ids -> words (W, T, 128) -> GRU (W, T, 2H)                once for each window
      -> attention to the question on words and on both levels, with match features
      -> ReLU (B, T, H) -> GRU (B, T, 2H) -> attention to itself -> ReLU (B, T, H)
      -> GRU (B, T, 2H) -> start from the question's summary -> end from that and the start

W distinct windows, B questions, T and J tokens, H hidden size. `word_table.py` makes the words.
The methods have the names that they have there.
"""

from __future__ import division, unicode_literals

from squad_reader.data.features.overlap import SIZE
from v4.base_graph import BaseGraph
from v4.layers import (
    GRU_PARTS,
    best_logits,
    both_ways,
    masked_softmax,
    product_of_parts,
    tf,
)
from v4.word_table import WEIGHTS, expect

GRU = "qa_model/%s/%s/gru_cell/%s"
LAYER = "qa_model/%s/%s"


class FusionGraph(BaseGraph):
    """See above, and `BaseGraph`.

    Args:
        weights: dict of path -> float32 array, those of the checkpoint.
        matrix: of a `word_table.WordTable`.
        threads: processor threads; 0 for as many as there are cores.

    Raises:
        InputError: the weights are of another version of the model.
    """

    def __init__(self, weights, matrix, threads=0):
        rest = {name: weights[name] for name in weights if name not in WEIGHTS}
        self._unread = set(rest)
        try:
            super(FusionGraph, self).__init__(rest, matrix, threads=threads)
        except ValueError as error:
            expect(False, "weights that fit together", str(error).split("\n")[0])
        expect(not self._unread, "no other weights", ", ".join(sorted(self._unread)))

    def logits(self):
        """Start and end logits, float32, (B, T)."""
        windows = self.inputs["windows"]
        self.inputs["match"] = tf.placeholder(tf.float32, [None, None, SIZE])
        context = self._read_context()
        context = {name: tf.gather(each, windows) for name, each in context.items()}
        context["lengths"] = tf.gather(self.inputs["context_lengths"], windows)
        context["mask"] = _mask(context["lengths"], context["words"])
        return self._score(context)

    def _read(self, side):
        """Words (., L, 128) and hidden states (., L, 2H) of contexts or questions."""
        words = tf.gather(self.frozen, tf.transpose(self.inputs[side + "_ids"]))
        return words, self._gru("read", words, self.inputs[side + "_lengths"])

    def _read_context(self):
        """What of a window does not depend on the question: dict of (W, T, .)."""
        words, hidden = self._read("context")
        levels = [words, hidden]
        return {
            "words": words,
            "hidden": hidden,
            "keys": tf.nn.relu(self._dense("align/projection", levels)),  # (W, T, 128)
            "word_keys": tf.nn.relu(self._dense("align_words/projection", [words])),  # (W, T, 64)
            "fused": self._dense("fuse_context", levels),  # (W, T, H)
        }

    def _score(self, context):
        """Fuse the context with the question, then with itself, and score its tokens."""
        match = tf.transpose(self.inputs["match"], [1, 0, 2])  # (B, T, 5)
        words, hidden = self._read("question")
        lengths = self.inputs["question_lengths"]
        question_mask = _mask(lengths, words)
        value = self._gru("value", hidden, lengths)  # (B, J, 2H)
        fused = self._fuse(context, words, hidden, value, question_mask, match)
        modelled = self._gru("model_level", fused, context["lengths"])  # (B, T, 2H)
        looked = self._look_at_itself(modelled, context["mask"])  # (B, T, 2H)
        own = tf.nn.relu(self._dense("fuse_self", [modelled, looked, match]))  # (B, T, H)
        last = self._gru("self_level", own, context["lengths"])  # (B, T, 2H)
        return self._pointers(last, value, question_mask, context["mask"])

    def _fuse(self, context, words, hidden, value, question_mask, match):
        """Context and question: (B, T, H)."""
        mask = question_mask[:, None]  # (B, 1, J)
        keys = tf.nn.relu(self._dense("align/projection", [words, hidden]))  # (B, J, 128)
        scores = tf.matmul(context["keys"], keys, transpose_b=True)  # (B, T, J)
        attended = tf.matmul(masked_softmax(scores, mask), value)  # (B, T, 2H)
        word_keys = tf.nn.relu(self._dense("align_words/projection", [words]))  # (B, J, 64)
        word_scores = tf.matmul(context["word_keys"], word_keys, transpose_b=True)  # (B, T, J)
        aligned = tf.matmul(masked_softmax(word_scores, mask), words)  # (B, T, 128)
        best = best_logits(scores, mask)  # (B, T)
        back = masked_softmax(best, context["mask"])[:, None]  # (B, 1, T)
        asked = tf.matmul(back, context["hidden"])  # (B, 1, 2H)
        parts = [attended, context["hidden"] * attended, context["hidden"] * asked]
        parts += [aligned, context["words"] * aligned, match]
        return tf.nn.relu(context["fused"] + self._dense("fuse", parts))

    def _look_at_itself(self, modelled, mask):
        """For each token the average of the others, by how much it looks at them: (B, T, 2H)."""
        query = self._dense("self_attention/query", [modelled])  # (B, T, 64)
        key = self._dense("self_attention/key", [modelled])
        scores = tf.matmul(query, key, transpose_b=True) / 8.0  # (B, T, T)
        others = mask[:, None] * (1.0 - tf.eye(tf.shape(mask)[1]))  # (B, T, T)
        return tf.matmul(masked_softmax(scores, others), modelled)

    def _pointers(self, last, value, question_mask, mask):
        """Logits of the start, from the question's summary; of the end, from that and the start."""
        summary = tf.squeeze(self._dense("pointer/average/importance", [value]), [2])  # (B, J)
        query = tf.matmul(masked_softmax(summary, question_mask)[:, None], value)  # (B, 1, 2H)
        start = _dot(last, self._dense("pointer/start/bilinear", [query]))  # (B, T)
        expected = tf.matmul(masked_softmax(start, mask)[:, None], last)  # (B, 1, 2H)
        query = tf.tanh(self._dense("pointer/end_query", [query, expected]))
        return start, _dot(last, self._dense("pointer/end/bilinear", [query]))

    def _dense(self, name, parts):
        """The layer of this name, of parts side by side: (A, B, N1), ... -> (A, B, M)."""
        kernel, bias = LAYER % (name, "kernel"), LAYER % (name, "bias")
        size, rows = sum(int(part.shape[2]) for part in parts), int(self._weight(kernel).shape[0])
        expect(size == rows, "%d rows in %s" % (size, kernel), rows)
        outputs = product_of_parts(parts, self._weight(kernel))
        return outputs + self._weight(bias) if bias in self.weights else outputs

    def _gru(self, name, inputs, lengths):
        """The GRUs of this name in both directions: (B, L, N) -> (B, L, 2H)."""
        directions = (
            [self._weight(GRU % (name, direction, part)) for part in GRU_PARTS]
            for direction in ("forward", "backward")
        )
        inputs = tf.transpose(inputs, [1, 0, 2])
        return tf.transpose(both_ways(inputs, lengths, *directions), [1, 0, 2])

    def _weight(self, path):
        expect(path in self.weights, path, "none")
        self._unread.discard(path)
        return self.weights[path]


def _mask(lengths, tokens):
    """float32, (B, L). 1 at the real ones of tokens (B, L, .)."""
    return tf.sequence_mask(lengths, tf.shape(tokens)[1], dtype=tf.float32)


def _dot(last, query):
    """Dot products of tokens (B, T, 2H) and a query (B, 1, 2H): (B, T)."""
    return tf.squeeze(tf.matmul(last, query, transpose_b=True), [2])
