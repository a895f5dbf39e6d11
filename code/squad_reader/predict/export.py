"""Mode export: a checkpoint together with all of GloVe's vectors, so that it needs no other file.

What is handed in to be run elsewhere is then `code` and one folder. Beside the checkpoint's own
files it holds `words.txt`, a word a line, and `vectors.npy`, of which only the rows of the words
at hand are read. With --format=onnx the weights are in ONNX graphs, which other programs can run.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from squad_reader.config import Config
from squad_reader.data.glove import open_vectors
from squad_reader.errors import InputError
from squad_reader.files import atomic_write
from squad_reader.model.models import make_features
from squad_reader.predict.checkpoints import (
    VECTORS,
    WORDS,
    file_of,
    read_arrays,
    read_facts,
    sha256_of,
    write_facts,
)
from squad_reader.predict.facts import SavedFile
from squad_reader.predict.glove_check import check_glove
from squad_reader.predict.graphs import write_onnx
from squad_reader.predict.members import load_features


def export(config: Config) -> int:
    """Write the checkpoint `config.ckpt_load_dir` with its vectors to `config.export_dir`.

    Returns:
        How many words have a vector in it.

    Raises:
        InputError: the checkpoint or the GloVe file is missing, damaged, or does not fit.
    """
    folder = Path(config.export_dir)
    if folder.resolve() == Path(config.ckpt_load_dir).resolve():
        raise InputError("--export_dir: expected another folder than --ckpt_load_dir, got the same")
    facts = read_facts(config.ckpt_load_dir)
    source = open_vectors(config.glove_path, config.embedding_size)
    check_glove(source, facts.glove.check)
    words, vectors = source.read_all()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--export_dir: cannot make {folder}: {error.strerror}") from error
    names: dict[str, str] = {}
    if config.format == "onnx":
        features = load_features(make_features(config), source, facts, config.ckpt_load_dir)
        names |= write_onnx(folder, facts, features, read_arrays(config.ckpt_load_dir))
    else:
        weights = file_of(config.ckpt_load_dir, "weights")
        names["weights"] = weights.name
        with open(weights, "rb") as old, atomic_write(folder / weights.name, "wb") as file:
            shutil.copyfileobj(old, file)
    names |= write_vectors(folder, words, {VECTORS: vectors})
    write_facts(folder, replace(facts, files=saved_files(folder, names)))
    return len(words)


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
