"""The data of a training run: data sets, features, batches, and what a checkpoint says of them."""

import os
from dataclasses import asdict, is_dataclass, replace
from typing import Any

import numpy as np

from squad_reader import __version__
from squad_reader.config import Config, model_values, names_in
from squad_reader.data.batch_order import context_batches, shuffled_batches
from squad_reader.data.batches import CLOSE_WIDTHS, FEW_WIDTHS, Batch, make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.features.feature import Feature
from squad_reader.data.features.word_ids import WordIds
from squad_reader.data.glove import open_vectors
from squad_reader.data.preprocess import load_or_preprocess, read_data
from squad_reader.data.rows import num_too_long, training_rows
from squad_reader.data.squad_data import expect_golds
from squad_reader.data.tokenized import summary
from squad_reader.errors import InputError
from squad_reader.files import sha256_of
from squad_reader.model.models import make_features
from squad_reader.predict.facts import DataFile, Facts, Glove
from squad_reader.predict.glove_check import check_glove, check_words
from squad_reader.predict.members import feature_facts, load_features
from squad_reader.train.teacher import keys_of_teachers, likely_answers


class TrainingData:
    """Training and dev data, and what the model reads of them.

    Args:
        config: all options, the paths filled in.
        like: of the checkpoint whose features to take, and whose GloVe file must be given; None to
            fit the features on the training data.

    Attributes:
        features: what the model reads, fitted.
        encoded, dev_encoded: both data sets as the features give them.
        rows: what to train on.
        files: what a checkpoint says of the training data and of dev.
        likely: what --teacher says of each row; empty without one.
        taught_by: which weights say it, as `Facts` has it.
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
        self.rows = training_rows(self.train_data, config.context_len, config.question_len)
        if not len(self.rows):
            raise InputError(
                f"{config.train_path}: expected answers of at most --context_len="
                f"{config.context_len} tokens to train on, got none"
            )
        self.files = (
            _data_file(config.train_path, len(self.rows)),
            _data_file(config.dev_path, len(self.dev.examples)),
        )
        self.features = self._make_features(like)
        self.encoded = Encoded(self.train_data, self.features, config.question_len)
        self.dev_encoded = Encoded(self.dev_data, self.features, config.question_len)
        self.steps_per_epoch = len(self.batches(epoch=1))
        self.likely = likely_answers(config, self.rows) if config.teacher else {}
        self.taught_by = keys_of_teachers(config) if config.teacher else None

    def _make_features(self, like: Facts | None) -> tuple[Feature, ...]:
        """What the model reads, fitted on the training data or as `like` has it."""
        config = self.config
        self.vectors = source = open_vectors(
            config.glove_path, config.embedding_size, config.cache_dir or None
        )
        check = check_words(source, self.train_data.words)
        self.glove = Glove(os.path.basename(config.glove_path), check)
        features = make_features(config)
        if like:
            check_glove(source, like.glove.check)
            return tuple(load_features(features, source, like, config.ckpt_load_dir))
        for feature in features:
            feature.bind(source)
            feature.fit(self.train_data)
        return tuple(features)

    def batches(self, epoch: int) -> list[np.ndarray]:
        """The batches of an epoch, counted from 1, as arrays of row numbers; always as many."""
        make = context_batches if self._by_contexts else shuffled_batches
        batches = make(self.rows, self.config.batch_size, self.config.seed, epoch)
        if epoch > 1 and len(batches) != self.steps_per_epoch:
            raise ValueError(f"epoch {epoch}: {len(batches)} batches, not {self.steps_per_epoch}")
        return batches

    def batch(self, numbers: np.ndarray) -> Batch:
        """The rows with these numbers."""
        widths = CLOSE_WIDTHS if self._by_contexts else FEW_WIDTHS
        batch = make_batch(self.rows, self.encoded, numbers, self._by_contexts, widths)
        return replace(batch, likely={name: each[numbers] for name, each in self.likely.items()})

    @property
    def _by_contexts(self) -> bool:
        return self.config.batch_by == "contexts"

    def epoch(self, step: int) -> int:
        """The epoch, counted from 1, that runs when so many steps are done."""
        return step // self.steps_per_epoch + 1

    def epoch_of(self, step: int) -> int:
        """The epoch, counted from 1, that a step was part of; steps are counted from 1 too."""
        return self.epoch(max(step - 1, 0))

    def describe(self, num_weights: int) -> str:
        """A few lines about the data, and about a model for them with so many weights."""
        lines = [f"train: {summary(self.train_data)}", f"dev:   {summary(self.dev_data)}"]
        too_long = num_too_long(self.train_data, self.config.context_len)
        if too_long:
            lines.append(
                f"train: {too_long:,} of {len(self.train_data.start_pos):,} questions are not "
                f"trained on: their answers are longer than --context_len {self.config.context_len}"
            )
        lines.append(
            f"model: {num_weights:,} weights that train; {self._words()}"
            f"{self.steps_per_epoch} steps an epoch"
        )
        return "\n".join(lines)

    def _words(self) -> str:
        """How many words have vectors, where the model reads words."""
        return "".join(
            f"vectors of {feature.num_words():,} words, of which {len(feature.trained):,} train; "
            for feature in self.features
            if isinstance(feature, WordIds)
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
            model=model_values(config),
            data={name: getattr(config, name) for name in names_in("data")},
            trained_on=self.files[0],
            dev=self.files[1],
            steps_per_epoch=self.steps_per_epoch,
            taught_by=self.taught_by,
            glove=self.glove,
            **feature_facts(self.features),
        )

    def check_same(self, facts: Facts, source: str) -> None:
        """Raises InputError where a checkpoint of this run was made with other data or vectors."""
        mine = self.facts(step=0)
        for flag, name in (
            ("--train_path", "trained_on"),
            ("--dev_path", "dev"),
            ("the batches of this version", "steps_per_epoch"),
            ("--glove_path", "trained_word_list"),
            ("--train_path", "features"),
            ("--teacher", "taught_by"),
        ):
            old, new = getattr(facts, name), getattr(mine, name)
            if isinstance(old, DataFile) and not old.sha256:  # of an older version
                new = replace(new, sha256="")
            if old is not None and old != new:
                raise InputError(
                    f"{flag}: the run was begun with {_plain(old)}, now it is {_plain(new)} "
                    f"({source}); give the same to go on, or another --experiment_name"
                )
        check_glove(self.vectors, facts.glove.check)


def _data_file(path: str, questions: int) -> DataFile:
    return DataFile(os.path.basename(path), questions, sha256_of(path))


def _plain(value: Any) -> Any:
    """As it stands in `config.json`."""
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
