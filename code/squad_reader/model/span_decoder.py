"""From start and end logits to the best legal answer span, and to the n best.

The seed took the two argmaxes independently, so that an end could come before its start. Here
the pair is chosen together: the start and end with the highest p(start) p(end) among all pairs
with start <= end and end - start < max_answer_len, exactly. NumPy in float64: sums of two
log-probabilities, no model in sight, so that brute force can check it. This file is for Python
2.7 and NumPy 1.14 too: `code/v4` uses it.
"""

import numpy as np


def log_softmax(logits, mask):
    """Log-probabilities over the real tokens of each row.

    Args:
        logits: float, (B, T). Unnormalised, in nats.
        mask: bool, (B, T). True at real tokens.

    Returns:
        float64, (B, T). In nats; -inf at padding.
    """
    logits = np.asarray(logits, dtype=np.float64)
    top = np.max(np.where(mask, logits, np.finfo(np.float64).min), axis=1, keepdims=True)
    powers = np.where(mask, np.exp(np.where(mask, logits - top, 0.0)), 0.0)
    total = np.sum(powers, axis=1, keepdims=True)
    return np.where(mask, logits - top - np.log(np.maximum(total, 1.0)), -np.inf)


def best_spans(start_log_probs, end_log_probs, max_answer_len=0):
    """The span with the highest p(start) p(end) of each row.

    Going over the ends from left to right, the best start for an end is the maximum of the
    starts in the window before it; each offset end - start is one vectorised comparison.
    Ties go to the earlier start, then to the earlier end.

    Args:
        start_log_probs, end_log_probs: float, (B, T), T >= 1. In nats; -inf at padding.
        max_answer_len: most tokens in a span (A); 0 means no limit.

    Returns:
        start_pos, end_pos: int64, (B,). First and last token, both inclusive.
        log_prob: float64, (B,). log p(start) + log p(end), in nats.

    Example:
        >>> start, end = np.log([[0.1, 0.2, 0.7]]), np.log([[0.6, 0.3, 0.1]])
        >>> [int(pos[0]) for pos in best_spans(start, end)[:2]]
        [2, 2]
    """
    start_log_probs = np.asarray(start_log_probs, dtype=np.float64)
    end_log_probs = np.asarray(end_log_probs, dtype=np.float64)
    length = start_log_probs.shape[1]
    best = end_log_probs + start_log_probs  # (B, T): best score of a span that ends here
    best_start = np.broadcast_to(np.arange(length), best.shape).copy()
    for offset in range(1, min(max_answer_len or length, length)):
        score = start_log_probs[:, :-offset] + end_log_probs[:, offset:]
        better = score >= best[:, offset:]  # longer spans start earlier, so a tie is theirs
        np.copyto(best[:, offset:], score, where=better)
        np.copyto(best_start[:, offset:], np.arange(length - offset), where=better)
    top = best.max(axis=1, keepdims=True)
    start_pos = np.where(best == top, best_start, length).min(axis=1)
    wanted = (best == top) & (best_start == start_pos[:, None])
    return start_pos, wanted.argmax(axis=1), top[:, 0]


def independent_spans(start_log_probs, end_log_probs):
    """The seed's two argmaxes; the end may come before the start.

    Args and Returns: as `best_spans`, without a limit.
    """
    start_pos, end_pos = np.argmax(start_log_probs, axis=1), np.argmax(end_log_probs, axis=1)
    rows = np.arange(len(start_pos))
    return start_pos, end_pos, start_log_probs[rows, start_pos] + end_log_probs[rows, end_pos]


def n_best_spans(start_log_probs, end_log_probs, num_best, max_answer_len=0):
    """The `num_best` most probable legal spans of one row, best first.

    Args:
        start_log_probs, end_log_probs: float, (T,). In nats.
        num_best: how many spans at most.
        max_answer_len: most tokens in a span; 0 means no limit.

    Returns:
        list of (start_pos, end_pos, log_prob), at most `num_best`, by falling log_prob; ties go
        to the earlier start, then to the earlier end.
    """
    length = len(start_log_probs)
    limit = min(max_answer_len or length, length)
    starts, ends = np.triu_indices(length)
    legal = ends - starts < limit
    starts, ends = starts[legal], ends[legal]
    scores = np.asarray(start_log_probs, float)[starts] + np.asarray(end_log_probs, float)[ends]
    order = np.lexsort((ends, starts, -scores))[:num_best]
    return [(int(starts[i]), int(ends[i]), float(scores[i])) for i in order]
