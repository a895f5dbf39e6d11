"""What `config.json` of a checkpoint says, as one typed object.

A file of an older version, or of the edition for Python 2.7, lacks some parts; what stands for them
here behaves as before. Parts that are not known are not written.
"""

import math
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from squad_reader.config import Config, names_in
from squad_reader.data.tokenizer import TOKENIZER_VERSION
from squad_reader.errors import InputError
from squad_reader.predict.stored_options import complete, complete_model

FORMAT_VERSION = 1
# What every file has; the other parts came later, or are of a run.
KINDS = {"model": dict, "data": dict, "glove": dict, "files": dict, "step": int, "seed": int}
KINDS["trained_word_list"] = list

Part = TypeVar("Part")


@dataclass(frozen=True)
class Glove:
    """The vectors that a model was trained with.

    Attributes:
        file: the name of the file.
        check: vectors of some words, to notice another GloVe.
    """

    file: str
    check: dict[str, list[float]]


@dataclass(frozen=True)
class DataFile:
    """A data set: the name of its file, how many of its questions count, and its SHA-256.

    A file of an older version lacks the last.
    """

    file: str
    questions: int
    sha256: str = ""


@dataclass(frozen=True)
class Origin:
    """The checkpoint that a run began from: its folder, step and the SHA-256 of its weights."""

    folder: str
    step: int
    sha256: str


@dataclass(frozen=True)
class SavedFile:
    """A file of a checkpoint: its name in the folder, and its SHA-256."""

    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that a checkpoint says of itself, in the order of `config.json`.

    Attributes:
        step, epoch: when it was saved; the epoch is counted from 1.
        scored_step, best_score: the last step with a dev score, and the best score so far.
        options, changes, begun_from: of the run; see `squad_reader.train.record`.
        dev_scores: of these weights; None where they were not scored.
        squad_reader, edition: version and edition that wrote it.
        model, data: name -> value of the options of these groups; "model" is the model's name.
        trained_on, dev: the data of the run.
        steps_per_epoch: None where it is not known.
        taught_by: the SHA-256 of the weights of each --teacher; None without one.
        features: name -> state of a feature of the text.
        trained_word_list: the words whose vectors train, in the order of their rows.
        temperature: divides the logits of spans in the probabilities of `ask` and `serve`, so that
            they can be trusted; None for 1.
        files: stem -> file in the folder.
    """

    format_version: int = FORMAT_VERSION
    tokenizer_version: int = TOKENIZER_VERSION
    step: int
    epoch: int = 0
    scored_step: int = 0
    best_score: float | None = None
    options: dict[str, Any] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    begun_from: Origin | None = None
    dev_scores: dict[str, float | None] | None = None
    squad_reader: str = ""
    edition: str = ""
    seed: int
    model: dict[str, Any]
    data: dict[str, Any]
    trained_on: DataFile | None = None
    dev: DataFile | None = None
    steps_per_epoch: int | None = None
    taught_by: list[str] | None = None
    glove: Glove
    features: dict[str, Any] = field(default_factory=dict)
    trained_word_list: list[str]
    temperature: float | None = None
    files: dict[str, SavedFile] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The content of `config.json`."""
        unknown: tuple[Any, ...] = (None, "", {}, [])
        content = asdict(self, dict_factory=_with_known_sums).items()
        return {name: value for name, value in content if name in KINDS or value not in unknown}


def _with_known_sums(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """A part of a file, without a SHA-256 that is not known."""
    return {name: value for name, value in items if (name, value) != ("sha256", "")}


def facts_of(content: dict[str, Any], path: Path) -> Facts:
    """The facts that a `config.json` holds.

    Args:
        content: of the file.
        path: of the file, for the error.

    Raises:
        InputError: a part is missing or not what it must be, or an option is of another version.
    """
    for name, kind in KINDS.items():
        if not isinstance(content.get(name), kind):
            raise InputError(f"{path}: expected {name!r} to be {kind.__name__}, got none such")
    glove = content["glove"]
    if not isinstance(glove.get("check"), dict):
        raise InputError(f"{path}: expected the vectors of some words under 'glove', got none")
    model = complete_model(content["model"], str(path))
    data = complete(content["data"], Config, str(path), names_in("data"))
    for name in content["data"]:
        if name not in data:
            raise InputError(f"{path}: expected options of this version, got {name}")
    if len(content["trained_word_list"]) > model.get("trained_words", math.inf):
        raise InputError(f"{path}: expected no more trained words than 'trained_words' says")
    expect(isinstance(content.get("features", {}), dict), "features", content, path)
    temperature = content.get("temperature", 1.0)
    fits = isinstance(temperature, int | float) and 0.0 < temperature < math.inf
    expect(fits, "temperature", content, path)
    parts = {item.name: content[item.name] for item in fields(Facts) if item.name in content}
    sets = {name: part_of(DataFile, name, content, path) for name in ("trained_on", "dev")}
    files = {stem: part_of(SavedFile, stem, content["files"], path) for stem in content["files"]}
    glove = Glove(glove.get("file", ""), glove["check"])
    options = {"model": model, "data": data}
    run = run_parts(content, path)
    return Facts(**{**parts, **options, **sets, **run, "glove": glove, "files": files})


def run_parts(content: dict[str, Any], path: Path) -> dict[str, Any]:
    """What a `config.json` or a `flags.json` says of its run beside single options.

    Returns:
        "options", "changes" and "begun_from" as `Facts` has them.

    Raises:
        InputError: one of them is not what it must be.
    """
    options, changes = content.get("options", {}), content.get("changes", [])
    expect(isinstance(options, dict), "options", content, path)
    whole = isinstance(changes, list) and all(map(_is_change, changes))
    expect(whole, "changes", content, path)
    origin = part_of(Origin, "begun_from", content, path)
    return {"options": options, "changes": changes, "begun_from": origin}


def _is_change(value: Any) -> bool:
    return isinstance(value, dict) and {"step", "option", "from", "to"} <= set(value)


def part_of(kind: type[Part], name: str, content: dict[str, Any], path: Path) -> Part | None:
    """One part of a file as an object; None where the file has none."""
    value = content.get(name)
    if value is None:
        return None
    items = fields(kind)  # type: ignore[arg-type]
    needed = {item.name for item in items if item.default is MISSING}
    expect(isinstance(value, dict) and needed <= set(value), name, content, path)
    return kind(**{item.name: value[item.name] for item in items if item.name in value})


def expect(fits: bool, name: str, content: dict[str, Any], path: Path) -> None:
    """Raises InputError, with a part of a file, where it does not fit."""
    if not fits:
        raise InputError(f"{path}: expected {name!r} as a run writes it, got {content[name]!r}")
