"""Mode show_examples: a few dev questions with the reader's answers, to look at.

Takes the place of the 2018 code's mode of this name. The questions are a random choice, the same
for the same --seed, spread over the whole dev set.
"""

import os
import shutil
from collections.abc import Iterator
from typing import TextIO

import numpy as np

from squad_reader.config import Config
from squad_reader.data.preprocess import read_data
from squad_reader.data.spans import token_to_char_span
from squad_reader.data.squad_data import SquadData
from squad_reader.data.tokenized import Texts, TokenizedData
from squad_reader.errors import InputError
from squad_reader.predict.answers import Answer, make_answer
from squad_reader.predict.reader import Reader, reader_of
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
    reader = reader_of(config)
    is_known = reader.has_vector(tokenized.words)[tokenized.source_words]
    rng = np.random.default_rng(config.seed)
    size = min(config.num_examples, len(data.examples))
    chosen = np.sort(rng.choice(len(data.examples), size, replace=False))
    for question, answer in answers_to(reader, data, tokenized, chosen):
        stream.write(_rendered(is_known, data, tokenized, question, answer, stream) + "\n")


def answers_to(
    reader: Reader, data: SquadData, tokenized: TokenizedData, chosen: np.ndarray
) -> Iterator[tuple[int, Answer]]:
    """The answers to some questions only.

    Yields:
        Number of the question in the file, and its answer.
    """
    rows = reader.rows(tokenized)
    spans = reader.spans(tokenized, rows=rows.take(np.isin(rows.examples, chosen)))
    for i in map(int, chosen):
        found = (int(spans.start_pos[i]), int(spans.end_pos[i]), float(spans.log_prob[i]))
        yield i, make_answer(data, tokenized, i, *found)


def _rendered(
    is_known: np.ndarray,
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
        unknown_spans=_unknown_spans(tokenized.contexts, example.context_index, is_known),
        question_unknown_spans=_unknown_spans(tokenized.questions, question, is_known),
        heading=f"{title}, question {example.id}" if title else f"question {example.id}",
        width=shutil.get_terminal_size().columns,
        colour=use_colour(stream, os.environ),
    )


def _unknown_spans(texts: Texts, number: int, is_known: np.ndarray) -> list[Span]:
    """Where the tokens of a text are whose word has no vector of its own."""
    tokens = slice(*texts.offsets[number : number + 2])
    unknown = ~is_known[texts.tokens[tokens]]
    places = (each[tokens][unknown].tolist() for each in (texts.char_starts, texts.char_ends))
    return list(zip(*places, strict=True))


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
