"""Where a run starts: at its newest whole checkpoint, at the weights of another one, or anew."""

import logging
import math
from pathlib import Path

import numpy as np

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import read_arrays, read_facts, set_weights
from squad_reader.predict.facts import Facts
from squad_reader.train.experiment import Experiment
from squad_reader.train.old_state import with_names
from squad_reader.train.record import Record, of_facts, run_options, told_change
from squad_reader.train.state import Arrays, TrainingState
from squad_reader.train.training_data import TrainingData


class Start:
    """Brings the state of a run to where it starts.

    Args:
        config: all options.
        experiment: the folder of the run.
        data: what the run trains on.
        state: is filled.

    Attributes:
        step: how many steps are done.
        scored_step: the last one with a dev score; 0 if there is none.
        best_score: of `best_checkpoint`; -inf if there is none.
        record: what is to be written down of the run.
        lines: what is to be told.

    Raises:
        InputError: what is there can't be read, or is of other data.
    """

    def __init__(
        self, config: Config, experiment: Experiment, data: TrainingData, state: TrainingState
    ) -> None:
        self.config, self.experiment, self.data, self.state = config, experiment, data, state
        self.step = self.scored_step = 0
        self.best_score = -math.inf
        self.record = Record(run_options(config), [], experiment.origin)
        self.lines: list[str] = []
        latest = self._latest_undamaged()
        if latest is not None:
            self._go_on(*latest)
        elif experiment.origin:
            self._begin_from(experiment.origin.step)
        if experiment.has_best():
            self._look_at_best()

    def _latest_undamaged(self) -> tuple[Path, Arrays, Arrays] | None:
        """Folder, weights and state of the newest checkpoint that can be read; warns of newer ones.

        Raises:
            InputError: there are checkpoints, and none of them can be read.
        """
        folders = self.experiment.newest_first()
        for i, folder in enumerate(folders):
            try:
                return folder, read_arrays(folder), read_arrays(folder, "training_state")
            except InputError as error:
                if i == len(folders) - 1:
                    raise
                logging.warning("%s; going on from an older checkpoint", error)
        return None

    def _go_on(self, folder: Path, weights: Arrays, state: Arrays) -> None:
        facts = read_facts(folder)
        self.data.check_same(facts, str(folder))
        set_weights(self.state.model, weights, str(folder))
        self.state.set_arrays(with_names(state), str(folder))
        self.step, self.scored_step = facts.step, facts.scored_step
        self._check_learning_rate(folder, facts)
        self._note_changes(of_facts(facts))
        self.lines.append(f"going on from step {self.step}, epoch {self.data.epoch(self.step)}")
        changes = [change for change in self.record.changes if change["step"] == self.step]
        self.lines += map(told_change, changes)

    def _check_learning_rate(self, folder: Path, facts: Facts) -> None:
        """Of a checkpoint of an older version, without `flags.json`, only its state knows it."""
        old, new = self.state.learning_rate(), self.config.learning_rate
        is_known = self.experiment.flags or "learning_rate" in facts.options
        if not is_known and np.float32(old) != np.float32(new):
            raise InputError(
                f"--learning_rate: {folder} was trained with {np.float32(old)!s}, got {new}, and "
                "there is no flags.json; give the same value to go on, or another "
                "--experiment_name"
            )

    def _note_changes(self, saved: Record) -> None:
        """Of an older version's checkpoint only `flags.json` knows all options."""
        flags = self.experiment.flags
        options = {**(flags.options if flags else {}), **saved.options}
        known = Record(options, saved.changes, saved.begun_from)
        self.record = known.with_changes(self.config, self.step)

    def _begin_from(self, step: int) -> None:
        folder = self.config.ckpt_load_dir
        set_weights(self.state.model, read_arrays(folder), folder)
        self.lines.append(f"a new run, from the weights of step {step} in {folder}")

    def _look_at_best(self) -> None:
        """Only a better score may take its place, from before this start or after it."""
        facts = read_facts(self.experiment.best)
        self.data.check_same(facts, str(self.experiment.best))
        score = facts.best_score
        if score is None:
            return
        self.best_score = score
        if facts.step > self.step:
            anew = "" if self.step else "no checkpoint to go on from: beginning anew; "
            self.lines.append(
                f"{anew}the best so far is kept: dev {self.config.best_by} {score:.2f}, of step "
                f"{facts.step}"
            )
