"""From log-probabilities to answer spans, by one rule that gives equal answers on every machine.

The 2018 code took the two argmaxes, so that an end could come before its start. Here start and end
are chosen together, among all pairs with start <= end and end - start < max_answer_len:

    First the best log-probability over all windows of a question; then the earliest span, by
    start and then by end, among all whose log-probability is at most `DISTANCE` below it.

Two processors add the same numbers in another order, so their log-probabilities differ by about
1e-5. A context that says the same thing twice has two spans that are equally probable, and this
difference would choose between them. The rule chooses the first of them on every machine. Rounding
would not help, as two numbers that are almost equal can be rounded to two values. A span that is in
two windows has the larger of its two log-probabilities.

All is NumPy in float64, without the model, so that tests can compare it with brute force. This
file is for Python 2.7 and NumPy 1.14 too: `code/v4` uses it.
"""

import heapq

import numpy as np

# In nats, between two log-probabilities that count as equal. README.md, "Equal answers", tells how
# far above the differences between machines this is, and how few answers it changes.
DISTANCE = 1e-4


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


# --- questions that have one window: all rows of a batch at once ----------------------------------


def best_spans(start_log_probs, end_log_probs, max_answer_len=0):
    """The span of each row by the rule above, each row on its own.

    Spans that end a given number of tokens after their start are looked at together, in two
    rounds: the first finds the best log-probability, the second the earliest span near it.

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
    number, length = start_log_probs.shape

    def scores():  # of spans of 1 token, of 2 tokens, ...: (B, T), (B, T - 1), ...
        for offset in range(min(max_answer_len or length, length)):
            yield start_log_probs[:, : length - offset] + end_log_probs[:, offset:]

    bar = np.max([score.max(axis=1) for score in scores()], axis=0) - DISTANCE  # (B,)
    start_pos, end_pos = np.full((2, number), length)
    log_prob = np.full(number, -np.inf)
    for offset, score in enumerate(scores()):
        first = (score >= bar[:, None]).argmax(axis=1)  # 0 if there is none
        found = score[np.arange(number), first]
        earlier = (found >= bar) & (first < start_pos)  # of equal starts the shorter span stays
        start_pos[earlier], end_pos[earlier] = first[earlier], first[earlier] + offset
        log_prob[earlier] = found[earlier]
    return start_pos, end_pos, log_prob


def independent_spans(start_log_probs, end_log_probs):
    """Start and end of each row, each by the rule above, without regard to the other.

    That is what the 2018 code did: the end may come before the start.

    Args and Returns: as `best_spans`, without a limit.
    """
    found = []
    for log_probs in (np.asarray(start_log_probs), np.asarray(end_log_probs)):
        near = log_probs >= log_probs.max(axis=1, keepdims=True) - DISTANCE
        pos = near.argmax(axis=1)
        found.append((pos, log_probs[np.arange(len(pos)), pos]))
    (start_pos, start_log_prob), (end_pos, end_log_prob) = found
    return start_pos, end_pos, start_log_prob + end_log_prob


# --- questions that have several windows, and n-best lists --------------------------------------


def near_best(log_probs, num_best=1):
    """The spans or positions of one window that may be chosen, whatever the other windows hold.

    `num_best` of all windows of a question are chosen. The n-th best of all windows is at least as
    probable as the n-th best of this one. So those that are below it by more than `DISTANCE` are
    never chosen, nor those with `num_best` earlier ones that are at least as probable.

    Args:
        log_probs: float64, (N,), N >= 1. In nats, of spans or positions from the earliest on.
        num_best: how many will be chosen.

    Returns:
        int64: which of them, ascending.
    """
    count = min(num_best, len(log_probs))
    bar = np.partition(log_probs, len(log_probs) - count)[len(log_probs) - count] - DISTANCE
    best = []  # type: list  # a heap: the `num_best` highest so far
    kept = []
    for i in np.flatnonzero(log_probs >= bar):
        if len(best) < num_best:
            heapq.heappush(best, log_probs[i])
        elif log_probs[i] > best[0]:
            heapq.heapreplace(best, log_probs[i])
        else:
            continue
        kept.append(i)
    return np.array(kept, dtype=np.int64)


def choose(candidates, num_best=1):
    """Choose by the rule above, and again among the others, until there are `num_best`.

    Args:
        candidates: dict of place -> log-probability in nats. Places are positions, or spans
            (start_pos, end_pos), of the whole context.
        num_best: how many to choose at most.

    Returns:
        list of (place, log_prob). From one to the next the log-probability may rise by `DISTANCE`
        at most.

    Example:
        >>> choose({(7, 7): -1.0, (2, 3): -1.00001, (1, 1): -1.1}, 3)
        [((2, 3), -1.00001), ((7, 7), -1.0), ((1, 1), -1.1)]
    """
    ordered = sorted(candidates.items(), key=lambda item: (-item[1], item[0]))
    near = []  # type: list  # a heap: the earliest on top
    chosen, taken, entered = [], set(), 0  # type: list, set, int
    for top in ordered:  # the most probable that is left
        while len(chosen) < num_best and top[0] not in taken:
            while entered < len(ordered) and ordered[entered][1] >= top[1] - DISTANCE:
                heapq.heappush(near, ordered[entered])
                entered += 1
            chosen.append(heapq.heappop(near))
            taken.add(chosen[-1][0])
    return chosen


class SpanChoice(object):
    """The answer spans of questions that are read in several windows.

    Args:
        max_answer_len: most tokens in a span; 0 means no limit.
        span: "joint", or "independent": start and end each by the rule, from any window.
        num_best: how many joint spans to list, also where start and end are chosen each on its own.
    """

    def __init__(self, max_answer_len, span="joint", num_best=0):
        self.max_answer_len, self.span, self.num_best = max_answer_len, span, num_best
        self._spans, self._starts, self._ends = {}, {}, {}

    def add(self, question, first, start_log_probs, end_log_probs):
        """Take in a window.

        Args:
            question: which question it is about.
            first: place of its first token in the context.
            start_log_probs, end_log_probs: float64, (T,), of its real tokens, in nats.
        """
        if self.span == "independent":
            for into, log_probs in ((self._starts, start_log_probs), (self._ends, end_log_probs)):
                near = near_best(log_probs)
                _merge(into.setdefault(question, {}), (near + first).tolist(), log_probs[near])
            if not self.num_best:
                return
        starts, ends = legal_spans(len(start_log_probs), self.max_answer_len)
        log_probs = start_log_probs[starts] + end_log_probs[ends]
        near = near_best(log_probs, max(self.num_best, 1))
        places = zip((starts[near] + first).tolist(), (ends[near] + first).tolist())
        _merge(self._spans.setdefault(question, {}), places, log_probs[near])

    def questions(self):
        """Those that had a window."""
        return sorted(self._spans or self._starts)

    def best(self, question):
        """start_pos, end_pos in the context, both inclusive, and their log-probability in nats."""
        if self.span == "independent":
            found = [choose(near[question])[0] for near in (self._starts, self._ends)]
            return found[0][0], found[1][0], found[0][1] + found[1][1]
        ((start_pos, end_pos), log_prob) = choose(self._spans[question])[0]
        return start_pos, end_pos, log_prob

    def n_best(self, question):
        """At most `num_best` joint spans (start_pos, end_pos, log_prob), as of `choose`."""
        chosen = choose(self._spans[question], self.num_best) if self.num_best else []
        return [(start, end, log_prob) for (start, end), log_prob in chosen]


def legal_spans(length, max_answer_len=0):
    """int64 start_pos and end_pos of all spans in `length` tokens, from the earliest on."""
    counts = np.minimum(length - np.arange(length), max_answer_len or length)  # (T,)
    starts = np.repeat(np.arange(length), counts)
    offsets = np.arange(len(starts)) - np.repeat(np.cumsum(counts) - counts, counts)
    return starts, starts + offsets


def _merge(candidates, places, log_probs):
    """Add some; of one that is there already the larger log-probability counts."""
    for place, log_prob in zip(places, log_probs.tolist()):
        candidates[place] = max(log_prob, candidates.get(place, -np.inf))
