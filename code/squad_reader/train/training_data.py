"""The data of a training run: data sets, words, batches, and what a checkpoint says of them."""

import os
from dataclasses import asdict, is_dataclass, replace
from typing import Any

import numpy as np

from squad_reader import __version__
from squad_reader.config import Config, names_in
from squad_reader.data.batches import Batch, make_batch, shuffled_batches, training_rows
from squad_reader.data.glove import read_glove
from squad_reader.data.preprocess import load_or_preprocess, report
from squad_reader.data.squad_data import expect_golds
from squad_reader.data.vocabulary import make_vocabulary, words_at_hand, words_that_train
from squad_reader.errors import InputError
from squad_reader.predict.facts import DataFile, Facts, Glove
from squad_reader.predict.glove_check import check_glove, check_words
from squad_reader.predict.reader import read_data


class TrainingData:
    """Training and dev data, and the words that they have.

    Args:
        config: all options, the paths filled in.
        like: of the checkpoint whose trained words to take, and whose GloVe must be at hand; None
            to find the words in the training data.

    Attributes:
        rows: what to train on.
        steps_per_epoch: batches of each epoch.

    Raises:
        InputError: a file is missing or broken, or no training question has an answer.
    """

    def __init__(self, config: Config, like: Facts | None = None) -> None:
        self.config = config
        self.train_data = load_or_preprocess(config.train_path, config.cache_dir or None)
        self.dev, self.dev_data = read_data(config.dev_path, config.cache_dir or None)
        if not self.dev.examples:
            raise InputError(f"{config.dev_path}: expected questions to score, got none")
        expect_golds(self.dev)
        self._find_words(like)
        self.rows = training_rows(
            self.train_data, self.vocabulary, config.context_len, config.question_len
        )
        if not len(self.rows):
            raise InputError(f"{config.train_path}: expected answers to train on, got none")
        self.steps_per_epoch = len(self.batches(epoch=1))

    def _find_words(self, like: Facts | None) -> None:
        """The words with a vector, and those whose vectors train."""
        config, check = self.config, like.glove.check if like else {}
        found, vectors = read_glove(
            config.glove_path,
            list(dict.fromkeys([*words_at_hand([self.train_data, self.dev_data]), *check])),
            config.embedding_size,
            config.cache_dir or None,
        )
        check_glove(config.glove_path, check, dict(zip(found, vectors, strict=True)))
        if like:
            self.trained_words = tuple(like.trained_word_list)
        else:
            self.trained_words = words_that_train(self.train_data, found, config.trained_words)
        self.check_words = check_words(found, vectors)
        self.vocabulary = make_vocabulary(found, vectors, self.trained_words)

    def take_matrix(self) -> np.ndarray:
        """The vectors, for the model to hold; here they are let go, or memory would hold two."""
        matrix = self.vocabulary.matrix
        self.vocabulary = replace(self.vocabulary, matrix=matrix[:0].copy())
        return matrix

    def batches(self, epoch: int) -> list[np.ndarray]:
        """The batches of an epoch, counted from 1, as arrays of row numbers."""
        return shuffled_batches(self.rows, self.config.batch_size, self.config.seed, epoch)

    def batch(self, numbers: np.ndarray) -> Batch:
        """The rows with these numbers."""
        return make_batch(self.rows, numbers)

    def epoch(self, step: int) -> int:
        """The epoch, counted from 1, that runs when so many steps are done."""
        return step // self.steps_per_epoch + 1

    def describe(self, num_weights: int) -> str:
        """A few lines about the data, and about a model for them with so many weights."""
        return (
            f"train: {report(self.train_data)}\ndev:   {report(self.dev_data)}\n"
            f"model: {num_weights:,} weights that train; vectors of "
            f"{len(self.vocabulary.ids):,} words, of which {len(self.trained_words):,} train; "
            f"{self.steps_per_epoch} steps an epoch"
        )

    def facts(self, **of_run: Any) -> Facts:
        """What a checkpoint says.

        Args:
            **of_run: where the run is; options and data are added.
        """
        config = self.config
        return Facts(
            **of_run,
            squad_reader=__version__,
            seed=config.seed,
            model={name: getattr(config, name) for name in names_in("model")},
            data={name: getattr(config, name) for name in names_in("data")},
            trained_on=DataFile(os.path.basename(config.train_path), len(self.rows)),
            dev=DataFile(os.path.basename(config.dev_path), len(self.dev.examples)),
            steps_per_epoch=self.steps_per_epoch,
            glove=Glove(os.path.basename(config.glove_path), self.check_words),
            trained_word_list=list(self.trained_words),
        )

    def check_same(self, facts: Facts, source: str) -> None:
        """Raises InputError where a checkpoint of this run was made with other data or vectors."""
        mine = self.facts(step=0)
        for flag, name in (
            ("--train_path", "trained_on"),
            ("--dev_path", "dev"),
            ("the batches of this version", "steps_per_epoch"),
            ("--glove_path", "trained_word_list"),
        ):
            old, new = getattr(facts, name), getattr(mine, name)
            if old is not None and old != new:
                raise InputError(
                    f"{flag}: the run was begun with {_plain(old)}, now it is {_plain(new)} "
                    f"({source}); give the same to go on, or another --experiment_name"
                )
        vectors = {word: np.array(vector, np.float32) for word, vector in self.check_words.items()}
        check_glove(self.config.glove_path, facts.glove.check, vectors)


def _plain(value: Any) -> Any:
    """As it stands in `config.json`."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
