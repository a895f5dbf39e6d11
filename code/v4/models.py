"""From a checkpoint's model to its graph, and to the rows of a data set that it reads."""

from __future__ import unicode_literals

from squad_reader.errors import InputError, shown
from v4.batches import Rows
from v4.checkpoint import read_arrays


def open_model(flags, config, data, vocabulary):
    """The model of the checkpoint `flags.ckpt_load_dir`, ready to answer.

    Args:
        flags: all options.
        config: the checkpoint's.
        data: `squad.Data`, the questions.
        vocabulary: `vectors.Vocabulary` of its words.

    Returns:
        Its graph, and `batches.Rows`.

    Raises:
        InputError: a file is damaged, or of another version of the model.
    """
    weights = read_arrays(flags.ckpt_load_dir, config, "weights")
    if flags.model == "fusion":
        return _fusion(flags, config.get("features") or {}, data, vocabulary, weights)
    from v4.graph import Graph

    graph = Graph(weights, vocabulary.matrix, threads=flags.threads)
    return graph, Rows(data, vocabulary, flags.context_len, flags.question_len, training=False)


def _fusion(flags, states, data, vocabulary, weights):
    from v4.fusion_graph import FusionGraph
    from v4.match import Match
    from v4.word_table import WordTable

    shapes = _state(flags, states, "shape", "shapes")
    frequent = _state(flags, states, "match", "frequent")
    words = WordTable(data, vocabulary, weights, shapes)
    match = Match(data, frequent, flags.question_len)
    graph = FusionGraph(weights, words.matrix, threads=flags.threads)
    return graph, Rows(data, words, flags.context_len, flags.question_len, False, match)


def _state(flags, states, feature, name):
    """What a feature learned in training, from the checkpoint's `config.json`."""
    state = states.get(feature)
    if isinstance(state, dict) and isinstance(state.get(name), list):
        return state[name]
    raise InputError(
        "%s: expected the state of the feature %s, got none such"
        % (shown(flags.ckpt_load_dir), feature)
    )
