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
    """The batches of one training epoch, each of whole contexts with all their questions.

    Every epoch has as many batches, as where one ends depends on the lengths alone.

    Args:
        rows: from `training_rows`.
        batch_size: contexts of average length (`AVERAGE_CONTEXT` tokens) in a batch; more of
            shorter ones. A context with more questions than this has a batch of its own.
        seed, epoch: the order depends on these two alone.

    Returns:
        list of int64 arrays; each row is in exactly one of them.
    """
    rng = np.random.default_rng([seed, epoch])
    _, first, window = np.unique(
        rows.windows(np.arange(len(rows))), return_index=True, return_inverse=True
    )
    counts = np.bincount(window)
    questions = np.split(np.argsort(window, kind="stable"), np.cumsum(counts)[:-1])
    widths = (rows.lengths[first] // LENGTH_STEP + 1) * LENGTH_STEP
    order = rng.permutation(len(first))
    order = order[np.argsort(widths[order], kind="stable")]  # ties stay shuffled
    is_alone = counts[order] > batch_size
    groups = list(order[is_alone][:, None])
    groups += _cut_contexts(order[~is_alone], widths, batch_size * AVERAGE_CONTEXT)
    batches = [np.concatenate([questions[i] for i in group]) for group in groups]
    return [batches[i] for i in rng.permutation(len(batches))]


def _cut_contexts(order: np.ndarray, widths: np.ndarray, max_tokens: int) -> list[np.ndarray]:
    """Cut contexts, sorted by width, into batches of at most `max_tokens`, or of one."""
    groups, place = [], 0
    while place < len(order):
        end = place + 1
        while end < len(order) and (end + 1 - place) * widths[order[end]] <= max_tokens:
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
