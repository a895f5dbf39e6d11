"""The reader: word vectors, encoder, attention, one hidden layer, start and end.

Heir of the 2018 code's `QAModel` (`code/qa_model.py`), the baseline of its handout. A better reader
is another class like this one: keep `call`, and training, checkpoints and prediction follow.

    context (B, T) ids -> vectors (B, T, D) -> hidden (B, T, 2H) -+-> attention (B, T, 2H)
    question (B, J) ids -> vectors (B, J, D) -> hidden (B, J, 2H) -+          |
                 concatenation of both (B, T, 4H) -> ReLU (B, T, H) -> start, end logits (B, T)
"""

import keras
import numpy as np
from keras import ops

from squad_reader.model.attention import BasicAttention
from squad_reader.model.encoder import RNNEncoder
from squad_reader.model.span_decoder import best_spans, independent_spans, log_softmax
from squad_reader.model.start_end import SoftmaxLayer
from squad_reader.model.word_vectors import WordVectors
from squad_reader.runtime import one_graph


@keras.saving.register_keras_serializable(package="squad_reader")
class QAModel(keras.Model):
    """The baseline reader.

    Args:
        num_words: word ids at hand (V), PAD, UNK and trained words included.
        embedding_size: numbers in a word vector (D).
        hidden_size: units of one direction of the encoder (H).
        dropout: fraction of units set to 0 while training, in [0, 1).
        trained_words: words with a vector of their own that trains.
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.Model`.
    """

    def __init__(
        self,
        num_words,
        embedding_size=100,
        hidden_size=200,
        dropout=0.15,
        trained_words=0,
        seed=42,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.options = {
            "num_words": num_words,
            "embedding_size": embedding_size,
            "hidden_size": hidden_size,
            "dropout": dropout,
            "trained_words": trained_words,
            "seed": seed,
        }
        self.word_vectors = WordVectors(
            num_words, embedding_size, trained_words, seed=seed, name="word_vectors"
        )
        self.encoder = RNNEncoder(hidden_size, dropout, seed=seed + 100, name="encoder")
        self.attention = BasicAttention(dropout, seed=seed + 200, name="attention")
        self.blend = keras.layers.Dense(
            hidden_size,
            kernel_initializer=keras.initializers.GlorotUniform(seed=seed + 300),
            name="blend",
        )
        self.start = SoftmaxLayer(seed=seed + 400, name="start")
        self.end = SoftmaxLayer(seed=seed + 500, name="end")
        self._predict = None  # made by the first batch

    def build(self, inputs_shape=None):
        """Make all weights; no batch is needed for it."""
        size, hidden = self.options["embedding_size"], 2 * self.options["hidden_size"]
        self.word_vectors.build((None, None))
        self.encoder.build((None, None, size))
        self.attention.build((None, None, hidden), (None, None, hidden))
        self.blend.build((None, None, 2 * hidden))
        self.start.build((None, None, self.options["hidden_size"]))
        self.end.build((None, None, self.options["hidden_size"]))
        self.built = True

    def call(self, inputs, training=False):
        """Score each context token as the start and as the end of the answer.

        Args:
            inputs: dict of `context_ids` int32 (B, T), `context_mask` bool (B, T),
                `question_ids` int32 (B, J), `question_mask` bool (B, J). Masks are True at real
                tokens. With `windows` int32 (B,), contexts are (W, T), and it says which of them
                each question is about: several questions on one context cost one reading.
            training: apply dropout.

        Returns:
            dict of `start_logits` and `end_logits`, float32, (B, T), in nats; a very negative
            number at padding.
        """
        context_mask, question_mask = inputs["context_mask"], inputs["question_mask"]
        context = self.encoder(
            self.word_vectors(inputs["context_ids"]), context_mask, training=training
        )  # (B, T, 2H), or (W, T, 2H)
        alone = ops.matmul(context, self.blend.kernel[: context.shape[-1]])  # (W, T, H)
        if "windows" in inputs:
            context, alone, context_mask = (
                ops.take(each, inputs["windows"], axis=0) for each in (context, alone, context_mask)
            )  # (B, T, 2H), (B, T, H), (B, T)
        question = self.encoder(
            self.word_vectors(inputs["question_ids"]), question_mask, training=training
        )  # (B, J, 2H)
        attended, _ = self.attention(context, question, question_mask, training=training)
        blended = self._blend(alone, attended)  # (B, T, H)
        return {
            "start_logits": self.start(blended, context_mask),
            "end_logits": self.end(blended, context_mask),
        }

    def _blend(self, alone, attended):
        """`self.blend` of context and attended side by side, without making that (B, T, 4H).

        The context's part of the product, `alone`, was made before contexts were repeated.
        """
        kernel = self.blend.kernel[attended.shape[-1] :]
        return ops.relu(alone + ops.matmul(attended, kernel) + self.blend.bias)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Mean over the batch of the cross-entropy of the start plus that of the end.

        Args:
            x: unused; Keras passes the inputs.
            y: dict of `start_pos` and `end_pos`, int32, (B,).
            y_pred: what `call` returned.
            sample_weight, training: unused.

        Returns:
            float32 scalar, in nats.
        """
        return ops.mean(
            cross_entropy(y["start_pos"], y_pred["start_logits"])
            + cross_entropy(y["end_pos"], y_pred["end_logits"])
        )

    def get_log_probs(self, batch):
        """Log-probabilities of each context token as start and as end.

        Args:
            batch: `squad_reader.data.batches.Batch`.

        Returns:
            start_log_probs, end_log_probs: float64, (B, T). In nats; -inf at padding.
        """
        inputs = batch.shared_inputs()
        if self._predict is None:
            self._predict = one_graph(self, inputs) or self.predict_on_batch
        logits = self._predict(inputs)
        return tuple(
            log_softmax(np.asarray(logits[name]), batch.context_mask)
            for name in ("start_logits", "end_logits")
        )

    def get_start_end_pos(self, batch, max_answer_len=20, span="joint", log_probs=None):
        """The answer span of each row of a batch, by the rule of `span_decoder`.

        Args:
            batch: `squad_reader.data.batches.Batch`.
            max_answer_len: most tokens in an answer; 0 means no limit.
            span: "joint" for a start and an end that are chosen together; "independent" for each
                on its own, as in 2018: the end may come before the start.
            log_probs: what `get_log_probs(batch)` returned, where it is at hand already.

        Returns:
            start_pos, end_pos: int64, (B,). First and last token, both inclusive, counted from
                the first token of the batch's row.
            log_prob: float64, (B,). log p(start) + log p(end), in nats.
        """
        start_log_probs, end_log_probs = log_probs or self.get_log_probs(batch)
        if span == "independent":
            return independent_spans(start_log_probs, end_log_probs)
        return best_spans(start_log_probs, end_log_probs, max_answer_len)

    def get_config(self):
        """Constructor arguments."""
        return {**super().get_config(), **self.options}


def cross_entropy(positions, logits):
    """-log p(position), (B,), in nats, from int positions (B,) and logits (B, T)."""
    return keras.losses.sparse_categorical_crossentropy(positions, logits, from_logits=True)
