"""Rows to padded batches of named arrays with masks, in an order fixed by (seed, epoch).

Takes the place of the 2018 code's `data_batcher.py`, which refilled batches from a text file, threw
away examples that were too long, and could not go on exactly where it had stopped. Here everything
is an index into flat arrays:

- Rows of about the same length share a batch, padded to one of a few fixed widths. In prediction,
  the questions on one context share a batch, and the model reads the context once.
- The batches of an epoch are a pure function of (seed, epoch), so any step can be reached again.
- A batch has a table of its own words; its tokens are rows of that table.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from squad_reader.data.encoded import Encoded
from squad_reader.data.features.feature import WordFeature
from squad_reader.data.rows import Rows

# Few widths, so that a backend that compiles for each shape compiles seldom; close together where
# SQuAD's contexts are (half have 90 to 160 tokens), so that little of a batch is padding.
CONTEXT_WIDTHS = (32, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 320, 400, 500, 600)
QUESTION_WIDTHS = (8, 12, 16, 20, 30)

# In prediction a batch has a multiple of this many distinct contexts, for the same reason.
WINDOWS_STEP = 8

# The table of a batch's words has one of these numbers of rows, or a multiple of the last.
WORDS_SIZES = (256, 512, 1024, 2048)

# The memory of a training step grows with rows x width. A batch of contexts wider than this / 100
# tokens has fewer than 100 rows, which takes less memory and is no slower.
MAX_BATCH_TOKENS = 12_800
# In prediction nothing is kept for gradients.
MAX_PREDICTION_TOKENS = 25_600


# Of batches by contexts.
AVERAGE_CONTEXT = 160  # tokens
LENGTH_STEP = 8  # tokens: contexts of such lengths count as equally long, and are shuffled


@dataclass(frozen=True)
class Batch:
    """Some rows, padded. B rows on W windows, T context tokens, J question tokens, U words.

    Attributes:
        rows: int64, (B,). Which rows of `Rows` these are.
        windows: int64, (B,). Which window each row is about.
        inputs: what a model takes, by name; `model.qa_model.QAModel` says what there is.
        start_pos, end_pos: int32, (B,). Answer span, both inclusive, counted from the first token
            of the window; -1 where the row does not hold the whole of one.
        target: int8, (B,). A `rows.Target` for each row.
    """

    rows: np.ndarray
    windows: np.ndarray
    inputs: dict[str, np.ndarray]
    start_pos: np.ndarray
    end_pos: np.ndarray
    target: np.ndarray

    @property
    def context_mask(self) -> np.ndarray:
        """bool, (B, T). True at real tokens of each row's window."""
        mask: np.ndarray = self.inputs["context_mask"][self.windows]
        return mask

    def targets(self) -> dict[str, np.ndarray]:
        """What `QAModel.compute_loss` takes."""
        return {"start_pos": self.start_pos, "end_pos": self.end_pos}


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
    widths = _widths(rows.lengths, CONTEXT_WIDTHS)
    question_widths = _widths(rows.question_lengths(), QUESTION_WIDTHS)
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
    widths = _widths(rows.lengths, CONTEXT_WIDTHS)
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


def make_batches(rows: Rows, encoded: Encoded, numbers: list[np.ndarray]) -> Iterator[Batch]:
    """`make_batch` for each array of row numbers, each window once."""
    return (make_batch(rows, encoded, some, share=True) for some in numbers)


def make_batch(
    rows: Rows,
    encoded: Encoded,
    numbers: np.ndarray,
    share: bool = False,
    windows_step: int = WINDOWS_STEP,
) -> Batch:
    """Look up and pad the rows with these numbers.

    Args:
        rows: which rows there are.
        encoded: their data set, as the model's features give it.
        numbers: int64, (B,). Rows of the batch.
        share: each distinct window once, and `windows` among the inputs says which of them each
            row is about; else W is B.
        windows_step: shared windows are padded to a multiple of this, so that W has few values.
    """
    examples = rows.examples[numbers]
    starts = rows.windows(numbers)
    firsts, windows = np.arange(len(numbers)), np.arange(len(numbers))
    if share:
        _, firsts, windows = np.unique(starts, return_index=True, return_inverse=True)
    context, context_mask = _places(starts[firsts], rows.lengths[numbers][firsts], CONTEXT_WIDTHS)
    if share:
        more = ((0, -len(firsts) % windows_step), (0, 0))
        context, context_mask = np.pad(context, more), np.pad(context_mask, more)
    question, question_mask = _places(
        rows.data.question_offsets[examples], rows.question_lengths(numbers), QUESTION_WIDTHS
    )
    inputs = {
        **_word_inputs(encoded, context, context_mask, question, question_mask),
        "context_mask": context_mask,
        "question_mask": question_mask,
        **{f"context_{n}": _taken(x, context, context_mask) for n, x in encoded.contexts.items()},
        **{
            f"question_{n}": _taken(x, question, question_mask)
            for n, x in encoded.questions.items()
        },
    }
    if encoded.pairs:
        width = context.shape[1]
        begins = encoded.pair_offsets[examples] + rows.window_starts[numbers]
        pair, pair_mask = _places(begins, rows.lengths[numbers], (width,))
        inputs.update({f"pair_{n}": _taken(x, pair, pair_mask) for n, x in encoded.pairs.items()})
    if share:
        inputs["windows"] = windows.reshape(-1).astype(np.int32)
    return Batch(numbers, windows.reshape(-1), inputs, *rows.targets(numbers))


def _word_inputs(
    encoded: Encoded,
    context: np.ndarray,
    context_mask: np.ndarray,
    question: np.ndarray,
    question_mask: np.ndarray,
) -> dict[str, np.ndarray]:
    """The table of the batch's own words, and the row of each token in it; row 0 is padding."""
    data = encoded.data
    tokens = [
        np.where(mask, _taken(all_tokens, places, mask) + 1, 0)
        for all_tokens, places, mask in (
            (data.context_tokens, context, context_mask),
            (data.question_tokens, question, question_mask),
        )
    ]
    is_used = np.zeros(1 + len(data.sources), dtype=bool)
    is_used[0] = True
    for each in tokens:
        is_used[each] = True
    used = np.flatnonzero(is_used)
    row = np.empty(len(is_used), dtype=np.int32)
    row[used] = np.arange(len(used))
    size = int(_widths(np.array([len(used)]), WORDS_SIZES, WORDS_SIZES[-1])[0])
    used = np.pad(used, (0, size - len(used)))
    inputs = {"context_words": row[tokens[0]], "question_words": row[tokens[1]]}
    for feature in encoded.features:
        if isinstance(feature, WordFeature):
            inputs.update(feature.inputs(encoded.words[feature.name][used]))
    return inputs


def _places(
    starts: np.ndarray, lengths: np.ndarray, widths: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Places of slices of a flat array, 0 at padding, and where they are real: (n, width) each,
    as wide as the longest needs."""
    width = int(_widths(lengths, widths).max(initial=1))
    columns = np.arange(width)
    mask = columns < lengths[:, None]  # (n, width)
    return np.where(mask, starts[:, None] + columns, 0), mask


def _taken(array: np.ndarray, places: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`array[places]`, zeros at padding."""
    if len(array) == 0:  # a data set without a token
        return np.zeros((*mask.shape, *array.shape[1:]), array.dtype)
    taken: np.ndarray = array[places]
    taken[~mask] = 0
    return taken


def _widths(lengths: np.ndarray, widths: tuple[int, ...], step: int = 100) -> np.ndarray:
    """The smallest of `widths` that holds each length; beyond the last, multiples of `step`."""
    table = np.asarray(widths)
    place = np.minimum(np.searchsorted(table, lengths), len(table) - 1)
    return np.where(lengths > table[-1], -(-lengths // step) * step, table[place])
