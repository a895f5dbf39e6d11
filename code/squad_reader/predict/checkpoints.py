"""Checkpoint folders: `config.json` and the weights it names.

A checkpoint says all that is needed to answer questions with it but GloVe: architecture,
tokenizer version, trained words, what it was trained on, the step and the dev score. The weights
are a NumPy `.npz` with one array for each variable, readable with NumPy alone. The frozen GloVe
matrix is not in it (the 2018 code's checkpoints held it: 160 MB each), unless `export.py` added it.

A checkpoint is replaced by writing the new weights beside the old, then `config.json` in one
step, then deleting the old weights: a kill at any moment leaves a checkpoint that loads.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from squad_reader.config import names_in, option_type
from squad_reader.data.exported_vectors import ExportedVectors
from squad_reader.data.tokenizer import READABLE_VERSIONS, TOKENIZER_VERSION
from squad_reader.errors import InputError
from squad_reader.files import atomic_write

FORMAT_VERSION = 1
CONFIG_NAME = "config.json"
VECTORS, WORDS = "vectors", "words"  # names of the two files that an export adds


def save_checkpoint(
    folder: str | os.PathLike[str], arrays: dict[str, dict[str, np.ndarray]], facts: dict[str, Any]
) -> None:
    """Write or replace a checkpoint; all of it, or nothing.

    Args:
        folder: made if missing.
        arrays: file stem -> arrays in it; "weights" must be among them.
        facts: goes into `config.json` ("step" must be among them).
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for stem, content in arrays.items():
        name = _free_name(folder, f"{stem}-{facts['step']}")
        with atomic_write(folder / name, "wb") as file:
            np.savez(file, **content)  # type: ignore[arg-type]
        files[stem] = {"file": name, "sha256": sha256_of(folder / name)}
    versions = {"format_version": FORMAT_VERSION, "tokenizer_version": TOKENIZER_VERSION}
    write_config(folder, {**versions, **facts, "files": files})
    _delete_others(folder, {entry["file"] for entry in files.values()})


def write_config(folder: Path, config: dict[str, Any]) -> None:
    """Write or replace `config.json`; only then do the files that it names count."""
    # Half of a surrogate pair becomes \udxxx: what JSON writes for it.
    with atomic_write(folder / CONFIG_NAME, errors="backslashreplace") as file:
        json.dump(config, file, indent=2, ensure_ascii=False)
        file.write("\n")


def _free_name(folder: Path, stem: str) -> str:
    """A name that no file has: those in the folder count until `config.json` is replaced."""
    names = itertools.chain([f"{stem}.npz"], (f"{stem}-{i}.npz" for i in itertools.count(1)))
    return next(name for name in names if not (folder / name).exists())


def _delete_others(folder: Path, keep: set[str]) -> None:
    for path in folder.iterdir():
        stale = path.suffix == ".npz" and path.name not in keep
        if stale or path.name.startswith(".writing-"):
            path.unlink()


def read_config(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of a checkpoint's `config.json`.

    Raises:
        InputError: no checkpoint there, not readable, or of another format or tokenizer version.
    """
    path = Path(folder) / CONFIG_NAME
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"--ckpt_load_dir: expected a checkpoint folder with {CONFIG_NAME}, but "
            f"{path}: {error.strerror}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: expected JSON, got {error}") from error
    expected = {"format_version": (FORMAT_VERSION,), "tokenizer_version": READABLE_VERSIONS}
    for name, values in expected.items():
        if not isinstance(config, dict) or config.get(name) not in values:
            got = config.get(name) if isinstance(config, dict) else type(config).__name__
            wanted = " or ".join(map(str, values))
            raise InputError(f"{path}: expected {name} {wanted}, got {got}")
    return config


def check_parts(folder: str | os.PathLike[str], config: dict[str, Any]) -> None:
    """Raises InputError where `config.json` lacks a part, or has an option of another version."""
    path = Path(folder) / CONFIG_NAME
    kinds = {"model": dict, "data": dict, "glove": dict, "files": dict, "step": int, "seed": int}
    for name, kind in {**kinds, "trained_word_list": list}.items():
        if not isinstance(config.get(name), kind):
            raise InputError(f"{path}: expected {name!r} to be {kind.__name__}, got none such")
    if not isinstance(config["glove"].get("check"), dict):
        raise InputError(f"{path}: expected the vectors of some words under 'glove', got none")
    for group in ("model", "data"):
        expected, got = set(names_in(group)), set(config[group])
        if got != expected:
            odd = ", ".join(sorted(got ^ expected))
            raise InputError(f"{path}: expected the options of this version, {odd} differ")
        for name, value in config[group].items():
            kind = option_type(name)
            if not isinstance(value, kind) or isinstance(value, bool):
                raise InputError(f"{path}: expected {name} to be {kind.__name__}, got {value!r}")
    if len(config["trained_word_list"]) > config["model"]["trained_words"]:
        raise InputError(f"{path}: expected no more trained words than 'trained_words' says")


def file_of(folder: str | os.PathLike[str], stem: str) -> Path:
    """The path of one of a checkpoint's files, its checksum verified.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = Path(folder)
    entry = read_config(folder).get("files", {}).get(stem)
    if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
        raise InputError(f"{path / CONFIG_NAME}: this checkpoint has no {stem}")
    path = path / entry["file"]
    if not path.is_file():
        raise InputError(f"{path}: expected the checkpoint's {stem}, but there is no such file")
    if sha256_of(path) != entry.get("sha256"):
        raise InputError(
            f"{path}: damaged, its sha256 is not the one in {CONFIG_NAME}; if its folder is "
            "deleted, a run goes on from an older checkpoint, where there is one"
        )
    return path


def read_arrays(folder: str | os.PathLike[str], stem: str = "weights") -> dict[str, np.ndarray]:
    """The arrays of one `.npz` file of a checkpoint.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = file_of(folder, stem)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
            return {name: content[name] for name in content.files}
    except Exception as error:  # of many kinds, by what is wrong with a file of that sum
        raise InputError(f"{path}: expected NumPy arrays, got: {error}") from error


def exported_vectors(folder: str, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The vectors of some words, out of an exported checkpoint.

    Args:
        folder: of the checkpoint.
        words: distinct words to look for.

    Returns:
        found: those of `words` that it has, in their order.
        vectors: float32, (len(found), D).

    Raises:
        InputError: the files are missing or damaged.
    """
    return ExportedVectors(file_of(folder, WORDS), file_of(folder, VECTORS)).lookup(words)


def get_weights(model: Any) -> dict[str, np.ndarray]:
    """Path -> array of every weight that trains; the frozen GloVe matrix is not among them."""
    return {weight.path: np.asarray(weight) for weight in model.trainable_variables}


def set_weights(model: Any, arrays: dict[str, np.ndarray], source: str) -> None:
    """Fill the weights that train.

    Raises:
        InputError: names or shapes do not fit the model; `source` says where they came from.
    """
    for weight in model.trainable_variables:
        shape = arrays[weight.path].shape if weight.path in arrays else None
        if shape != tuple(weight.shape):
            raise InputError(
                f"{source}: expected {weight.path} of shape {tuple(weight.shape)}, got {shape}"
            )
        weight.assign(arrays[weight.path])


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal."""
    with open(path, "rb") as file:
        digest = hashlib.sha256()
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()
