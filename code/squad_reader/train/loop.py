"""Mode train: epochs and steps, dev scores, checkpoints; stops cleanly and goes on exactly.

Takes the place of the 2018 code's `QAModel.train` (`code/qa_model.py`). A step is a function of the
state, a batch and the learning rate. These two follow from the options and the number of the step,
and a checkpoint holds the state, so a run that was stopped and started again gives the same losses
as one that was not.
"""

import math
from typing import Any

import numpy as np

from squad_reader.bars import Bars
from squad_reader.command import on_stop_signals
from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.predict.facts import Facts
from squad_reader.predict.members import Member
from squad_reader.predict.reader import Reader, reading_of
from squad_reader.runtime import trim_heap
from squad_reader.train.evaluation import Evaluation
from squad_reader.train.experiment import Experiment
from squad_reader.train.lock import locked
from squad_reader.train.progress import ProgressLog
from squad_reader.train.rate import Rate
from squad_reader.train.schedule import check_schedule, learning_rate
from squad_reader.train.start import Start
from squad_reader.train.state import new_state
from squad_reader.train.training_data import TrainingData

TRIM_EVERY = 25  # steps: the gaps that batches of other shapes leave would grow to 0.2 GB


class Stop(Exception):
    """A signal to stop came; raised between two batches, never in the middle of a write."""


class Trainer:
    """One training run.

    Args:
        config: all options; paths filled in.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.experiment = Experiment(config)
        self.data = TrainingData(config, self.experiment.like())
        self.num_steps = config.num_epochs * self.data.steps_per_epoch
        check_schedule(config, self.num_steps)
        self.state = new_state(config, self.data)
        start = Start(config, self.experiment, self.data, self.state)
        self.step = self.saved_step = start.step
        self.scored_step, self.best_score = start.scored_step, start.best_score
        self.record, self._news = start.record, start.lines
        self.stopping = False
        self.experiment.write_flags(self.record)
        self.progress = ProgressLog(self.experiment.folder, self.step)
        self.bars = Bars("questions", keep=False)
        member = Member(self.state.model, self.data.features)
        reader = Reader([member], reading_of(config))
        self.evaluation = Evaluation(config, self.data, reader, self.progress)
        self.rate = Rate()
        trim_heap()  # memory that reading the data took

    @property
    def epoch(self) -> int:
        """The running epoch, counted from 1."""
        return self.data.epoch(self.step)

    def run(self) -> None:
        """Train until --num_epochs are done, or until stopped."""
        with on_stop_signals(self._stop):
            self._run()

    def _run(self) -> None:
        for line in (self.data.describe(self.state.num_weights()), *self._news):
            self.progress.say(line)
        try:
            if self._score_is_due():  # the stop came while the dev set was being read
                self._evaluate()
            self.rate = Rate()
            while not self.config.num_epochs or self.epoch <= self.config.num_epochs:
                self._run_epoch()
            self._finish()
        except Stop:
            self._save()
            self.progress.say(f"stopped at step {self.step}; the same command goes on from there")
        finally:
            self.bars.close()
            self.progress.close()

    def _score_is_due(self) -> bool:
        due = self.step > 0 and self.step % self.config.eval_every == 0
        return due and self.scored_step != self.step

    def _stop(self, *_: Any) -> None:
        self.stopping = True

    def _check_stop(self) -> None:
        if self.stopping:
            raise Stop

    def _run_epoch(self) -> None:
        epoch = self.epoch
        batches = self.data.batches(epoch)
        done = self.step % self.data.steps_per_epoch
        self.bars.begin(f"epoch {epoch}", len(self.data.rows), sum(map(len, batches[:done])))
        for numbers in batches[done:]:
            self._run_step(numbers, epoch)
            self.bars.update(len(numbers))
            self._after_step()

    def _run_step(self, numbers: np.ndarray, epoch: int) -> None:
        self.state.set_learning_rate(learning_rate(self.config, self.step, self.num_steps))
        loss = self.state.train_step(self.data.batch(numbers))
        self._check_finite(loss)
        self.step += 1
        self.rate.add(len(numbers))
        if self.step % TRIM_EVERY == 0:
            trim_heap()
        if self.step % self.config.print_every == 0:
            values = {"epoch": epoch, "train/loss": loss, **self.state.norms()}
            values["train/examples_per_second"] = self.rate.take()
            self.progress.scalars(self.step, values)

    def _check_finite(self, loss: float) -> None:
        """Before a checkpoint can be made of such weights."""
        grad_norm = self.state.gradient_norm()
        if not (math.isfinite(loss) and math.isfinite(grad_norm)):
            raise InputError(
                f"the loss became {loss} and the gradient's norm {grad_norm} at step "
                f"{self.step + 1}; {self._what_is_kept()}"
            )

    def _what_is_kept(self) -> str:
        if self.saved_step:
            return (
                f"the checkpoint of step {self.saved_step} is kept: go on from it with a smaller "
                "--learning_rate, or begin another --experiment_name with one"
            )
        best = "only best_checkpoint is" if self.experiment.has_best() else "nothing was"
        return (
            f"{best} saved so far: begin another --experiment_name with a smaller --learning_rate"
        )

    def _after_step(self) -> None:
        """What is due after a step. Saving comes last: a kill before it repeats the others."""
        with self.rate.paused():
            if self._score_is_due():
                self._evaluate()
            if self.step % self.config.save_every == 0:
                self._save()
        self._check_stop()

    def _evaluate(self) -> None:
        epoch = self.data.epoch_of(self.step)
        with self.state.scored_weights():
            scores = self.evaluation.run(self.step, epoch, self._check_stop)
            trim_heap()
            self.scored_step = self.step
            score = scores[f"dev/{self.config.best_by}"]
            if score > self.best_score:
                self.best_score = score
                # JSON has no NaN, which the loss is where dev has no answers.
                stored = {name: None if math.isnan(x) else x for name, x in scores.items()}
                self.state.save(self.experiment.best, self._facts(dev_scores=stored))
                self.progress.say(f"  best so far, saved in {self.experiment.best}")

    def _facts(self, **more: Any) -> Facts:
        return self.data.facts(
            step=self.step,
            epoch=self.data.epoch_of(self.step),
            scored_step=self.scored_step,
            best_score=None if self.best_score == -math.inf else self.best_score,
            **self.record.facts(),
            **more,
        )

    def _save(self) -> None:
        folder = self.experiment.checkpoints / str(self.step)
        self.experiment.delete_unfinished()
        self.state.save(folder, self._facts(), resumable=True)
        self.saved_step = self.step
        self.experiment.delete_old(self.config.keep, self.step)

    def _finish(self) -> None:
        """The last step's score and checkpoint, where they were not due anyway."""
        if self.scored_step != self.step:
            self._evaluate()
        if self.saved_step != self.step:
            self._save()
        self.progress.say(
            f"done: {self.step} steps, best dev {self.config.best_by} {self.best_score:.2f}"
        )


def train(config: Config) -> None:
    """Train a reader, or go on with a run that was stopped.

    Args:
        config: all options, the paths filled in.

    Raises:
        InputError: a file is missing or broken, or the folder holds another experiment.
    """
    check_schedule(config)
    with locked(config.train_dir):
        Trainer(config).run()
