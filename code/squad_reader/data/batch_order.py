"""Which rows share a batch, in an order fixed by (seed, epoch).

Takes the place of the 2018 code's `data_batcher.py`, which threw away examples that were too long,
and could not go on exactly where it had stopped. Here rows of about the same length share a batch,
and the batches of an epoch are a pure function of (seed, epoch), so any step can be reached again.
"""

import numpy as np

from squad_reader.data.batches import FEW_WIDTHS, widths_of
from squad_reader.data.rows import Rows

# The memory of a training step grows with rows x width. A batch of contexts wider than this / 100
# tokens has fewer than 100 rows, which takes less memory and is no slower.
MAX_BATCH_TOKENS = 12_800
# In prediction nothing is kept for gradients.
MAX_PREDICTION_TOKENS = 25_600

# Of batches by contexts.
AVERAGE_CONTEXT = 160  # tokens
QUESTIONS = 6  # on a context, as many as the memory is for; SQuAD has 4.6 on average
MAX_QUESTIONS = 20  # that share one reading of their context; for more it is read again
# As many contexts as there is memory for, whatever --batch_size says: 19,200 tokens of contexts
# beside questions, with some 100 questions.
MAX_CONTEXTS = 20
LENGTH_STEP = 8  # tokens: contexts of such lengths count as equally long, and are shuffled


def shuffled_batches(rows: Rows, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """The batches of one training epoch, as arrays of row numbers.

    Args:
        rows: from `training_rows`.
        batch_size: rows in a batch; fewer where contexts are long, and in the last batch.
        seed, epoch: the order depends on these two alone.

    Returns:
        list of int64 arrays; each row is in exactly one of them.
    """
    rng = np.random.default_rng([seed, epoch])
    order = rng.permutation(len(rows))
    widths = widths_of(rows.lengths, FEW_WIDTHS.contexts)
    question_widths = widths_of(rows.question_lengths(), FEW_WIDTHS.questions)
    by_width = np.lexsort((question_widths[order], widths[order]))  # stable: ties stay shuffled
    batches = _cut(order[by_width], widths, batch_size, MAX_BATCH_TOKENS)
    return [batches[i] for i in rng.permutation(len(batches))]


def context_batches(rows: Rows, batch_size: int, seed: int, epoch: int) -> list[np.ndarray]:
    """The batches of one training epoch, each of contexts with all their questions.

    Every epoch has as many batches: where one ends depends on the lengths of contexts and on their
    numbers of questions alone, in sorted order.

    Args:
        rows: from `training_rows`.
        batch_size: contexts of average length (`AVERAGE_CONTEXT` tokens) in a batch, at most
            `MAX_CONTEXTS`; more of shorter ones, and fewer where they have more than `QUESTIONS`
            questions. A context is read again for questions that are more than `MAX_QUESTIONS`, or
            more than fit into a batch.
        seed, epoch: the order depends on these two alone.

    Returns:
        list of int64 arrays; each row is in exactly one of them.
    """
    rng = np.random.default_rng([seed, epoch])
    max_tokens = min(batch_size, MAX_CONTEXTS) * AVERAGE_CONTEXT
    readings = _readings(rows, max_tokens)
    counts = np.array([len(questions) for questions in readings])
    lengths = rows.lengths[[questions[0] for questions in readings]]
    widths = _stepped(lengths)
    order = rng.permutation(len(readings))
    order = order[np.lexsort((counts[order], widths[order]))]  # ties stay shuffled
    groups = _cut_readings(order, widths, counts, max_tokens)
    batches = [np.concatenate([readings[i] for i in group]) for group in groups]
    return [batches[i] for i in rng.permutation(len(batches))]


def _stepped(lengths: np.ndarray) -> np.ndarray:
    """What contexts of these lengths count as, in tokens."""
    widths: np.ndarray = (lengths // LENGTH_STEP + 1) * LENGTH_STEP
    return widths


def _readings(rows: Rows, max_tokens: int) -> list[np.ndarray]:
    """The rows that share one reading of a window, `MAX_QUESTIONS` of them at most, and no more
    than `QUESTIONS` times `max_tokens` tokens beside them."""
    windows = rows.windows(np.arange(len(rows)))
    order = np.argsort(windows, kind="stable")
    _, first, counts = np.unique(windows[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(first, counts)  # among those of its window
    fitting = max_tokens * QUESTIONS // _stepped(rows.lengths[order])
    return np.split(order, np.flatnonzero(place % np.clip(fitting, 1, MAX_QUESTIONS) == 0)[1:])


def _cut_readings(
    order: np.ndarray, widths: np.ndarray, counts: np.ndarray, max_tokens: int
) -> list[np.ndarray]:
    """Cut readings, sorted by width, into groups: of one, or of at most `max_tokens` tokens of
    contexts and `QUESTIONS` times as many of contexts beside questions."""
    groups, place = [], 0
    while place < len(order):
        end, questions = place + 1, int(counts[order[place]])
        while end < len(order):
            questions += int(counts[order[end]])
            width = int(widths[order[end]])
            if max((end + 1 - place) * QUESTIONS, questions) * width > max_tokens * QUESTIONS:
                break
            end += 1
        groups.append(order[place:end])
        place = end
    return groups


def sorted_batches(rows: Rows, batch_size: int) -> list[np.ndarray]:
    """All rows once, for prediction: by width, and those of one context side by side."""
    widths = widths_of(rows.lengths, FEW_WIDTHS.contexts)
    contexts = rows.data.example_contexts[rows.examples]
    order = np.lexsort((rows.window_starts, contexts, widths))
    return _cut(order, widths, batch_size, MAX_PREDICTION_TOKENS)


def _cut(
    order: np.ndarray, widths: np.ndarray, batch_size: int, max_tokens: int
) -> list[np.ndarray]:
    """Cut rows, sorted by width, into batches of at most `batch_size` rows and `max_tokens`."""
    batches, place = [], 0
    while place < len(order):
        widest = widths[order[min(place + batch_size, len(order)) - 1]]
        size = min(batch_size, max(1, max_tokens // int(widest)))
        batches.append(order[place : place + size])
        place += size
    return batches
