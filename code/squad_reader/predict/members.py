"""A model of a checkpoint, with the features that it reads, ready to answer."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from squad_reader.config import make_config
from squad_reader.data.exported_vectors import ExportedVectors
from squad_reader.data.features.feature import Feature, WordFeature
from squad_reader.data.features.remembered import RememberedWords
from squad_reader.data.features.word_ids import WordIds
from squad_reader.data.glove import GloveFile, open_vectors
from squad_reader.data.tokenizer import TOKENIZER_VERSION
from squad_reader.data.vector_source import VectorSource
from squad_reader.errors import InputError
from squad_reader.model.models import make_features, make_model
from squad_reader.model.scorer import Scorer
from squad_reader.predict.checkpoints import (
    SCALES,
    VECTORS,
    WORDS,
    file_of,
    read_arrays,
    read_facts,
    set_weights,
)
from squad_reader.predict.facts import Facts
from squad_reader.predict.glove_check import check_glove
from squad_reader.predict.graphs import QUESTION, WEIGHTS, graph_scorer
from squad_reader.runtime import prepare_backend, trim_heap


@dataclass(frozen=True)
class Member:
    """One model of a reader.

    Attributes:
        scorer: gives log-probabilities to batches.
        features: what it reads, bound to vectors and fitted.
        key: the SHA-256 of its weights; it decides the order among several.
        tokenizer_version: of the tokenizer that it was trained with.
        temperature: of the probabilities of a whole text; see `Facts`.
    """

    scorer: Scorer
    features: tuple[Feature, ...]
    key: str = ""
    tokenizer_version: int = TOKENIZER_VERSION
    temperature: float = 1.0


def load_member(
    folder: str,
    glove_path: str = "",
    cache_dir: str | os.PathLike[str] | None = None,
    runtime: str = "keras",
    threads: int = 0,
) -> tuple[Member, Facts]:
    """The model of a checkpoint, and what the checkpoint says of itself.

    Args:
        folder: of the checkpoint.
        glove_path: the GloVe file of the training; "" for the vectors in the checkpoint.
        cache_dir: folder of the cache of GloVe's index, and of graphs that cannot be kept beside
            the weights; None for no cache.
        runtime: "keras", or "onnx": as ONNX graphs, without loading Keras. A checkpoint that has
            nothing else is always so.
        threads: processor threads of ONNX graphs; 0 for as many as the process may use cores.

    Raises:
        InputError: a file is missing, damaged, or does not fit, or the model has no graphs.
    """
    facts = read_facts(folder)
    if _is_graphs(facts):
        runtime = "onnx"
    if runtime == "keras" and "keras" not in sys.modules:
        prepare_backend()
    vectors = vectors_of(folder, facts, glove_path, cache_dir)
    config = make_config({**facts.model, "seed": facts.seed})
    features = load_features(make_features(config), vectors, facts, folder)
    trim_heap()  # memory that reading texts and vectors took
    if runtime == "onnx":
        scorer = graph_scorer(folder, facts, features, threads, cache_dir)
        features = [_remembering(feature) for feature in features]
    else:
        scorer = make_model(config, features)
        set_weights(scorer, read_arrays(folder, facts=facts), folder)
    temperature = facts.temperature or 1.0
    member = Member(scorer, tuple(features), key_of(facts), facts.tokenizer_version, temperature)
    return member, facts


def key_of(facts: Facts) -> str:
    """The SHA-256 of a checkpoint's weights, or of the graph that holds most of them."""
    return facts.files[QUESTION if _is_graphs(facts) else WEIGHTS].sha256


def _is_graphs(facts: Facts) -> bool:
    """Whether a checkpoint was exported with --format=onnx."""
    return WEIGHTS not in facts.files and QUESTION in facts.files


def _remembering(feature: Feature) -> Feature:
    """For many questions on one text; word ids remember by themselves."""
    if isinstance(feature, WordFeature) and not isinstance(feature, WordIds):
        return RememberedWords(feature)
    return feature


def vectors_of(
    folder: str, facts: Facts, glove_path: str, cache_dir: str | os.PathLike[str] | None
) -> ExportedVectors | GloveFile:
    """The GloVe file, compared with that of the training; or the checkpoint's own vectors."""
    if not glove_path:
        stems = [WORDS, VECTORS, *[SCALES] * (SCALES in facts.files)]
        return ExportedVectors(*(file_of(folder, stem, facts) for stem in stems))
    source = open_vectors(glove_path, facts.model["embedding_size"], cache_dir)
    check_glove(source, facts.glove.check)
    return source


def load_features(
    features: Sequence[Feature], vectors: VectorSource, facts: Facts, folder: str
) -> Sequence[Feature]:
    """Bind features to vectors, and give them what they learned in training.

    Raises:
        InputError: the checkpoint lacks what a feature learned, or has a feature of another model.
    """
    # Word ids are older than other features, and kept where they always were.
    states = {**facts.features, WordIds.name: {"trained": facts.trained_word_list}}
    for name in set(facts.features) - {feature.name for feature in features}:
        raise InputError(f"{folder}: expected the features of {facts.model['model']}, got {name!r}")
    for feature in features:
        feature.bind(vectors)
        try:
            feature.set_state(states.get(feature.name, {}))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{folder}: expected the state of the feature {feature.name!r}, got {error!r}"
            ) from error
    return features


def feature_facts(features: Sequence[Feature]) -> dict[str, Any]:
    """What a checkpoint says of its features: `features` and `trained_word_list` of `Facts`."""
    states = {feature.name: feature.state() for feature in features}
    words = states.pop(WordIds.name, {"trained": []})["trained"]
    return {"features": {k: v for k, v in states.items() if v}, "trained_word_list": words}
