"""From logits to answers: the best span of each question over all windows of its context.

The rule of the whole package: an answer is `context[char_start:char_end]` of the
context as it stands in the file. The 2018 code put tokens together again instead ("detokenised"),
which lost the original's spaces, quotes and capitals. Which span is chosen is the rule of
`model.span_decoder`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from squad_reader.data.batch_order import sorted_batches
from squad_reader.data.batches import Batch, make_batch, make_batches
from squad_reader.data.encoded import Encoded
from squad_reader.data.rows import Rows
from squad_reader.data.spans import token_to_char_span
from squad_reader.data.squad_data import SquadData
from squad_reader.data.tokenized import TokenizedData
from squad_reader.model.scorer import LogProbs, Scorer, mean_log_probs
from squad_reader.model.span_decoder import SpanChoice

# A progress bar: takes the batches and how many there are, gives them back one by one.
Progress = Callable[[Iterable[Batch], int], Iterable[Batch]]
# Sees each batch with its start and end log-probabilities (B, T), in nats.
Observer = Callable[[Batch, LogProbs], None]


@dataclass(frozen=True)
class Spans:
    """One answer span for each question of a data set.

    Attributes:
        start_pos, end_pos: int64, (Q,). Token positions in the context, both inclusive; -1 where
            the context has no token. With independent start and end, the end may come first.
        log_prob: float64, (Q,). log p(start) + log p(end), in nats; -inf where there is no span.
        n_best: for each question a list of (start_pos, end_pos, log_prob), in the order of
            `span_decoder.choose`; empty lists unless asked for.
    """

    start_pos: np.ndarray
    end_pos: np.ndarray
    log_prob: np.ndarray
    n_best: list[list[tuple[int, int, float]]]


class Answer(NamedTuple):
    """An answer to show or to write.

    Attributes:
        text: `context[char_start:char_end]`.
        char_start, char_end: character offsets in the context, half-open.
        probability: p(start) p(end), in [0, 1].
    """

    text: str
    char_start: int
    char_end: int
    probability: float


def predict_spans(
    members: Sequence[tuple[Scorer, Encoded]],
    rows: Rows,
    batch_size: int = 100,
    max_answer_len: int = 20,
    span: str = "joint",
    num_best: int = 0,
    progress: Progress | None = None,
    observe: Observer | None = None,
) -> Spans:
    """Ask a model, or several, for the span of every question.

    Args:
        members: each model, such as a `QAModel`, and the data set in numbers of its features. Of
            several the mean of the start and of the end probabilities counts.
        rows: from `prediction_rows`; a question may have several (windows of a long context), and
            its answer is chosen over all of them.
        batch_size: rows in a batch; it does not change an answer.
        max_answer_len, span: as in `QAModel.get_start_end_pos`.
        num_best: how many spans to list for each question.
        progress: wraps the batches, to show how far it is.
        observe: called with each batch.
    """
    num_questions = len(rows.data.example_contexts)
    spans = Spans(
        np.full(num_questions, -1),
        np.full(num_questions, -1),
        np.full(num_questions, -np.inf),
        [[] for _ in range(num_questions)],
    )
    num_windows = np.bincount(rows.examples, minlength=num_questions)
    choice = SpanChoice(max_answer_len, span, num_best)
    (first, encoded), *others = members
    numbers = sorted_batches(rows, batch_size)
    batches: Iterable[Batch] = make_batches(rows, encoded, numbers)
    for batch in progress(batches, len(numbers)) if progress else batches:
        log_probs = mean_log_probs([first.get_log_probs(batch), *_of(others, rows, batch)])
        found = first.get_start_end_pos(batch, max_answer_len, span, log_probs)
        _set(spans, rows.examples[batch.rows], found)
        if observe:
            observe(batch, log_probs)
        for i in np.flatnonzero((num_windows[rows.examples[batch.rows]] > 1) | (num_best > 0)):
            _add_window(choice, rows, batch.rows[i], *(each[i] for each in log_probs))
    for question in choice.questions():
        _set(spans, question, choice.best(question))
        spans.n_best[question].extend(choice.n_best(question))
    return spans


def _of(members: Sequence[tuple[Scorer, Encoded]], rows: Rows, batch: Batch) -> list[LogProbs]:
    """What the other models say of the same rows, each in a batch of its own features."""
    return [
        scorer.get_log_probs(make_batch(rows, encoded, batch.rows, share=True))
        for scorer, encoded in members
    ]


def _set(spans: Spans, questions: Any, found: Any) -> None:
    """Write the span of one question, or of many."""
    spans.start_pos[questions], spans.end_pos[questions], spans.log_prob[questions] = found


def _add_window(
    choice: SpanChoice, rows: Rows, number: int, start: np.ndarray, end: np.ndarray
) -> None:
    """Add the log-probabilities of a row, (T,) each, without those of its padding."""
    length, first = rows.lengths[number], int(rows.window_starts[number])
    choice.add(int(rows.examples[number]), first, start[:length], end[:length])


def make_answer(
    data: SquadData,
    tokenized: TokenizedData,
    question: int,
    start_pos: int,
    end_pos: int,
    log_prob: float,
) -> Answer:
    """The slice of the untouched context that a token span stands for.

    Returns:
        The answer; empty text where there is no token, or where the end comes before the start.
    """
    example = data.examples[question]
    begin, end = tokenized.context_offsets[example.context_index : example.context_index + 2]
    if start_pos < 0 or end_pos < start_pos:
        return Answer("", 0, 0, float(np.exp(log_prob)))
    char_start, char_end = token_to_char_span(
        tokenized.context_char_starts[begin:end],
        tokenized.context_char_ends[begin:end],
        start_pos,
        end_pos,
    )
    text = data.contexts[example.context_index][char_start:char_end]
    return Answer(text, char_start, char_end, float(np.exp(log_prob)))


def answer_all(data: SquadData, tokenized: TokenizedData, spans: Spans) -> list[Answer]:
    """The answer to every question, in the order of the file."""
    columns = zip(spans.start_pos, spans.end_pos, spans.log_prob, strict=True)
    return [make_answer(data, tokenized, i, *span) for i, span in enumerate(columns)]


def texts_by_id(data: SquadData, answers: Sequence[Answer]) -> dict[str, str]:
    """Question id -> text of the answer, as `predictions.json` has it."""
    return {example.id: answer.text for example, answer in zip(data.examples, answers, strict=True)}
