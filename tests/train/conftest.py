"""A small run whose steps and dev scores are stand-ins, so that many of them take no time."""

import pytest

from squad_reader.train.evaluation import Evaluation
from squad_reader.train.state import TrainingState


@pytest.fixture
def options(tmp_path, small_data):
    """Options of a small run."""
    return {
        "train_dir": str(tmp_path / "run"),
        **small_data,
        "hidden_size": 3,
        "batch_size": 20,
        "num_epochs": 2,
        "eval_every": 4,
        "save_every": 3,
    }


class Script:
    """Stands in for steps and scores: what they give, and what was asked for."""

    def __init__(self):
        self.losses = iter(lambda: 1.0, None)
        self.scores = iter(lambda: {"dev/f1": 0.0, "dev/em": 0.0}, None)
        self.steps, self.scored, self.at_step = 0, [], {}

    def train_step(self):
        self.steps += 1
        self.at_step.pop(self.steps, lambda: None)()
        return next(self.losses)

    def evaluate(self, evaluation, step, epoch, check_stop):
        check_stop()
        self.scored.append((step, epoch))
        return next(self.scores)


@pytest.fixture
def script(monkeypatch):
    script = Script()
    monkeypatch.setattr(TrainingState, "train_step", lambda *_: script.train_step())
    monkeypatch.setattr(Evaluation, "run", lambda *args: script.evaluate(*args))
    return script
