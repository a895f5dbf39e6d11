"""The state of a training run: weights, Adam's moments, dropout seeds, averaged weights; by name.

A step is a function of the state, a batch and the learning rate. What of the state is not a weight
has a name made of its role and of the weight or the layer that it belongs to: Keras' own names of
seeds count the models of a process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from squad_reader.config import Config
from squad_reader.data.batches import Batch
from squad_reader.model.models import make_model
from squad_reader.predict.checkpoints import fill, get_weights, save_checkpoint, set_weights
from squad_reader.predict.facts import Facts
from squad_reader.runtime import one_graph
from squad_reader.train.optimizer import ClippedAdam
from squad_reader.train.training_data import TrainingData

Arrays = dict[str, np.ndarray]


class TrainingState:
    """A model and what trains it.

    Args:
        config: `learning_rate`, `max_gradient_norm`, `ema`.
        model: built.
    """

    def __init__(self, config: Config, model: Any) -> None:
        self.model = model
        self._step: Any = None  # made by the first batch
        self._rate: float | None = config.learning_rate
        self.optimizer = ClippedAdam(
            config.learning_rate,
            config.max_gradient_norm,
            use_ema=config.ema > 0,
            ema_momentum=config.ema,
        )
        self.optimizer.build(model.trainable_variables)
        model.compile(optimizer=self.optimizer)

    def num_weights(self) -> int:
        """Numbers that train."""
        return sum(int(np.prod(w.shape)) for w in self.model.trainable_variables)

    def train_step(self, batch: Batch) -> float:
        """One update of the weights; returns the loss before it, in nats."""
        data = (batch.inputs, batch.targets())
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
        """That of the last step, as it is stored in float32."""
        return float(np.asarray(self.optimizer.learning_rate))

    def set_learning_rate(self, rate: float) -> None:
        """From the next step on; costs nothing where it stays the same."""
        if rate != self._rate:
            self.optimizer.learning_rate = self._rate = rate

    @contextmanager
    def scored_weights(self) -> Iterator[None]:
        """In this block the model has the weights to score and to save as best.

        The averaged ones with --ema, otherwise those that train.
        """
        averages = {path: np.array(one) for path, one in self.optimizer.averages().items()}
        if not averages:
            yield
            return
        trained = {path: np.array(one) for path, one in get_weights(self.model).items()}
        set_weights(self.model, averages, "averaged weights")
        try:
            yield
        finally:
            set_weights(self.model, trained, "weights")

    def _variables(self) -> dict[str, Any]:
        """Name -> variable of all that the next step depends on beside the weights."""
        named = [(f"optimizer/{name}", one) for name, one in self.optimizer.named_state()]
        named += [(f"seed/{path}", one) for path, one in _seeds(self.model, self.model.name)]
        variables = dict(named)
        if len(variables) < len(named):
            raise ValueError(f"two parts of the training state have one name: {sorted(variables)}")
        return variables

    def arrays(self) -> Arrays:
        """The content of a checkpoint's `training_state`."""
        return {name: np.asarray(one) for name, one in self._variables().items()}

    def set_arrays(self, arrays: Arrays, source: str) -> None:
        """Fill the state from a checkpoint's `training_state`.

        Raises:
            InputError: names or shapes do not fit; `source` says where they came from.
        """
        fill(self._variables(), arrays, source)
        self._rate = None

    def save(self, folder: Path, facts: Facts, resumable: bool = False) -> None:
        """Write a checkpoint.

        Args:
            folder: made if missing.
            facts: what it says.
            resumable: write also what is needed to go on from it.
        """
        arrays = {"weights": get_weights(self.model)}
        if resumable:
            arrays["training_state"] = self.arrays()
        save_checkpoint(folder, arrays, facts)


def _seeds(layer: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Path and state of each seed generator of a layer and of the layers in it.

    Keras has no public way from a seed generator to its layer.
    """
    yield from ((path, generator.state) for generator in layer._seed_generators)
    for part in layer._layers:
        yield from _seeds(part, f"{path}/{part.name}")


def new_state(config: Config, data: TrainingData) -> TrainingState:
    """A model for the data, with fresh weights, and what trains it."""
    return TrainingState(config, make_model(config, data.features))
