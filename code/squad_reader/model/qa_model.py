"""`QAModel`: what every reader's model must have, and what it inherits.

Takes the place of the 2018 code's class of this name (`code/qa_model.py`), whose layers are now in
`baseline/model.py`; what was the same for any model stays here.
"""

import keras
import numpy as np
from keras import ops

from squad_reader.model.scorer import Scorer
from squad_reader.runtime import one_graph

LOGITS = ("start_logits", "end_logits")


class QAModel(Scorer, keras.Model):
    """The contract between a model and the rest of the package.

    A model is a subclass with `build`, `read_context` and `score`, made of `keras.layers` and
    `keras.ops` alone, and an `Architecture` that names it (`squad_reader.registry`). It gets loss,
    training, checkpoints, windows of long contexts, span decoding and the modes of the command
    line, `ask` and `serve` only if its `Architecture` also names ONNX graphs.

    **Inputs** are a dict of named arrays. B questions on W contexts (or windows of long ones), T
    context tokens, J question tokens, U words of this batch:

        context_words, question_words   int32, (W, T) and (B, J). Which row of the arrays `word_*`
                                        is that of each token; 0 at padding.
        context_mask, question_mask     bool, (W, T) and (B, J). True at real tokens, which come
                                        before the padding.
        word_*                          (U, ...). Of each `WordFeature`; row 0 is padding.
                                        `word_ids` int32 (U,) and `word_vectors` float32 (U, D)
                                        are those of `data.features.word_ids.WordIds`.
        context_NAME, question_NAME     (W, T, ...) and (B, J, ...). Of a `TokenFeature`.
        pair_NAME                       (B, T, ...). Of a `PairFeature`.
        windows                         int32, (B,). Which context each question is about. Not
                                        there where W is B and each question has its own.

    Arrays of features have the dtype that the feature gives them, and zeros at padding.

    **Per context** is what `read_context` computes, once for all questions about a context; **per
    question** is what `score` computes. Where `windows` is there, `call` repeats what
    `read_context` returned, so that `score` gets a row for each question.

    **Outputs** are a dict of `start_logits` and `end_logits`, float32, (B, T), in nats, with
    `attention.MASKED_LOGIT` at padding, as `start_end.SoftmaxLayer` gives them; and, where a model
    can give it, `attention`, float32, (B, T, J): what each context token looks at in the question.
    It is 0 at padding of the question and sums to 1 over J; all 0 for an empty question.

    **Loss**: the mean over questions of the cross-entropy of the start plus that of the end. A
    model may have another `compute_loss`.

    **What must hold.** No output depends on padding or on the other rows of a batch. Without
    `training` the same inputs always give the same outputs. All that is random comes from `seed`.
    Each layer has a `name`: weights and dropout seeds are known by these names in checkpoints. No
    weight has a row for each word of a data set. `tests/model/test_contract.py` checks every model
    that is registered.

    Args:
        options: an instance of the architecture's `options`.
        features: name -> fitted `data.features.feature.Feature`, those of the architecture.
        seed: of the initial weights and of the dropout.
        **kwargs: passed to `keras.Model`.
    """

    def __init__(self, options, features, seed=42, **kwargs):
        super().__init__(**kwargs)
        self.options, self.features, self.seed = options, features, seed
        self._predict = None  # made by the first batch

    def build(self, inputs_shape=None):
        """Make all weights; no batch is needed for it."""
        raise NotImplementedError

    def read_context(self, inputs, training=False):
        """What is computed once for each context.

        Args:
            inputs: as above; only what begins with `context_` or `word_` may be used.
            training: apply dropout.

        Returns:
            dict of name -> tensor (W, ...).
        """
        raise NotImplementedError

    def score(self, context, inputs, training=False):
        """Score each context token as the start and as the end of the answer.

        Args:
            context: what `read_context` returned, and `context_mask`, for each question: (B, ...).
            inputs: as above.
            training: apply dropout.

        Returns:
            The outputs, as above.
        """
        raise NotImplementedError

    def call(self, inputs, training=False):
        """Read the contexts, then score them for each question; inputs and outputs as above."""
        context = self.read_context(inputs, training=training)
        context = {**context, "context_mask": inputs["context_mask"]}
        if "windows" in inputs:
            context = {
                name: ops.take(each, inputs["windows"], axis=0) for name, each in context.items()
            }
        return self.score(context, inputs, training=training)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Mean over the batch of the cross-entropy of the start plus that of the end.

        Args:
            x: unused; Keras passes the inputs.
            y: dict of `start_pos` and `end_pos`, int32, (B,). Where a teacher told of likely
                positions, also `start_likely` and `end_likely`, int32, (B, K), and `start_share`
                and `end_share`, float32, (B, K): what each is of the target; the gold position is
                the rest.
            y_pred: what `call` returned.
            sample_weight, training: unused.

        Returns:
            float32 scalar, in nats.
        """
        return ops.mean(_loss("start", y, y_pred) + _loss("end", y, y_pred))

    def get_logits(self, batch):
        """Logits of each context token as start and as end; see `Scorer`."""
        if self._predict is None:
            self._predict = one_graph(self._logits, batch.inputs) or self.predict_on_batch
        logits = self._predict(batch.inputs)
        return tuple(np.asarray(logits[name]) for name in LOGITS)

    def _logits(self, inputs):
        """The outputs without the attention, which nobody waits for."""
        outputs = self(inputs)
        return {name: outputs[name] for name in LOGITS}

    def get_attention(self, batch):
        """What each context token looks at in the question; see `Scorer`."""
        attention = self(batch.inputs).get("attention")
        return None if attention is None else np.asarray(attention)


def _loss(side, y, y_pred):
    """The cross-entropy of the start, or of the end: (B,), in nats."""
    logits = y_pred[f"{side}_logits"]
    positions = y[f"{side}_pos"]  # (B,)
    gold = keras.losses.sparse_categorical_crossentropy(positions, logits, from_logits=True)  # (B,)
    if f"{side}_likely" not in y:
        return gold
    share = y[f"{side}_share"]  # (B, K)
    log_probs = ops.take_along_axis(ops.log_softmax(logits), y[f"{side}_likely"], axis=1)
    # Where a share is 0 the position has no meaning.
    likely = ops.sum(ops.where(share > 0, share * log_probs, 0.0), axis=1)  # (B,)
    return (1.0 - ops.sum(share, axis=1)) * gold - likely
