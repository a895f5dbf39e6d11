"""From logits to answers: the best span of each question over all windows of its context.

The invariant of the whole package ends here: an answer is `context[char_start:char_end]` of the
context as it stands in the file. The seed put tokens together again instead ("detokenised"),
which lost the original's spaces, quotes and capitals.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from squad_reader.data.batches import Batch, Rows, make_batches, sorted_batches
from squad_reader.data.preprocess import TokenizedData
from squad_reader.data.spans import token_to_char_span
from squad_reader.data.squad_json import SquadData
from squad_reader.model.span_decoder import n_best_spans

# A progress bar: takes the batches and how many there are, gives them back one by one.
Progress = Callable[[Iterable[Batch], int], Iterable[Batch]]
# Sees each batch with its start and end log-probabilities (B, T), in nats.
Observer = Callable[[Batch, tuple[np.ndarray, np.ndarray]], None]


@dataclass(frozen=True)
class Spans:
    """One answer span for each question of a data set.

    Attributes:
        start_pos, end_pos: int64, (Q,). Token positions in the context, both inclusive; -1 where
            the context has no token. With independent start and end, the end may come first.
        log_prob: float64, (Q,). log p(start) + log p(end), in nats; -inf where there is no span.
        n_best: for each question a list of (start_pos, end_pos, log_prob), best first; empty
            lists unless asked for.
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
    model: Any,
    rows: Rows,
    num_questions: int,
    batch_size: int = 100,
    max_answer_len: int = 20,
    span: str = "joint",
    num_best: int = 0,
    progress: Progress | None = None,
    observe: Observer | None = None,
) -> Spans:
    """Ask the model for the span of every question.

    Args:
        model: a `QAModel`.
        rows: from `prediction_rows`; a question may have several (windows of a long context), and
            the most probable span over all of them is its answer.
        num_questions: questions in the data set (Q).
        batch_size: rows in a batch; it does not change an answer.
        max_answer_len, span: as in `QAModel.get_start_end_pos`.
        num_best: how many spans to list for each question.
        progress: wraps the batches, to show how far it is.
        observe: called with each batch.
    """
    spans = Spans(
        np.full(num_questions, -1),
        np.full(num_questions, -1),
        np.full(num_questions, -np.inf),
        [[] for _ in range(num_questions)],
    )
    numbers = sorted_batches(rows, batch_size)
    batches: Iterable[Batch] = make_batches(rows, numbers)
    for batch in progress(batches, len(numbers)) if progress else batches:
        log_probs = model.get_log_probs(batch)
        found = model.get_start_end_pos(batch, max_answer_len, span, log_probs)
        _keep_best(spans, rows, batch, *found)
        if observe:
            observe(batch, log_probs)
        if num_best:
            _keep_n_best(spans, rows, batch, log_probs, num_best, max_answer_len)
    return spans


def _keep_best(
    spans: Spans,
    rows: Rows,
    batch: Batch,
    start_pos: np.ndarray,
    end_pos: np.ndarray,
    log_prob: np.ndarray,
) -> None:
    """Write the spans of a batch where they beat those of earlier windows.

    Equal scores go to the earlier start, then to the earlier end, so that the order of batches
    does not matter.
    """
    firsts = rows.window_starts[batch.rows]
    for i, example in enumerate(rows.examples[batch.rows]):
        place = (-log_prob[i], firsts[i] + start_pos[i], firsts[i] + end_pos[i])
        old = (-spans.log_prob[example], spans.start_pos[example], spans.end_pos[example])
        if place < old:
            spans.log_prob[example] = log_prob[i]
            spans.start_pos[example], spans.end_pos[example] = place[1:]


def _keep_n_best(
    spans: Spans,
    rows: Rows,
    batch: Batch,
    log_probs: tuple[np.ndarray, np.ndarray],
    num_best: int,
    max_answer_len: int,
) -> None:
    """Merge the n best spans of a batch into those of earlier windows."""
    for i, number in enumerate(batch.rows):
        first, length = int(rows.window_starts[number]), rows.lengths[number]
        best = {span[:2]: span[2] for span in spans.n_best[rows.examples[number]]}
        for start, end, log_prob in n_best_spans(
            log_probs[0][i, :length], log_probs[1][i, :length], num_best, max_answer_len
        ):
            key = (first + start, first + end)  # two windows may both hold it
            best[key] = max(log_prob, best.get(key, -np.inf))
        ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:num_best]
        spans.n_best[rows.examples[number]] = [(*key, log_prob) for key, log_prob in ordered]


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
