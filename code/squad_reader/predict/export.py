"""Mode export: a checkpoint together with all of GloVe's vectors, so that it needs no other file.

What is handed in to be run elsewhere is then `code` and one folder. Beside the checkpoint's own
files it holds `words.txt`, a word a line, and `vectors.npy`, of which only the rows of the words
at hand are read. With --format=onnx the weights are in ONNX graphs, which other programs can run.
A checkpoint that has vectors of its own needs no GloVe file: the export has the same ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from squad_reader.config import Config
from squad_reader.data.exported_vectors import ExportedVectors
from squad_reader.data.glove import GloveFile
from squad_reader.data.vector_source import VectorSource
from squad_reader.errors import InputError
from squad_reader.files import atomic_write, sha256_of
from squad_reader.model.models import make_features
from squad_reader.predict.checkpoints import (
    SCALES,
    VECTORS,
    WORDS,
    file_of,
    read_arrays,
    read_facts,
    write_facts,
)
from squad_reader.predict.facts import Facts, SavedFile
from squad_reader.predict.graphs import onnx_models
from squad_reader.predict.members import load_features, vectors_of
from squad_reader.registry import architecture


def export(config: Config) -> int:
    """Write the checkpoint `config.ckpt_load_dir` with its vectors to `config.export_dir`.

    Args:
        config: with an empty `glove_path` the vectors are those that the checkpoint has.

    Returns:
        How many words have a vector in it.

    Raises:
        InputError: the checkpoint or the GloVe file is missing, damaged, or does not fit, or the
            model has no ONNX graphs. The folder is not made then.
    """
    folder = Path(config.export_dir)
    if folder.resolve() == Path(config.ckpt_load_dir).resolve():
        raise InputError("--export_dir: expected another folder than --ckpt_load_dir, got the same")
    if config.format == "onnx" and not architecture(config.model).graphs:
        raise InputError(
            f"--format=onnx: expected a model that has ONNX graphs, got {config.model!r}"
        )
    facts = read_facts(config.ckpt_load_dir)
    source = vectors_of(config.ckpt_load_dir, facts, config.glove_path, None)
    models = _model_files(config, facts, source)
    words, arrays = _all_vectors(source)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--export_dir: cannot make {folder}: {error.strerror}") from error
    names = _write(folder, models) | write_vectors(folder, words, arrays)
    write_facts(folder, replace(facts, files=saved_files(folder, names)))
    return len(words)


def _model_files(
    config: Config, facts: Facts, source: VectorSource
) -> dict[str, tuple[str, bytes]]:
    """Stem -> name and content of the files with the weights: as they are, or as ONNX graphs."""
    if config.format != "onnx":
        path = file_of(config.ckpt_load_dir, "weights", facts)
        return {"weights": (path.name, path.read_bytes())}
    features = load_features(make_features(config), source, facts, config.ckpt_load_dir)
    return onnx_models(facts, features, read_arrays(config.ckpt_load_dir, facts=facts))


def _write(folder: Path, files: Mapping[str, tuple[str, bytes]]) -> dict[str, str]:
    """Write stem -> name and content; gives stem -> name."""
    for name, content in files.values():
        with atomic_write(folder / name, "wb") as file:
            file.write(content)
    return {stem: name for stem, (name, _) in files.items()}


def _all_vectors(source: ExportedVectors | GloveFile) -> tuple[list[str], dict[str, np.ndarray]]:
    """All words, and stem -> array with a row for each of them."""
    words, vectors, scales = source.read_all()
    return words, {VECTORS: vectors, **({} if scales is None else {SCALES: scales})}


def write_vectors(
    folder: Path, words: Sequence[str], arrays: Mapping[str, np.ndarray]
) -> dict[str, str]:
    """Write words, and arrays with a row for each: `VECTORS` and, of 8 bits, `SCALES`.

    Returns:
        Stem -> name of each file.
    """
    names = {WORDS: "words.txt", **{stem: f"{stem}.npy" for stem in arrays}}
    with atomic_write(folder / names[WORDS], "wb") as file:
        file.write("".join(word + "\n" for word in words).encode())
    for stem, array in arrays.items():
        with atomic_write(folder / names[stem], "wb") as file:
            np.save(file, array)
    return names


def saved_files(folder: Path, names: Mapping[str, str]) -> dict[str, SavedFile]:
    """The files of a folder as `config.json` names them, from stem -> name."""
    return {stem: SavedFile(name, sha256_of(folder / name)) for stem, name in names.items()}
