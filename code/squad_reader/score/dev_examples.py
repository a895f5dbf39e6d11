"""Mode show_examples: a few dev questions with the reader's answers, to look at.

Heir of the mode of the same name of the 2018 code. The questions are a random choice, the same for
the same --seed, spread over the whole dev set.
"""

import os
import shutil
from collections.abc import Iterator
from typing import TextIO

import numpy as np

from squad_reader.config import Config
from squad_reader.data.batches import prediction_rows
from squad_reader.data.preprocess import TokenizedData
from squad_reader.data.spans import token_to_char_span
from squad_reader.data.squad_json import SquadData
from squad_reader.data.tokenizer import tokenize
from squad_reader.errors import InputError
from squad_reader.predict.answers import Answer, make_answer, predict_spans
from squad_reader.predict.reader import Reader, load_reader, read_data
from squad_reader.score.marked_text import Span
from squad_reader.score.show_examples import render_example, use_colour
from squad_reader.score.squad_v1_1 import best_scores


def show_examples(config: Config, stream: TextIO) -> None:
    """Print `config.num_examples` dev questions, their contexts, gold answers and answers.

    Args:
        config: `dev_path`, `ckpt_load_dir`, `glove_path`, `num_examples`, `seed`.
        stream: where to; in colour if it is a terminal.
    """
    data, tokenized = read_data(config.dev_path, config.cache_dir or None)
    if not data.examples:
        raise InputError(f"{config.dev_path}: expected questions to show, got none")
    reader = load_reader(config, tokenized)
    rng = np.random.default_rng(config.seed)
    size = min(config.num_examples, len(data.examples))
    chosen = np.sort(rng.choice(len(data.examples), size, replace=False))
    for question, answer in answers_to(reader, config, data, tokenized, chosen):
        stream.write(_rendered(reader, data, tokenized, question, answer, stream) + "\n")


def answers_to(
    reader: Reader, config: Config, data: SquadData, tokenized: TokenizedData, chosen: np.ndarray
) -> Iterator[tuple[int, Answer]]:
    """The answers to some questions only.

    Yields:
        Number of the question in the file, and its answer.
    """
    rows = prediction_rows(tokenized, reader.vocabulary, config.context_len, config.question_len)
    spans = predict_spans(
        reader.model,
        rows.take(np.isin(rows.examples, chosen)),
        len(data.examples),
        config.batch_size,
        config.max_answer_len,
        config.span,
    )
    for i in map(int, chosen):
        found = (int(spans.start_pos[i]), int(spans.end_pos[i]), float(spans.log_prob[i]))
        yield i, make_answer(data, tokenized, i, *found)


def _rendered(
    reader: Reader,
    data: SquadData,
    tokenized: TokenizedData,
    question: int,
    answer: Answer,
    stream: TextIO,
) -> str:
    example = data.examples[question]
    title, context = data.titles[example.context_index], data.contexts[example.context_index]
    golds = None if example.answers is None else [gold.text for gold in example.answers]
    exact_match, f1 = best_scores(answer.text, golds or [])
    return render_example(
        context=context,
        question=example.question,
        gold_answers=golds,
        gold_span=_gold_span(tokenized, question, example.context_index),
        predicted_span=(answer.char_start, answer.char_end) if answer.text else None,
        probability=answer.probability,
        f1=f1,
        exact_match=exact_match,
        unknown_spans=_unknown_spans(reader, context),
        question_unknown_spans=_unknown_spans(reader, example.question),
        heading=f"{title}, question {example.id}" if title else f"question {example.id}",
        width=shutil.get_terminal_size().columns,
        colour=use_colour(stream, os.environ),
    )


def _unknown_spans(reader: Reader, text: str) -> list[Span]:
    """Where words without a vector of their own are."""
    ids = reader.vocabulary.ids
    return [(start, end) for word, start, end in tokenize(text) if word not in ids]


def _gold_span(tokenized: TokenizedData, question: int, context: int) -> Span | None:
    """Where the gold answer to train on is, in whole tokens; None if there is none."""
    if tokenized.start_pos[question] < 0:
        return None
    tokens = slice(*tokenized.context_offsets[context : context + 2])
    return token_to_char_span(
        tokenized.context_char_starts[tokens],
        tokenized.context_char_ends[tokens],
        tokenized.start_pos[question],
        tokenized.end_pos[question],
    )
