"""All that a report says, as one object: what `report.json` holds and what the page is drawn from.

After everything that counts, before everything that draws.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from squad_reader.data.squad_data import SquadData
from squad_reader.data.vector_source import VectorSource
from squad_reader.report import chosen_errors, probabilities
from squad_reader.report.breakdowns import BREAKDOWNS, break_down
from squad_reader.report.comparisons import compare_groups, compare_readers
from squad_reader.report.error_kinds import Judged, judge, shares
from squad_reader.report.features import features_of
from squad_reader.report.readers import (
    Entry,
    Settings,
    about_file,
    describe_people,
    describe_readers,
)
from squad_reader.report.scoring import GoldScorer
from squad_reader.report.sentences import Sentences
from squad_reader.score.bootstrap import LEVEL
from squad_reader.score.clusters import Clusters, choose_clusters
from squad_reader.score.seeds import MIN_SEEDS
from squad_reader.score.verdict import warning_of_resamples


def make_contents(
    data: SquadData,
    scorers: Sequence[GoldScorer],
    readers: Sequence[Entry],
    groups: Mapping[str, Sequence[Entry]],
    settings: Settings,
    vocabulary: VectorSource | None = None,
    are_first_seeds: bool = False,
) -> dict[str, Any]:
    """The whole report, but for JSON's lack of nan (`as_json`).

    Args:
        data: with gold answers, of Q questions.
        scorers: of each question.
        readers: at least one.
        groups: name -> several seeds of one reader; may be empty.
        settings: how to count.
        vocabulary: word vectors, where they are given.
        are_first_seeds: whether the readers are one seed of each group, which are not compared
            with each other: groups are.
    """
    clusters = choose_clusters(data)
    described = describe_readers(data, readers, clusters, settings)
    named = [(each.predictions.name, each.scores) for each in readers]
    settled = (settings.num_resamples, settings.seed)
    compared = [] if are_first_seeds else named
    missing = {each.predictions.name: len(each.predictions.missing) for each in readers}
    contexts = [Sentences(context) for context in data.contexts]
    features = features_of(data, contexts, vocabulary)
    judged = [_judged(data, scorers, contexts, each) for each in readers]
    return {
        "data": _about_data(data, clusters, settings, _num_pairs(len(compared), groups)),
        "readers": described,
        "readers_are_first_seeds": are_first_seeds,
        "humans": describe_people(data, readers, clusters, settings),
        "comparisons": compare_readers(compared, missing, clusters, *settled),
        "seeds": _seeds(groups, clusters, settings, described[0]["signature_fields"]),
        "breakdowns": [
            break_down(each, features, named, clusters.of_question, *settled) for each in BREAKDOWNS
        ],
        "error_kinds": {
            name: shares(found) for (name, _), found in zip(named, judged, strict=True)
        },
        "nbest": {
            each.predictions.name: probabilities.describe(each.listed, each.scores)
            for each in readers
            if each.listed is not None
        },
        "errors": _errors(data, readers, judged, settings.seed),
    }


def _seeds(
    groups: Mapping[str, Sequence[Entry]],
    clusters: Clusters,
    settings: Settings,
    fields: Mapping[str, str],
) -> dict[str, Any]:
    """Groups of seeds compared, with the scores of each file, and what is odd about it."""
    scores = {name: [each.scores for each in entries] for name, entries in groups.items()}
    missing = {
        name: sum(len(each.predictions.missing) for each in entries)
        for name, entries in groups.items()
    }
    found = compare_groups(scores, missing, clusters, settings.num_resamples, settings.seed)
    for row in found["groups"]:
        entries = groups[row["name"]]
        row["files"] = [
            {
                **about_file(each.predictions, fields),
                **each.official._asdict(),
                "same_as": _same_as(each, entries[:i]),
            }
            for i, each in enumerate(entries)
        ]
    return found


def _same_as(entry: Entry, others: Sequence[Entry]) -> str | None:
    """The path of the first of the others with the same answers, which seeds never have."""
    answers = entry.predictions.texts
    same = (each.predictions for each in others if each.predictions.texts == answers)
    return next((each.path for each in same), None)


def _num_pairs(num_readers: int, groups: Mapping[str, Sequence[Entry]]) -> int:
    """Of readers or of groups that can be compared, whichever are more; p is corrected for each."""
    compared = sum(len(entries) >= MIN_SEEDS for entries in groups.values())
    return max(math.comb(num_readers, 2), math.comb(compared, 2))


def _about_data(
    data: SquadData, clusters: Clusters, settings: Settings, num_pairs: int
) -> dict[str, Any]:
    return {
        "path": data.path,
        "metric": settings.metric,
        "questions": len(data.examples),
        "contexts": len(set(zip(data.titles, data.contexts, strict=True))),
        "articles": len({title for title in data.titles if title}),
        "unanswerable": sum(not example.answers for example in data.examples),
        "clusters": {
            "unit": clusters.unit,
            "number": clusters.number,
            "warning": clusters.warning,
        },
        "resamples": settings.num_resamples,
        "resamples_warning": warning_of_resamples(num_pairs, settings.num_resamples),
        "seed": settings.seed,
        "level": LEVEL,
    }


def _judged(
    data: SquadData, scorers: Sequence[GoldScorer], contexts: Sequence[Sentences], entry: Entry
) -> list[Judged]:
    places = entry.listed.places if entry.listed else [None] * len(scorers)
    right = (entry.scores.exact_match > 0).tolist()
    return [
        judge(
            example,
            scorer,
            contexts[example.context_index],
            entry.predictions.texts.get(example.id),
            *known,
        )
        for example, scorer, *known in zip(data.examples, scorers, right, places, strict=True)
    ]


def _errors(
    data: SquadData, readers: Sequence[Entry], judged: Sequence[Sequence[Judged]], seed: int
) -> dict[str, Any]:
    """Those of the reader with the best F1, the first of equals."""
    best = max(range(len(readers)), key=lambda i: readers[i].scores.f1.mean())
    listed = readers[best].listed
    sure = None if listed is None else listed.probabilities
    wrong = readers[best].scores.exact_match == 0
    unsure = wrong if sure is None else wrong & np.isnan(sure)
    chosen = chosen_errors.choose(readers[best].scores.exact_match, sure, seed)
    order = [best, *(i for i in range(len(readers)) if i != best)]
    given = [readers[i].predictions for i in order]
    num_drawn = int(unsure[chosen].sum())
    return {
        "reader": given[0].name,
        "surest": num_drawn < len(chosen),
        "wrong": int(wrong.sum()),
        "wrong_without_probability": int(unsure.sum()),
        "drawn": num_drawn,
        "shown": chosen_errors.describe(chosen, data, given, judged[best], sure),
    }


def as_json(value: Any) -> Any:
    """The same with objects for named tuples, and null for nan."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
