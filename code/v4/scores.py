"""Scores during training: official ones on all of dev, and the one-reference measure of 2018.

As in `squad_reader.train.scores`.
"""

from __future__ import division, unicode_literals

import numpy as np

from squad_reader.score.score_files import golds_of
from squad_reader.score.squad_v1_1 import evaluate_golds, exact_match_score, f1_score
from v4.batches import Rows
from v4.official_eval import predict_spans

NUM_TRAIN_QUESTIONS = 1000


class Scores(object):
    """Scores a graph on the dev set and on a fixed sample of the training set.

    Args:
        flags: as of `official_eval.predict_spans`, with `context_len` and `question_len`.
        train, dev: `squad.Data`.
        vocabulary: `vectors.Vocabulary`.
        rows: `batches.Rows` of the training set.
    """

    def __init__(self, flags, train, dev, vocabulary, rows):
        self.flags, self.train, self.dev = flags, train, dev
        size = min(NUM_TRAIN_QUESTIONS, len(rows))
        chosen = np.random.RandomState(flags.seed).choice(len(rows), size, replace=False)
        self.sample = rows.take(np.sort(chosen))
        self.dev_rows = Rows(dev, vocabulary, flags.context_len, flags.question_len, training=False)

    def measure(self, graph, check_stop):
        """Score; percent, but "dev/loss" is in nats.

        Args:
            graph: `graph.Graph`.
            check_stop: called between batches; may raise to break off.
        """
        spans = predict_spans(graph, self.sample, self.flags, observe=check_stop)
        values = _one_reference("train", self.train, spans, self.sample.examples)
        losses = []

        def observe(batch, log_probs):
            check_stop()
            losses.append(_losses(batch, log_probs))

        spans = predict_spans(graph, self.dev_rows, self.flags, observe=observe)
        questions = np.arange(len(self.dev.ids))
        values.update(_one_reference("dev", self.dev, spans, questions))
        values.update(self._official(spans))
        losses = np.concatenate(losses)
        values["dev/loss"] = float(losses.mean()) if len(losses) else float("nan")
        return values

    def _official(self, spans):
        answers = {
            self.dev.ids[i]: self.dev.answer_text(i, start, end)
            for i, (start, end) in enumerate(zip(*spans))
        }
        found = evaluate_golds(golds_of(self.dev), answers)
        return {"dev/f1": found["f1"], "dev/em": found["exact_match"]}


def _losses(batch, log_probs):
    """The loss of each row that holds its gold answer, in nats."""
    i = np.flatnonzero(batch.start_pos >= 0)
    return -(log_probs[0][i, batch.start_pos[i]] + log_probs[1][i, batch.end_pos[i]])


def _one_reference(name, data, spans, questions):
    """EM and F1 of joined tokens against those of the first gold answer only, in percent."""
    questions = questions[data.start_pos[questions] >= 0]
    f1 = exact_match = 0.0
    for i in questions:
        predicted = _joined(data, i, spans[0][i], spans[1][i])
        gold = _joined(data, i, data.start_pos[i], data.end_pos[i])
        f1 += f1_score(predicted, gold)
        exact_match += exact_match_score(predicted, gold)
    percent = 100.0 / max(len(questions), 1)
    return {
        name + "/f1_one_reference": f1 * percent,
        name + "/em_one_reference": exact_match * percent,
    }


def _joined(data, question, start_pos, end_pos):
    first = data.context_offsets[data.context_of[question]]
    words = data.context_words[first + max(start_pos, 0) : first + end_pos + 1]
    return " ".join(data.words[word] for word in words)
