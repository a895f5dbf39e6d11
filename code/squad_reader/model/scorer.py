"""What gives log-probabilities to batches; how spans are chosen from them is the same for all.

NumPy alone: a scorer may be a Keras model, several of them, or what runs where there is no Keras.
"""

from typing import Any

import numpy as np

from squad_reader.model.span_decoder import best_spans, independent_spans, log_softmax

LogProbs = tuple[np.ndarray, np.ndarray]  # of start and of end: float64, (B, T), in nats


class Scorer:
    """A subclass gives `get_logits`."""

    def get_logits(self, batch: Any) -> tuple[np.ndarray, np.ndarray]:
        """Logits of each context token as start and as end.

        Args:
            batch: `squad_reader.data.batches.Batch`, each window once.

        Returns:
            start_logits, end_logits: float32, (B, T). In nats, on one scale for all windows; at
                padding without a meaning.
        """
        raise NotImplementedError

    def get_log_probs(self, batch: Any) -> LogProbs:
        """Log-probabilities of each context token as start and as end.

        Args:
            batch: `squad_reader.data.batches.Batch`, each window once.

        Returns:
            start_log_probs, end_log_probs: float64, (B, T). In nats; -inf at padding.
        """
        start, end = (log_softmax(each, batch.context_mask) for each in self.get_logits(batch))
        return start, end

    def get_attention(self, batch: Any) -> np.ndarray | None:
        """What each context token looks at in the question.

        Args:
            batch: `squad_reader.data.batches.Batch`.

        Returns:
            float32, (B, T, J); None where the model has nothing to tell.
        """
        return None

    def get_start_end_pos(
        self,
        batch: Any,
        max_answer_len: int = 20,
        span: str = "joint",
        log_probs: LogProbs | None = None,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The answer span of each row of a batch, by the rule of `span_decoder`.

        Args:
            batch: `squad_reader.data.batches.Batch`, each window once.
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


def mean_log_probs(members: list[LogProbs]) -> LogProbs:
    """The logarithm of the mean of the members' probabilities, of start and of end.

    Example:
        >>> certain, unsure = np.log([[1.0, 1e-9]]), np.log([[0.5, 0.5]])
        >>> np.exp(mean_log_probs([(certain, unsure), (unsure, unsure)])[0]).round(6).tolist()
        [[0.75, 0.25]]
    """
    if len(members) == 1:
        return members[0]  # exp and log would change the last digit
    start, end = (
        np.logaddexp.reduce(each, axis=0) - np.log(len(members))
        for each in zip(*members, strict=True)
    )
    return start, end
