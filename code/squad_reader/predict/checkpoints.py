"""Checkpoint folders: `config.json` and the weights it names.

A checkpoint says all that is needed to answer questions with it but GloVe: architecture,
tokenizer version, trained words, what it was trained on, the step and the dev score. The weights
are a NumPy `.npz` with one array for each variable, readable with NumPy alone. The frozen GloVe
matrix is not in it (the 2018 code's checkpoints held it: 160 MB each), unless `export.py` added it.

A checkpoint is replaced by writing the new weights beside the old, then `config.json` in one
step, then deleting the old weights: a kill at any moment leaves a checkpoint that loads.
"""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from squad_reader.data.tokenizer import READABLE_VERSIONS
from squad_reader.errors import InputError
from squad_reader.files import atomic_write, free_path, sha256_of
from squad_reader.predict.facts import FORMAT_VERSION, Facts, SavedFile, facts_of

CONFIG_NAME = "config.json"
VECTORS, WORDS = "vectors", "words"  # names of the two files that an export adds
SCALES = "scales"  # and of a third where vectors are of 8 bits


def save_checkpoint(
    folder: str | os.PathLike[str], arrays: dict[str, dict[str, np.ndarray]], facts: Facts
) -> None:
    """Write or replace a checkpoint; all of it, or nothing.

    Args:
        folder: made if missing.
        arrays: file stem -> arrays in it; "weights" must be among them.
        facts: go into `config.json`, with the names of the files.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for stem, content in arrays.items():
        # Those in the folder count until config.json is replaced.
        path = free_path(str(folder / f"{stem}-{facts.step}.npz"))
        with atomic_write(path, "wb") as file:
            np.savez(file, **content)  # type: ignore[arg-type]
        files[stem] = SavedFile(os.path.basename(path), sha256_of(path))
    write_facts(folder, replace(facts, files=files))
    _delete_others(folder, {saved.file for saved in files.values()})


def write_facts(folder: Path, facts: Facts) -> None:
    """Write or replace `config.json`; only then do the files that it names count."""
    # Half of a surrogate pair becomes \udxxx: what JSON writes for it.
    with atomic_write(folder / CONFIG_NAME, errors="backslashreplace") as file:
        json.dump(facts.to_json(), file, indent=2, ensure_ascii=False)
        file.write("\n")


def _delete_others(folder: Path, keep: set[str]) -> None:
    for path in folder.iterdir():
        stale = path.suffix == ".npz" and path.name not in keep
        if stale or path.name.startswith(".writing-"):
            path.unlink()


def read_facts(folder: str | os.PathLike[str]) -> Facts:
    """What a checkpoint says of itself.

    Raises:
        InputError: no checkpoint there, not readable, of another format or tokenizer version, or a
            part of `config.json` is missing or not what it must be.
    """
    return facts_of(read_config(folder), Path(folder) / CONFIG_NAME)


def has_vectors(folder: str | os.PathLike[str]) -> bool:
    """Whether a checkpoint has vectors of its own, so that it needs no GloVe file.

    Raises:
        InputError: as of `read_facts`.
    """
    return VECTORS in read_facts(folder).files


def glove_for(folder: str | os.PathLike[str], glove_path: str) -> str:
    """The GloVe file for a checkpoint: none where it has vectors of its own.

    Raises:
        InputError: as of `read_facts`.
    """
    return "" if has_vectors(folder) else glove_path


def read_config(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of a checkpoint's `config.json`; `read_facts` gives it with names.

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


def file_of(folder: str | os.PathLike[str], stem: str, facts: Facts | None = None) -> Path:
    """The path of one of a checkpoint's files, its checksum verified.

    Args:
        folder: of the checkpoint.
        stem: which file.
        facts: of the checkpoint, where they are read already: a run that trains may replace them.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = Path(folder)
    saved = (facts or read_facts(folder)).files.get(stem)
    if saved is None:
        raise InputError(f"{path / CONFIG_NAME}: this checkpoint has no {stem}")
    path = path / saved.file
    if not path.is_file():
        raise InputError(f"{path}: expected the checkpoint's {stem}, but there is no such file")
    if sha256_of(path) != saved.sha256:
        raise InputError(
            f"{path}: damaged, its sha256 is not the one in {CONFIG_NAME}; if its folder is "
            "deleted, a run goes on from an older checkpoint, where there is one"
        )
    return path


def read_arrays(
    folder: str | os.PathLike[str], stem: str = "weights", facts: Facts | None = None
) -> dict[str, np.ndarray]:
    """The arrays of one `.npz` file of a checkpoint; those in half precision as float32.

    Args:
        folder, stem, facts: as of `file_of`.

    Raises:
        InputError: the file is missing or damaged.
    """
    path = file_of(folder, stem, facts)
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
            return {name: in_single(content[name]) for name in content.files}
    except Exception as error:  # of many kinds, by what is wrong with a file of that sum
        raise InputError(f"{path}: expected NumPy arrays, got: {error}") from error


def in_single(array: np.ndarray) -> np.ndarray:
    """The array, as float32 where it is float16."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def get_weights(model: Any) -> dict[str, np.ndarray]:
    """Path -> array of every weight that trains; the frozen GloVe matrix is not among them."""
    return {weight.path: np.asarray(weight) for weight in model.trainable_variables}


def set_weights(model: Any, arrays: dict[str, np.ndarray], source: str) -> None:
    """Fill the weights that train.

    Raises:
        InputError: names or shapes do not fit the model; `source` says where they came from.
    """
    fill({weight.path: weight for weight in model.trainable_variables}, arrays, source)


def fill(variables: dict[str, Any], arrays: dict[str, np.ndarray], source: str) -> None:
    """Fill Keras variables with the arrays of the same names.

    Raises:
        InputError: names or shapes do not fit; `source` says where the arrays came from.
    """
    for name, variable in variables.items():
        shape = arrays[name].shape if name in arrays else None
        if shape != tuple(variable.shape):
            raise InputError(
                f"{source}: expected {name} of shape {tuple(variable.shape)}, got {shape}"
            )
        variable.assign(arrays[name])
