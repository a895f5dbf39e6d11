"""The mode `report`: prediction files in, a page, a JSON file and figures out.

Reads each file, scores it, keeps what is needed, and writes all that is made of it. Nothing here
needs TensorFlow or Keras.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from squad_reader.config import Config
from squad_reader.data.glove import GloveFile
from squad_reader.data.squad_data import SquadData, expect_golds
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.files import atomic_write
from squad_reader.report.answerable import describe_answerable, read_na_probs_of, withdraw
from squad_reader.report.contents import as_json, make_contents
from squad_reader.report.group_files import read_groups
from squad_reader.report.nbest_files import read_nbest_file
from squad_reader.report.page import make_page
from squad_reader.report.pictures import make_pictures
from squad_reader.report.plain import summary
from squad_reader.report.prediction_files import (
    Predictions,
    expect_same_questions,
    names_of,
    read_prediction_file,
)
from squad_reader.report.probabilities import keep_of_lists
from squad_reader.report.readers import Entry, Settings
from squad_reader.report.scoring import GoldScorer, make_scorers, score_reader
from squad_reader.score.score_files import golds_of, metric_of

NO_FILE = "-"
OURS = re.compile(r"(?:scores|coverage|by_[a-z_]+|(?:errors|reliability)_\d+)\.svg")


def report(config: Config) -> str:
    """Make the report.

    Args:
        config: `json_in_path`, `glove_path`, `out`, `seed` and the options of the report.

    Returns:
        The table and the sentences to print.

    Raises:
        InputError: a file is broken, or of other data.
    """
    data = read_squad(config.json_in_path)
    if not data.examples:
        raise InputError(f"{data.path}: expected at least one question, got none")
    expect_golds(data)
    metric = metric_of(data, config.metric)
    if config.na_prob_file and metric != "v2.0":
        raise InputError(f"--na_prob_file: expected SQuAD v2.0, got {data.path}, scored as v1.1")
    scorers = make_scorers([golds for _, golds in golds_of(data)], metric)
    readers = _read_all(config, data, scorers, metric)
    groups = {
        name: [_entry(data, scorers, each, None) for each in members]
        for name, members in read_groups(config.group, [each.id for each in data.examples]).items()
    }
    first_seeds = not readers
    readers = readers or _first_seeds(data, scorers, groups, metric)
    members = [each for entries in groups.values() for each in entries]
    expect_same_questions(each.predictions for each in [*readers, *members])
    vocabulary = GloveFile(config.glove_path) if config.glove_path else None
    settings = Settings(metric, config.resamples, config.seed)
    contents = make_contents(data, scorers, readers, groups, settings, vocabulary, first_seeds)
    contents = as_json(contents)
    _write(config.out, contents)
    return summary(contents, config.markdown)


def _read_all(
    config: Config, data: SquadData, scorers: Sequence[GoldScorer], metric: str
) -> list[Entry]:
    """The readers of --predictions, with their n-best lists and no-answer probabilities."""
    names = names_of(config.predictions, config.names)
    nbest = _one_each("nbest", config.nbest, len(names))
    na_probs = _one_each("na_prob_file", config.na_prob_file, len(names))
    ids = [example.id for example in data.examples]
    pairs = zip(config.predictions, names, strict=True)
    found = [read_prediction_file(path, name, ids) for path, name in pairs]
    files = zip(found, nbest, na_probs, strict=True)
    if metric != "v2.0":
        return [_entry(data, scorers, given, lists) for given, lists, _ in files]
    return [_entry_of_v2_0(data, scorers, *each) for each in files]


def _first_seeds(
    data: SquadData,
    scorers: Sequence[GoldScorer],
    groups: Mapping[str, Sequence[Entry]],
    metric: str,
) -> list[Entry]:
    """The first seed of each group as a reader."""
    found = []
    for name, (entry, *_) in groups.items():
        given = entry.predictions._replace(name=f"{name}, first seed")
        answerable = describe_answerable(data, scorers, given) if metric == "v2.0" else None
        found.append(entry._replace(predictions=given, answerable=answerable))
    return found


def _one_each(flag: str, paths: Sequence[str], number: int) -> list[str | None]:
    """A file or None for each reader."""
    if paths and len(paths) != number:
        wanted = f"{number}, as many as --predictions ({NO_FILE} for none)"
        raise InputError(f"--{flag}: expected {wanted}, got {len(paths)}")
    return [None if path == NO_FILE else path for path in paths] or [None] * number


def _entry(
    data: SquadData, scorers: Sequence[GoldScorer], given: Predictions, nbest: str | None
) -> Entry:
    """A reader with its scores; of its n-best lists only what is needed stays in memory."""
    ids = [example.id for example in data.examples]
    scores, official = score_reader(ids, scorers, given)
    if nbest is None:
        return Entry(given, scores, official, None)
    listed = keep_of_lists(ids, scorers, given, read_nbest_file(nbest))
    if listed.num_without == len(ids):
        raise InputError(
            f"{nbest}: expected n-best lists of the questions of --json_in_path, got none of them"
        )
    return Entry(given, scores, official, listed)


def _entry_of_v2_0(
    data: SquadData,
    scorers: Sequence[GoldScorer],
    given: Predictions,
    nbest: str | None,
    na_probs: str | None,
) -> Entry:
    """The same with what the official script tells; without answers that it withdraws."""
    probs = read_na_probs_of(given, na_probs)
    answerable = describe_answerable(data, scorers, given, probs)
    entry = _entry(data, scorers, withdraw(given, probs), nbest)
    return entry._replace(answerable=answerable)


def _write(out: str, contents: dict[str, Any]) -> None:
    """`index.html`, `report.json` and `figures/`."""
    pictures = make_pictures(contents)
    figures = os.path.join(out, "figures")
    os.makedirs(figures, exist_ok=True)
    for name in os.listdir(figures):  # of a report that was here before
        if OURS.fullmatch(name) and name[:-4] not in pictures:
            os.unlink(os.path.join(figures, name))
    for name, picture in pictures.items():
        with atomic_write(os.path.join(figures, f"{name}.svg")) as file:
            file.write(picture)
    with atomic_write(os.path.join(out, "report.json")) as file:
        json.dump(contents, file, indent=1)
        file.write("\n")
    with atomic_write(os.path.join(out, "index.html")) as file:
        file.write(make_page(contents, pictures))
