"""Mode official_eval: SQuAD JSON in, `predictions.json` out, one answer for each question id."""

from __future__ import unicode_literals

import json
import re
from collections import OrderedDict

import numpy as np

from squad_reader.bars import Bars
from squad_reader.files import atomic_write
from squad_reader.model.span_decoder import SpanChoice, best_spans, independent_spans, log_softmax
from v4.batches import sorted_batches
from v4.checkpoint import file_of, read_array, read_config
from v4.models import open_model
from v4.squad import Data
from v4.vectors import Vocabulary, check_glove, read_glove


def official_eval(flags):
    """Answer all questions of `flags.json_in_path`; returns how many.

    Raises:
        InputError: a file is missing, broken or does not fit; nothing is written.
    """
    config = read_config(flags.ckpt_load_dir)
    data = Data(flags.json_in_path)
    vectors = _read_vectors(flags, config, data.words)
    trained = config["trained_word_list"]
    vocabulary = Vocabulary(data.words, vectors, trained, flags.embedding_size)
    graph, rows = open_model(flags, config, data, vocabulary)
    spans = predict_spans(graph, rows, flags, show=True)
    write_predictions(flags.json_out_path, data, spans)
    return len(data.ids)


def _read_vectors(flags, config, words):
    """dict of word -> vector, of the export if the checkpoint is one and no GloVe file is given."""
    check = config["glove"]["check"]
    if not flags.glove_path and "vectors" in config["files"]:
        return _read_exported(flags.ckpt_load_dir, config, words)
    wanted = list(OrderedDict.fromkeys(words + sorted(check)))
    vectors = read_glove(flags.glove_path, wanted, flags.embedding_size)
    check_glove(vectors, check, flags.glove_path)
    return vectors


def _read_exported(folder, config, words):
    with open(file_of(folder, config, "words"), "rb") as file:
        places = {word: i for i, word in enumerate(file.read().decode("utf-8").split("\n")[:-1])}
    matrix = read_array(folder, config, "vectors", mmap_mode=str("r"))
    vectors = {w: np.array(matrix[places[w]], np.float32) for w in words if w in places}
    if "scales" in config["files"]:  # a shipped reader: 8 bits
        scales = read_array(folder, config, "scales")
        vectors = {word: vector * scales[places[word]] for word, vector in vectors.items()}
    return vectors


def predict_spans(graph, rows, flags, show=False, observe=None):
    """The best span of every question that has a row, over all its rows.

    Args:
        graph: `base_graph.BaseGraph`.
        rows: `batches.Rows`; several of a question are windows of a long context.
        flags: `batch_size`, `max_answer_len`, `span`.
        show: a progress bar.
        observe: called with each batch and its two log-probabilities (B, T), in nats.

    Returns:
        start_pos, end_pos: int64, (Q,). Both inclusive; -1 where there is no row.
    """
    count = len(rows.data.ids)
    start_pos, end_pos = np.full((2, count), -1)
    windows = np.bincount(rows.examples, minlength=count)
    choice = SpanChoice(flags.max_answer_len, flags.span)
    batches = sorted_batches(rows, flags.batch_size)
    shown_batches = Bars("batches").each("answering", batches, len(batches))
    for numbers in shown_batches if show else batches:
        batch, examples = rows.batch(numbers, share=True), rows.examples[numbers]
        log_probs = _log_probs(graph, rows, batch)
        if observe:
            observe(batch, log_probs)
        start_pos[examples], end_pos[examples] = _find(log_probs, flags)[:2]
        for i in np.flatnonzero(windows[examples] > 1):
            length, first = rows.lengths[numbers[i]], rows.starts[numbers[i]]
            choice.add(examples[i], first, log_probs[0][i, :length], log_probs[1][i, :length])
    for i in choice.questions():
        start_pos[i], end_pos[i] = choice.best(i)[:2]
    return start_pos, end_pos


def _log_probs(graph, rows, batch):
    """Log-probabilities of starts and ends: float64, (B, T), in nats; -inf at padding."""
    start_logits, end_logits = graph.predict(batch)
    mask = np.arange(start_logits.shape[1]) < rows.lengths[batch.rows][:, None]
    return log_softmax(start_logits, mask), log_softmax(end_logits, mask)


def _find(log_probs, flags):
    if flags.span == "independent":
        return independent_spans(*log_probs)
    return best_spans(log_probs[0], log_probs[1], flags.max_answer_len)


def write_predictions(path, data, spans):
    """Write question id -> answer text, in the order of the questions."""
    columns = zip(range(len(data.ids)), *spans)
    texts = [data.answer_text(question, start, end) for question, start, end in columns]
    content = json.dumps(OrderedDict(zip(data.ids, texts)), ensure_ascii=False)
    with atomic_write(path, "wb") as file:
        file.write(_encoded(content))


def _encoded(text):
    """UTF-8; half of a surrogate pair becomes \\udxxx, which is what JSON writes for it."""
    if str is not bytes:
        return text.encode("utf-8", "backslashreplace")
    half = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")
    return half.sub(lambda match: "\\u%x" % ord(match.group()), text).encode("utf-8")
