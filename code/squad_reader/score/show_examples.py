"""Shows one example in the terminal: context with both answers marked, question, scores.

Takes the place of the 2018 code's `pretty_print.py`, which joined tokens by spaces. Here the
context stays as it is, letter for letter, and marks are put between its letters: colours, or where
the output is no terminal, brackets that do not occur in the context.
"""

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TextIO

from squad_reader.score.marked_text import (
    GOLD,
    PREDICTED,
    UNKNOWN,
    Span,
    choose_brackets,
    legend,
    marked_lines,
    wrapped,
)

LABEL_COLUMNS = 11  # of "predicted: ", the longest
MIN_COLUMNS = 20


def use_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to print in colour: on a terminal that has colours, unless NO_COLOR is set.

    Args:
        stream: where the text goes, such as `sys.stdout`.
        environ: such as `os.environ`. NO_COLOR, if not empty, means no: https://no-color.org
    """
    if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def render_example(
    *,
    context: str,
    question: str,
    gold_answers: Sequence[str] | None,
    gold_span: Span | None,
    predicted_span: Span | None,
    probability: float,
    f1: float,
    exact_match: float,
    unknown_spans: Sequence[Span] = (),
    question_unknown_spans: Sequence[Span] = (),
    heading: str = "",
    width: int = 80,
    colour: bool = False,
) -> str:
    """The lines that show one question, its context, its answers and their scores.

    All spans are (char_start, char_end), half open, in the untouched text.

    Args:
        context: the paragraph.
        question: the question about it.
        gold_answers: texts of the human answers; none if the question cannot be answered, None if
            they are not known: no scores are shown then.
        gold_span: where one of them is in the context; None if that is not known.
        predicted_span: where the model's answer is in the context; None if it gave none.
        probability: of the predicted span, in [0, 1].
        f1: best over the gold answers, in [0, 1], as from `squad_v1_1.best_scores`.
        exact_match: the same, 0 or 1.
        unknown_spans: words of the context without a word vector.
        question_unknown_spans: those of the question.
        heading: the first line, such as title and question id; left out if empty.
        width: columns of the terminal. Lines break after a space, which stays; a longer word
            is not broken.
        colour: mark by colours; else by brackets that neither context nor question has.

    Returns:
        Lines, each with its newline. Without marks and line starts (`LABEL_COLUMNS`), those of
        the context joined are the context, with control characters as in `marked_text.PICTURES`.

    Raises:
        ValueError: a span is not inside its text.
    """
    columns = max(width - LABEL_COLUMNS, MIN_COLUMNS)
    context_spans = {
        GOLD: [gold_span] if gold_span else [],
        PREDICTED: [predicted_span] if predicted_span else [],
        UNKNOWN: unknown_spans,
    }
    question_spans = {UNKNOWN: question_unknown_spans}
    brackets = None if colour else choose_brackets(context + question)
    golds = (wrapped(line, columns) for line in _gold_lines(gold_answers, gold_span))
    blocks = [
        ("marks", [legend(brackets)]),
        ("context", marked_lines(context, context_spans, columns, brackets)),
        ("question", marked_lines(question, question_spans, columns, brackets)),
        ("gold", list(itertools.chain.from_iterable(golds))),
        ("predicted", wrapped(_predicted_line(context, predicted_span, probability), columns)),
        ("scores", [f"F1 {f1:.3f}, EM {exact_match:.0f}"] if gold_answers is not None else []),
    ]
    lines = wrapped(heading, width) if heading else []
    lines += itertools.chain.from_iterable(_labelled(label, block) for label, block in blocks)
    return "".join(line + "\n" for line in lines)


def _gold_lines(answers: Sequence[str] | None, span: Span | None) -> list[str]:
    """One line for each different answer, with how often it was given."""
    if answers is None:
        return ["(not known)"]
    if not answers:
        return ["(none: the context does not answer the question)"]
    texts = [
        f"{answer} ({count} times)" if count > 1 else answer
        for answer, count in Counter(answers).items()
    ]
    return texts if span else [*texts, "(not marked: its place in the context is not known)"]


def _predicted_line(context: str, span: Span | None, probability: float) -> str:
    if span is None:
        return "(none)"
    return f"{context[slice(*span)] or '(empty)'} (probability {probability:.3f})"


def _labelled(label: str, lines: Sequence[str]) -> list[str]:
    labels = itertools.chain([f"{label}: "], itertools.repeat(""))
    return [f"{start:>{LABEL_COLUMNS}}{line}" for start, line in zip(labels, lines, strict=False)]
