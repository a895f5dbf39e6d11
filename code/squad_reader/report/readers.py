"""The scores of each reader and of people, with intervals and signatures.

A part of `contents`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from squad_reader.data.squad_data import SquadData
from squad_reader.report.prediction_files import Predictions
from squad_reader.report.probabilities import Listed
from squad_reader.report.scoring import Official, Scores
from squad_reader.score.bootstrap import LEVEL, intervals
from squad_reader.score.clusters import Clusters
from squad_reader.score.humans import SECOND, THIRD, scores_against_others
from squad_reader.score.no_answer import THRESHOLD
from squad_reader.score.score_files import golds_of
from squad_reader.score.signature import Drawn, signature_fields, signature_line


class Entry(NamedTuple):
    """A reader: its answers, their scores, and what its n-best lists told, if it has any.

    `answerable` is what `answerable.describe_answerable` gives, of SQuAD v2.0 only.
    """

    predictions: Predictions
    scores: Scores
    official: Official
    listed: Listed | None
    answerable: dict[str, float] | None = None


class Settings(NamedTuple):
    """How to count: the metric ("v1.1" or "v2.0"), how many resamples, and the seed of draws."""

    metric: str
    num_resamples: int
    seed: int


def describe_readers(
    data: SquadData, readers: Sequence[Entry], clusters: Clusters, settings: Settings
) -> list[dict[str, Any]]:
    """A row for each reader: files, what is odd about them, signature, scores with intervals."""
    values = np.stack([column for each in readers for column in each.scores], axis=1)
    settled = (settings.num_resamples, settings.seed)
    found = intervals(values, clusters.of_question, *settled)
    narrow = intervals(values, np.arange(len(values)), *settled)  # each question its own cluster
    drawn = Drawn(clusters.unit, clusters.number, *settled, LEVEL)
    fields = signature_fields(settings.metric, data.path, len(values), 0, drawn)
    rows = []
    for i, entry in enumerate(readers):
        row = {"name": entry.predictions.name, **about_file(entry.predictions, fields)}
        if entry.answerable is not None:
            row["v2_0"] = entry.answerable
        for j, key in enumerate(Scores._fields):
            mean = getattr(entry.official, key)
            row[key] = {
                "over_clusters": found[2 * i + j]._replace(mean=mean),
                "over_questions": narrow[2 * i + j]._replace(mean=mean),
            }
        rows.append(row)
    return rows


def about_file(given: Predictions, fields: Mapping[str, str]) -> dict[str, Any]:
    """What is odd about a prediction file, and its signature.

    Args:
        given: what was read.
        fields: of the signature of any file that answers the same questions.
    """
    own = {**fields, "unanswered": str(len(given.missing))}
    if "na_prob" in own:  # those given may be of a file with such probabilities
        own["na_prob"] = "none" if given.above is None else f"empty above {THRESHOLD:g}"
    return {
        "path": given.path,
        "missing": given.missing,
        "unknown": given.unknown,
        "repeated": given.repeated,
        "withdrawn": list(given.withdrawn),
        "signature": signature_line(own),
        "signature_fields": own,
    }


def describe_people(
    data: SquadData, readers: Sequence[Entry], clusters: Clusters, settings: Settings
) -> list[dict[str, Any]]:
    """The second and the third gold answer against the others; readers against the same ones."""
    settled = (settings.num_resamples, settings.seed)
    golds, rows = golds_of(data), list[dict[str, Any]]()
    for place, name in ((SECOND, "second gold answer"), (THIRD, "third gold answer")):
        people = scores_against_others(golds, place)
        if len(people.questions) == 0:
            continue
        texts = [each.predictions.texts for each in readers]
        scored = [people, *(scores_against_others(golds, place, each) for each in texts)]
        columns = [100.0 * column for each in scored for column in (each.exact_match, each.f1)]
        left = clusters.of_question[people.questions]
        renumbered = np.unique(left, return_inverse=True)[1]
        found = intervals(np.stack(columns, axis=1), renumbered, *settled)
        row = {"name": name, "questions": len(people.questions), "left_out": people.num_left_out}
        ours, *others = (
            {"exact_match": exact_match, "f1": f1}
            for exact_match, f1 in zip(found[::2], found[1::2], strict=True)
        )
        names = (each.predictions.name for each in readers)
        rows.append({**row, **ours, "readers": dict(zip(names, others, strict=True))})
    return rows
