"""What a training run works on: data, vocabulary, model and optimizer, and their state."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from squad_reader import __version__
from squad_reader.config import Config, names_in
from squad_reader.data.batches import Batch, shuffled_batches, training_rows
from squad_reader.data.glove import read_glove
from squad_reader.data.preprocess import load_or_preprocess, report
from squad_reader.data.squad_data import expect_golds
from squad_reader.data.vocabulary import make_vocabulary, words_at_hand, words_that_train
from squad_reader.errors import InputError
from squad_reader.model.models import make_model
from squad_reader.predict.checkpoints import get_weights, save_checkpoint
from squad_reader.predict.glove_check import check_glove, check_words
from squad_reader.predict.reader import Reader, read_data
from squad_reader.runtime import one_graph
from squad_reader.train.optimizer import ClippedAdam


class Task:
    """Training and dev data, and the model to train on them.

    Args:
        config: all options, the paths filled in.
        like: `config.json` of the checkpoint whose trained words to take, and whose GloVe must be
            at hand; None to find the words in the training data.

    Raises:
        InputError: a file is missing or broken, or no training question has an answer.
    """

    def __init__(self, config: Config, like: dict[str, Any] | None = None) -> None:
        self.config = config
        self._step: Any = None  # made by the first batch
        self.train_data = load_or_preprocess(config.train_path, config.cache_dir or None)
        self.dev, self.dev_data = read_data(config.dev_path, config.cache_dir or None)
        if not self.dev.examples:
            raise InputError(f"{config.dev_path}: expected questions to score, got none")
        expect_golds(self.dev)
        check: dict[str, list[float]] = like["glove"]["check"] if like else {}
        found, vectors = read_glove(
            config.glove_path,
            list(dict.fromkeys([*words_at_hand([self.train_data, self.dev_data]), *check])),
            config.embedding_size,
            config.cache_dir or None,
        )
        check_glove(config.glove_path, check, dict(zip(found, vectors, strict=True)))
        if like:
            self.trained_words = tuple(like["trained_word_list"])
        else:
            self.trained_words = words_that_train(self.train_data, found, config.trained_words)
        self.check_words = check_words(found, vectors)
        vocabulary = make_vocabulary(found, vectors, self.trained_words)
        self.model = self._make_model(vocabulary.matrix)
        # The model holds the vectors now; without this they would be in memory twice.
        self.reader = Reader(self.model, replace(vocabulary, matrix=vocabulary.matrix[:0].copy()))
        self.rows = training_rows(
            self.train_data, vocabulary, config.context_len, config.question_len
        )
        if not len(self.rows):
            raise InputError(f"{config.train_path}: expected answers to train on, got none")
        self.steps_per_epoch = len(
            shuffled_batches(self.rows, config.batch_size, config.seed, epoch=1)
        )

    def _make_model(self, matrix: np.ndarray) -> Any:
        options = {name: getattr(self.config, name) for name in names_in("model")}
        self.model_options = options
        there_are = {
            "trained_words": len(self.trained_words)
        }  # fewer than asked for, in small data
        model = make_model({**options, **there_are}, len(matrix), self.config.seed)
        model.word_vectors.set_frozen(matrix)
        self.optimizer = ClippedAdam(self.config.learning_rate, self.config.max_gradient_norm)
        self.optimizer.build(model.trainable_variables)
        model.compile(optimizer=self.optimizer)
        return model

    def describe(self) -> str:
        """A few lines about the data and the model."""
        weights = sum(int(np.prod(w.shape)) for w in self.model.trainable_variables)
        return "\n".join(
            [
                f"train: {report(self.train_data)}",
                f"dev:   {report(self.dev_data)}",
                f"model: {weights:,} weights that train; vectors of "
                f"{len(self.reader.vocabulary.ids):,} words, of which {len(self.trained_words):,} "
                f"train; {self.steps_per_epoch} steps an epoch",
            ]
        )

    def train_step(self, batch: Batch) -> float:
        """One update of the weights; returns the loss before it, in nats."""
        data = (batch.inputs(), batch.targets())
        if self._step is None:
            self._step = one_graph(self._keras_step, *data) or self._keras_on_batch
        self.model.reset_metrics()
        return float(np.asarray(self._step(*data)["loss"]))

    def _keras_step(self, *data: Any) -> Any:
        return self.model.train_step(data)

    def _keras_on_batch(self, *data: Any) -> Any:
        return self.model.train_on_batch(*data, return_dict=True)

    def gradient_norm(self) -> float:
        """The last gradient's norm before clipping."""
        return float(np.asarray(self.optimizer.gradient_norm))

    def norms(self) -> dict[str, float]:
        """The last gradient's norm before clipping, the weights' norm, the learning rate."""
        return {
            "train/grad_norm": self.gradient_norm(),
            "train/param_norm": float(np.asarray(self.optimizer.weights_norm)),
            "train/learning_rate": self.learning_rate(),
        }

    def learning_rate(self) -> float:
        """Adam's, as it is stored in float32."""
        return float(np.asarray(self.optimizer.learning_rate))

    def set_learning_rate(self, rate: float) -> None:
        """From the next step on."""
        self.optimizer.learning_rate = rate

    def epoch(self, step: int) -> int:
        """The epoch, counted from 1, that runs when so many steps are done."""
        return step // self.steps_per_epoch + 1

    def _state_variables(self) -> dict[str, Any]:
        """What the next step depends on beside the weights: Adam's moments, dropout seeds."""
        seeds = [v for v in self.model.non_trainable_variables if "seed" in v.path]
        return {
            **{f"optimizer/{i}": v for i, v in enumerate(self.optimizer.state())},
            **{f"seed/{i}": v for i, v in enumerate(seeds)},
        }

    def set_state(self, arrays: dict[str, np.ndarray]) -> None:
        """Fill them from a checkpoint's `training_state`."""
        for name, variable in self._state_variables().items():
            variable.assign(arrays[name])

    def check_same(self, facts: dict[str, Any], source: str) -> None:
        """Raises InputError where a checkpoint of this run was made with other data or vectors."""
        mine = self._facts()
        for flag, name in (
            ("--train_path", "trained_on"),
            ("--dev_path", "dev"),
            ("the batches of this version", "steps_per_epoch"),
            ("--glove_path", "trained_word_list"),
        ):
            if name in facts and facts[name] != mine[name]:
                raise InputError(
                    f"{flag}: the run was begun with {facts[name]}, now it is {mine[name]} "
                    f"({source}); give the same to go on, or another --experiment_name"
                )
        check: dict[str, list[float]] = facts["glove"]["check"]
        vectors = {word: np.array(vector, np.float32) for word, vector in self.check_words.items()}
        check_glove(self.config.glove_path, check, vectors)

    def save(self, folder: Path, facts: dict[str, Any], state: bool = False) -> None:
        """Write a checkpoint.

        Args:
            folder: made if missing.
            facts: where the run is; what is known of data and model is added.
            state: also what is needed to go on from it.
        """
        arrays = {"weights": get_weights(self.model)}
        if state:
            variables = self._state_variables()
            arrays["training_state"] = {name: np.asarray(v) for name, v in variables.items()}
        save_checkpoint(folder, arrays, {**facts, **self._facts()})

    def _facts(self) -> dict[str, Any]:
        config = self.config
        return {
            "squad_reader": __version__,
            "seed": config.seed,
            "model": self.model_options,
            "data": {name: getattr(config, name) for name in names_in("data")},
            "trained_on": {
                "file": os.path.basename(config.train_path),
                "questions": len(self.rows),
            },
            "dev": {
                "file": os.path.basename(config.dev_path),
                "questions": len(self.dev.examples),
            },
            "steps_per_epoch": self.steps_per_epoch,
            "glove": {"file": os.path.basename(config.glove_path), "check": self.check_words},
            "trained_word_list": list(self.trained_words),
        }
