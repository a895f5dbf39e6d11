"""The errors to look at: the surest ones, or drawn where nothing says how sure a reader is."""

import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from squad_reader.data.squad_data import SquadData
from squad_reader.report.error_kinds import gold_spans, places_of
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
        Numbers of questions: by falling probability, those without one last; or, where none is
        known, drawn, in the order of the data.
    """
    wrong = np.flatnonzero(exact_match == 0).tolist()
    if probabilities is None or np.isnan(probabilities).all():
        return sorted(random.Random(seed).sample(wrong, min(number, len(wrong))))
    sure = np.nan_to_num(probabilities, nan=-1.0)
    return sorted(wrong, key=lambda i: -sure[i])[:number]


def describe(
    chosen: Sequence[int],
    data: SquadData,
    readers: Sequence[Predictions],
    kinds: Sequence[str],
    probabilities: np.ndarray | None,
    places: Sequence[int | None] | None,
) -> list[dict[str, Any]]:
    """The errors as they stand in `report.json`.

    Args:
        chosen: numbers of questions.
        data: with gold answers.
        readers: the one whose errors these are, then the others.
        kinds: of error, of each question.
        probabilities, places: of the first reader's predictions, where they are known.
    """
    rows = []
    for i in chosen:
        example = data.examples[i]
        context = data.contexts[example.context_index]
        answer = readers[0].texts.get(example.id)
        sure = None if probabilities is None else float(probabilities[i])
        found = places_of(answer or "", context, None if places is None else places[i])
        rows.append(
            {
                "id": example.id,
                "title": data.titles[example.context_index],
                "question": example.question,
                "context": context,
                "golds": list(dict.fromkeys(gold.text for gold in example.answers)),
                "gold_places": sorted(set(gold_spans(example, context))),
                "kind": kinds[i],
                "answer": answer,
                "answer_places": found[:1],
                "probability": sure,
                "others": {each.name: each.texts.get(example.id) for each in readers[1:]},
            }
        )
    return rows
