"""The ONNX graphs of a checkpoint: those that it has, or made once and kept beside its weights.

Where its folder is only for reading, they are kept in the folder of the cache, if one is given.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from squad_reader.cores import num_cores
from squad_reader.data.cache import read_cache, write_cache
from squad_reader.data.features.feature import Feature
from squad_reader.errors import InputError
from squad_reader.graph.stored import GRAPHS_VERSION, StoredGraph, from_arrays, to_arrays
from squad_reader.model.scorer import Scorer
from squad_reader.predict.checkpoints import file_of, read_arrays
from squad_reader.predict.facts import Facts
from squad_reader.screen import say

GRAPHS, ONNX = "graphs", "onnx_"  # the stem of the file; how those of files with weights begin
WEIGHTS, QUESTION = "weights", ONNX + "question"
LICENCE = "of what was learned from SQuAD: CC BY-SA 4.0"


def graph_scorer(
    folder: str,
    facts: Facts,
    features: Sequence[Feature],
    threads: int = 0,
    cache_dir: str | os.PathLike[str] | None = None,
) -> Scorer:
    """The model of a checkpoint as ONNX graphs.

    Args:
        folder: of the checkpoint.
        facts: what it says of itself.
        features: what the model reads.
        threads: processor threads; 0: as many as cores.
        cache_dir: where graphs are kept if they cannot be in `folder`.

    Raises:
        InputError: the model has no graphs, or a library for them is not installed.
    """
    try:
        from squad_reader.graph.remembered import RememberingScorer

        weights = read_arrays(folder, facts=facts) if WEIGHTS in facts.files else {}
        graphs = _stored(folder, facts)
        if graphs is None:
            folders = [Path(each) for each in (folder, cache_dir) if each]
            graphs = _kept(folders, facts, features, weights)
        return RememberingScorer(graphs, weights, threads or num_cores())
    except ImportError as error:
        raise InputError(f"expected onnx and onnxruntime to be installed, got: {error}") from error


def onnx_models(
    facts: Facts, features: Sequence[Feature], weights: dict[str, np.ndarray]
) -> dict[str, tuple[str, bytes]]:
    """A model as `.onnx` files that hold its weights: stem -> name and content of each.

    Raises:
        InputError: the model has no graphs, a weight is no finite number, or a library is not
            installed.
    """
    for path, array in weights.items():
        if not np.all(np.isfinite(array)):
            raise InputError(f"--format=onnx: expected weights that are finite, got {path}")
    try:
        from squad_reader.graph.make import make_graphs

        graphs = make_graphs(facts.model["model"], features, weights, True)
    except ImportError as error:
        raise InputError(f"expected onnx to be installed, got: {error}") from error
    told = _metadata(facts, features)
    return {
        ONNX + step: (f"{step}.onnx", graph.stored(told).content) for step, graph in graphs.items()
    }


def _metadata(facts: Facts, features: Sequence[Feature]) -> dict[str, str]:
    """What is to be known of a graph where `config.json` is not at hand."""
    return {
        "model": json.dumps(facts.model),
        "features": ", ".join(feature.name for feature in features),
        "tokenizer_version": str(facts.tokenizer_version),
        "trained_on": facts.trained_on.file if facts.trained_on else "unknown",
        "licence": LICENCE,
    }


def _stored(folder: str, facts: Facts) -> dict[str, StoredGraph] | None:
    """The graphs that a checkpoint has."""
    files = {stem.removeprefix(ONNX): stem for stem in facts.files if stem.startswith(ONNX)}
    if files:
        paths = {step: file_of(folder, stem, facts) for step, stem in files.items()}
        return {step: StoredGraph(path.read_bytes()) for step, path in paths.items()}
    return from_arrays(read_arrays(folder, GRAPHS, facts)) if GRAPHS in facts.files else None


def _kept(
    folders: Sequence[Path],
    facts: Facts,
    features: Sequence[Feature],
    weights: dict[str, np.ndarray],
) -> dict[str, StoredGraph]:
    """Graphs that were kept in one of these folders; or made now, and kept in the first it can."""
    # Not named in config.json, which a run that trains may be replacing; it deletes the file then.
    name = f"{GRAPHS}-{GRAPHS_VERSION}-{facts.files[WEIGHTS].sha256[:16]}.npz"
    paths = [folder / name for folder in folders]
    for path in paths:
        if arrays := read_cache(path):
            return from_arrays(arrays)
    graphs = made_graphs(facts, features, weights)
    for path in paths:
        if write_cache(path, to_arrays(graphs)):
            say(f"Wrote the model's ONNX graphs to {path}", sys.stderr)
            break
    return graphs


def made_graphs(
    facts: Facts, features: Sequence[Feature], weights: dict[str, np.ndarray]
) -> dict[str, StoredGraph]:
    """The graphs of a model, without its weights."""
    from squad_reader.graph.make import make_graphs

    graphs = make_graphs(facts.model["model"], features, weights)
    return {step: graph.stored() for step, graph in graphs.items()}
