"""What a run trains on and is scored with, and what a checkpoint says of it.

As in `squad_reader.train.training_data`.
"""

from __future__ import unicode_literals

import json
import os

from squad_reader.data.squad_data import expect_golds
from squad_reader.errors import InputError, shown
from squad_reader.screen import say
from v4.batches import Rows, shuffled_batches
from v4.squad import Data
from v4.vectors import Vocabulary, check_glove, read_glove

NUM_CHECK_WORDS = 5  # their vectors are in a checkpoint, to notice another GloVe
# What must be as before to go on, and the flags that it may come from.
SAME = (
    ("--train_path", "trained_on"),
    ("--dev_path", "dev"),
    ("--train_path", "steps_per_epoch"),
    ("--train_path or --glove_path", "trained_word_list"),
)


class TrainingData(object):
    """Training and dev data, and their words.

    Args:
        flags: all options, the paths filled in.

    Attributes:
        train, dev: `squad.Data`.
        vocabulary: `vectors.Vocabulary` of the words of both.
        trained: the words whose vectors train, in order.
        rows: what to train on.
        steps_per_epoch: batches of each epoch.

    Raises:
        InputError: a file is missing or broken, or there is nothing to train on or to score.
    """

    def __init__(self, flags):
        self.flags = flags
        say("reading %s and %s" % (shown(flags.train_path), shown(flags.dev_path)))
        self.train, self.dev = Data(flags.train_path), Data(flags.dev_path)
        self._read_words()
        self.rows = Rows(
            self.train, self.vocabulary, flags.context_len, flags.question_len, training=True
        )
        if not len(self.rows) or not self.dev.ids:
            raise InputError(
                "expected questions to score, and to train on with answers of at most "
                "--context_len %d tokens, got none" % flags.context_len
            )
        expect_golds(self.dev)
        self.steps_per_epoch = len(self.batches(1))

    def _read_words(self):
        flags, words = self.flags, sorted(set(self.train.words) | set(self.dev.words))
        vectors = read_glove(flags.glove_path, words, flags.embedding_size)
        unknown = [word for word in self.train.words if word not in vectors]
        self.trained = unknown[: flags.trained_words]
        known = [word for word in self.train.words if word in vectors][:NUM_CHECK_WORDS]
        self._check = {word: [float(number) for number in vectors[word]] for word in known}
        self.vocabulary = Vocabulary(words, vectors, self.trained, flags.embedding_size)

    def batches(self, epoch):
        """The batches of an epoch, counted from 1, as arrays of row numbers; always as many."""
        return shuffled_batches(self.rows, self.flags.batch_size, self.flags.seed, epoch)

    def facts(self):
        """What a checkpoint says of the data."""
        flags = self.flags
        return {
            "trained_on": _data_file(flags.train_path, len(self.rows)),
            "dev": _data_file(flags.dev_path, len(self.dev.ids)),
            "steps_per_epoch": self.steps_per_epoch,
            "glove": {"file": _name(flags.glove_path), "check": self._check},
            "trained_word_list": self.trained,
        }

    def check_same(self, config, source):
        """Raises InputError where a checkpoint of this run was made with other data or vectors.

        Args:
            config: of the checkpoint; an older version did not write all parts.
            source: its folder.
        """
        mine = self.facts()
        for flag, name in SAME:
            if name in config and config[name] != mine[name]:
                old, new = (json.dumps(one[name], sort_keys=True) for one in (config, mine))
                raise InputError(
                    "%s: the run was begun with %s %s, now it is %s (%s); give the same to go on, "
                    "or another --experiment_name" % (flag, name, old, new, shown(source))
                )
        check_glove(self._check, config["glove"]["check"], self.flags.glove_path)


def _data_file(path, questions):
    return {"file": _name(path), "questions": questions}


def _name(path):
    return shown(os.path.basename(path))
