"""Rows to padded batches of named arrays with masks.

Takes the place of the 2018 code's `data_batcher.py`, which refilled batches from a text file. Here
everything is an index into flat arrays. A batch has a table of its own words; its tokens are rows
of that table. In prediction, and in training by contexts, the questions on one context share a
batch, and the model reads the context once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from squad_reader.data.encoded import Encoded
from squad_reader.data.features.feature import WordFeature
from squad_reader.data.rows import Rows


@dataclass(frozen=True)
class Widths:
    """To what a batch is padded.

    Attributes:
        contexts, questions: numbers of tokens, rising; beyond the last of them, multiples of 100.
        windows: of shared windows there are a multiple of this number.
    """

    contexts: tuple[int, ...]
    questions: tuple[int, ...]
    windows: int


# So that a backend that compiles for each shape compiles seldom; close together where SQuAD's
# contexts are (half have 90 to 160 tokens), so that little of a batch is padding.
FEW_WIDTHS = Widths(
    contexts=(32, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 320, 400, 500, 600),
    questions=(8, 12, 16, 20, 30),
    windows=8,
)
# For batches of whole contexts, whose numbers of rows are of all sizes anyway.
CLOSE_WIDTHS = Widths(tuple(range(8, 601, 8)), (*range(4, 30, 4), 30), windows=1)

# "context" and "question" -> what `_places` gives.
Sides = dict[str, tuple[np.ndarray, np.ndarray]]

# The table of a batch's words has one of these numbers of rows, or a multiple of the last.
WORDS_SIZES = (256, 512, 1024, 2048)


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
        likely: more of the targets, by name; see `model.qa_model.QAModel.compute_loss`.
    """

    rows: np.ndarray
    windows: np.ndarray
    inputs: dict[str, np.ndarray]
    start_pos: np.ndarray
    end_pos: np.ndarray
    target: np.ndarray
    likely: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def context_mask(self) -> np.ndarray:
        """bool, (B, T). True at real tokens of each row's window."""
        mask: np.ndarray = self.inputs["context_mask"][self.windows]
        return mask

    def targets(self) -> dict[str, np.ndarray]:
        """What `QAModel.compute_loss` takes."""
        return {"start_pos": self.start_pos, "end_pos": self.end_pos, **self.likely}


def make_batches(rows: Rows, encoded: Encoded, numbers: list[np.ndarray]) -> Iterator[Batch]:
    """`make_batch` for each array of row numbers, each window once."""
    return (make_batch(rows, encoded, some, share=True) for some in numbers)


def make_batch(
    rows: Rows,
    encoded: Encoded,
    numbers: np.ndarray,
    share: bool = False,
    widths: Widths = FEW_WIDTHS,
) -> Batch:
    """Look up and pad the rows with these numbers.

    Args:
        rows: which rows there are.
        encoded: their data set, as the model's features give it.
        numbers: int64, (B,). Rows of the batch.
        share: each distinct window once, and `windows` among the inputs says which of them each
            row is about; else W is B.
        widths: to what they are padded.
    """
    starts = rows.windows(numbers)
    firsts = windows = np.arange(len(numbers))
    if share:
        _, firsts, windows = np.unique(starts, return_index=True, return_inverse=True)
    context, mask = _places(starts[firsts], rows.lengths[numbers][firsts], widths.contexts)
    if share:
        more = ((0, -len(firsts) % widths.windows), (0, 0))
        context, mask = np.pad(context, more), np.pad(mask, more)
    questions = rows.data.question_offsets[rows.examples[numbers]]
    sides = {
        "context": (context, mask),
        "question": _places(questions, rows.question_lengths(numbers), widths.questions),
    }
    inputs = {
        **_word_inputs(encoded, sides),
        **{f"{side}_mask": mask for side, (_, mask) in sides.items()},
        **_token_inputs(encoded, sides),
        **_pair_inputs(rows, encoded, numbers, context.shape[1]),
    }
    if share:
        inputs["windows"] = windows.astype(np.int32)
    return Batch(numbers, windows, inputs, *rows.targets(numbers))


def _word_inputs(encoded: Encoded, sides: Sides) -> dict[str, np.ndarray]:
    """The table of the batch's own words, and the row of each token in it; row 0 is padding."""
    data = encoded.data
    all_tokens = {"context": data.context_tokens, "question": data.question_tokens}
    tokens = {
        side: np.where(mask, _taken(all_tokens[side], places, mask) + 1, 0)
        for side, (places, mask) in sides.items()
    }
    is_used = np.zeros(1 + len(data.sources), dtype=bool)
    is_used[0] = True
    for each in tokens.values():
        is_used[each] = True
    used = np.flatnonzero(is_used)
    row = np.empty(len(is_used), dtype=np.int32)
    row[used] = np.arange(len(used))
    size = int(widths_of(np.array([len(used)]), WORDS_SIZES, WORDS_SIZES[-1])[0])
    used = np.pad(used, (0, size - len(used)))
    inputs = {f"{side}_words": row[each] for side, each in tokens.items()}
    for feature in encoded.features:
        if isinstance(feature, WordFeature):
            inputs.update(feature.inputs(encoded.words[feature.name][used]))
    return inputs


def _token_inputs(encoded: Encoded, sides: Sides) -> dict[str, np.ndarray]:
    """What is known of each token in its text."""
    known = {"context": encoded.contexts, "question": encoded.questions}
    return {
        f"{side}_{name}": _taken(each, *places)
        for side, places in sides.items()
        for name, each in known[side].items()
    }


def _pair_inputs(
    rows: Rows, encoded: Encoded, numbers: np.ndarray, width: int
) -> dict[str, np.ndarray]:
    """What is known of each context token beside each question: (B, width) of each name."""
    if not encoded.pairs:
        return {}
    begins = encoded.pair_offsets[rows.examples[numbers]] + rows.window_starts[numbers]
    places, mask = _places(begins, rows.lengths[numbers], (width,))
    return {f"pair_{name}": _taken(x, places, mask) for name, x in encoded.pairs.items()}


def _places(
    starts: np.ndarray, lengths: np.ndarray, widths: tuple[int, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Places of slices of a flat array, 0 at padding, and where they are real: (n, width) each,
    as wide as the longest needs."""
    width = int(widths_of(lengths, widths).max(initial=1))
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


def widths_of(lengths: np.ndarray, widths: tuple[int, ...], step: int = 100) -> np.ndarray:
    """The smallest of `widths` that holds each length; beyond the last, multiples of `step`."""
    table = np.asarray(widths)
    place = np.minimum(np.searchsorted(table, lengths), len(table) - 1)
    return np.where(lengths > table[-1], -(-lengths // step) * step, table[place])
