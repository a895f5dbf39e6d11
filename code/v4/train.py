"""Mode train: epochs and steps, dev scores, checkpoints; stops cleanly and goes on.

The folder of the experiment is that of `squad_reader.train`: `best_checkpoint/` answers questions
in either edition. A run that was stopped goes on in the edition that began it, with the same
batches as without the stop, but with other dropout.
"""

from __future__ import division, print_function, unicode_literals

import time

import numpy as np

from squad_reader import __version__
from squad_reader.bars import Bars
from squad_reader.command import on_stop_signals
from squad_reader.errors import InputError
from squad_reader.train.lock import locked
from v4.batches import num_too_long
from v4.checkpoint import join, read_arrays, read_config, save
from v4.experiment import Experiment
from v4.flags import FLAGS
from v4.graph import new_weights
from v4.progress import ProgressLog
from v4.scores import Scores
from v4.training_data import TrainingData
from v4.training_graph import TrainingGraph


class Stop(Exception):
    """Ctrl-C or SIGTERM came, or the terminal was closed."""


class Trainer(object):
    """One training run; `flags` are all options, paths filled in."""

    def __init__(self, flags):
        self.flags, self.stopping = flags, False
        self.step = self.scored_step = 0
        self.best_score = None
        self.experiment = Experiment(flags)
        self.latest = self.experiment.latest()
        self.data = TrainingData(flags)
        self._make_graph()
        kept = self._look_at_best()
        self.experiment.write_flags()
        self.progress = ProgressLog(flags.train_dir, self.step)
        if kept:
            self.progress.say(kept)
        self._tell_too_long()
        self.bars = Bars("questions", keep=False)
        self.scores = Scores(
            flags, self.data.train, self.data.dev, self.data.vocabulary, self.data.rows
        )

    def _tell_too_long(self):
        count = num_too_long(self.data.train, self.flags.context_len)
        if count:
            self.progress.say(
                "%d of %d questions are not trained on: their answers are longer than "
                "--context_len %d" % (count, len(self.data.train.ids), self.flags.context_len)
            )

    def _make_graph(self):
        flags = self.flags
        size, hidden = flags.embedding_size, flags.hidden_size
        weights = new_weights(size, hidden, len(self.data.trained), flags.seed)
        if self.latest:
            config = read_config(self.latest)
            self.data.check_same(config, self.latest)
            weights = read_arrays(self.latest, config, "weights")
            self.step, self.scored_step = config["step"], config["scored_step"]
            self.best_score = config["best_score"]
        matrix = self.data.vocabulary.matrix
        self.graph = TrainingGraph(weights, matrix, flags.seed + self.step, flags)
        if self.latest:
            self.graph.set_state(read_arrays(self.latest, config, "adam"))

    def _look_at_best(self):
        """Only a better score may take its place, from before this start or after it.

        Returns:
            A line about the best so far, where the run starts before it.
        """
        if not self.experiment.has_best():
            return ""
        config = read_config(self.experiment.best)
        self.data.check_same(config, self.experiment.best)
        score, step = config.get("best_score"), config["step"]
        if score is None:
            return ""
        self.best_score = score
        anew = "" if self.step else "no checkpoint to go on from: beginning anew; "
        values = (anew, self.flags.best_by, score, step)
        line = "%sthe best so far is kept: dev %s %.2f, of step %d" % values
        return line if step > self.step else ""

    @property
    def epoch(self):
        """The running epoch, counted from 1."""
        return self.step // self.data.steps_per_epoch + 1

    def _epoch_of_step(self):
        """The epoch, counted from 1, that the last step was part of."""
        return max(self.step - 1, 0) // self.data.steps_per_epoch + 1

    def run(self):
        """Train until --num_epochs are done, or until stopped."""
        with on_stop_signals(self._stop):
            self._run()

    def _run(self):
        try:
            if self._score_is_due():  # the stop came while the dev set was being read
                self._score()
            while not self.flags.num_epochs or self.epoch <= self.flags.num_epochs:
                self._run_epoch(self.epoch)
            if self.scored_step != self.step:
                self._score()
            self._save()
            self.progress.say("done: %d steps, best %.2f" % (self.step, self.best_score))
        except Stop:
            self._save()
            self.progress.say("stopped at step %d; the same command goes on" % self.step)
        finally:
            self.bars.close()
            self.progress.close()

    def _stop(self, *_):
        self.stopping = True

    def _check_stop(self, *_):
        if self.stopping:
            raise Stop

    def _run_epoch(self, epoch):
        batches = self.data.batches(epoch)
        done = self.step % self.data.steps_per_epoch
        self.bars.begin("epoch %d" % epoch, len(self.data.rows), sum(map(len, batches[:done])))
        for numbers in batches[done:]:
            self._run_step(numbers, epoch)
            self.bars.update(len(numbers))
            self._after_step()

    def _run_step(self, numbers, epoch):
        batch = self.data.rows.batch(numbers)
        begin = time.time()
        loss, grad_norm, param_norm = self.graph.step(batch)
        seconds = time.time() - begin
        if not np.isfinite(loss) or not np.isfinite(grad_norm):
            kept = "the last checkpoint is kept" if self.experiment.latest() else "none was saved"
            raise InputError("the loss became %s at step %d; %s" % (loss, self.step + 1, kept))
        self.step += 1
        if self.step % self.flags.print_every == 0:
            values = {"train/loss": loss, "train/grad_norm": grad_norm}
            values["train/param_norm"] = param_norm
            values["train/learning_rate"] = self.flags.learning_rate
            values["train/examples_per_second"] = len(numbers) / seconds
            self.progress.scalars(self.step, epoch, values)

    def _score_is_due(self):
        return self.step % self.flags.eval_every == 0 and self.scored_step != self.step

    def _after_step(self):
        if self._score_is_due():
            self._score()
        if self.step % self.flags.save_every == 0:
            self._save()
        self._check_stop()

    def _score(self):
        epoch = self._epoch_of_step()
        values = self.scores.measure(self.graph, self._check_stop)
        self.scored_step = self.step
        self.progress.scalars(self.step, epoch, values)
        shown_values = (self.step, epoch, values["dev/f1"], values["dev/em"], values["dev/loss"])
        self.progress.say("step %d, epoch %d: dev F1 %.2f, EM %.2f, loss %.3f" % shown_values)
        score = values["dev/" + self.flags.best_by]
        if self.best_score is None or score > self.best_score:
            self.best_score = score
            # JSON has no NaN, which the loss is where no answer has a place.
            stored = {name: None if np.isnan(value) else value for name, value in values.items()}
            self._write(self.experiment.best, dict(dev_scores=stored))

    def _save(self):
        folder = join(self.experiment.checkpoints, str(self.step))
        self._write(folder, {}, {"adam": self.graph.state_values()})
        self.experiment.delete_old()

    def _write(self, folder, facts, state=None):
        flags = self.flags
        model = {name: getattr(flags, name) for group, name, _, _ in FLAGS if group == "model"}
        arrays = dict(state or {}, weights=self.graph.values())
        facts = dict(self.data.facts(), **facts)
        facts.update(
            step=self.step,
            epoch=self._epoch_of_step(),
            scored_step=self.scored_step,
            best_score=self.best_score,
            squad_reader=__version__,
            edition="v4",
            seed=flags.seed,
            model=model,
            data={name: getattr(flags, name) for group, name, _, _ in FLAGS if group == "data"},
        )
        save(folder, arrays, facts)


def train(flags):
    """Train a reader, or go on with a run that was stopped.

    Raises:
        InputError: a file is missing or broken, or the folder holds another run, or one is
            training in it.
    """
    with locked(flags.train_dir):
        Trainer(flags).run()
