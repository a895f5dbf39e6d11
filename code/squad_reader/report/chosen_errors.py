"""The errors to look at: the surest ones, then some of those whose probability is not known."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from squad_reader.data.squad_data import SquadData
from squad_reader.report.error_kinds import Judged, gold_spans
from squad_reader.report.prediction_files import Predictions

NUM_ERRORS = 50


def choose(
    exact_match: np.ndarray, probabilities: np.ndarray | None, seed: int, number: int = NUM_ERRORS
) -> list[int]:
    """Which questions, of those that are not exactly right.

    Args:
        exact_match: (Q,). 0 where wrong.
        probabilities: (Q,), of the prediction, nan where not known; None where none is known.
        seed: of the draw.
        number: how many at most.

    Returns:
        Numbers of questions: by falling probability; then drawn ones of those without one, in the
        order of the data.
    """
    sure = np.full(len(exact_match), np.nan) if probabilities is None else probabilities
    known = np.flatnonzero((exact_match == 0) & ~np.isnan(sure)).tolist()
    others = np.flatnonzero((exact_match == 0) & np.isnan(sure)).tolist()
    first = sorted(known, key=lambda i: -sure[i])[:number]
    num_drawn = min(number - len(first), len(others))
    return first + sorted(random.Random(seed).sample(others, num_drawn))


def describe(
    chosen: Sequence[int],
    data: SquadData,
    readers: Sequence[Predictions],
    judged: Sequence[Judged],
    probabilities: np.ndarray | None,
) -> list[dict[str, Any]]:
    """The errors as they stand in `report.json`.

    Args:
        chosen: numbers of questions.
        data: with gold answers.
        readers: the one whose errors these are, then the others.
        judged: of each question, what the first reader's answer is.
        probabilities: of the first reader's predictions, where they are known.
    """
    rows = []
    for i in chosen:
        example = data.examples[i]
        context = data.contexts[example.context_index]
        sure = None if probabilities is None else float(probabilities[i])
        kind, place = judged[i]
        rows.append(
            {
                "id": example.id,
                "title": data.titles[example.context_index],
                "question": example.question,
                "context": context,
                "golds": list(dict.fromkeys(gold.text for gold in example.answers)),
                "gold_places": sorted(set(gold_spans(example, context))),
                "kind": kind,
                "answer": readers[0].texts.get(example.id),
                "answer_places": [] if place is None else [place],
                "probability": sure,
                "others": {each.name: each.texts.get(example.id) for each in readers[1:]},
            }
        )
    return rows
