"""The folder of one experiment, as `squad_reader.train.experiment` has it."""

from __future__ import unicode_literals

import io
import json
import os
import shutil

from squad_reader.data.json_file import read_json
from squad_reader.errors import InputError, shown
from squad_reader.files import atomic_write
from v4.checkpoint import join, read_config
from v4.flags import FLAGS, FROM_CHECKPOINT

# Going on with other values would make numbers that no single command gives.
FIXED = FROM_CHECKPOINT + ["seed", "batch_size", "learning_rate", "max_gradient_norm", "best_by"]
FIXED += ["max_answer_len", "span"]


class Experiment(object):
    """Paths of one experiment; its folder is made if missing.

    Args:
        flags: all options; `train_dir` is the folder.

    Raises:
        InputError: the folder can't be made, or holds results of another run.
    """

    def __init__(self, flags):
        self.flags, self.folder = flags, flags.train_dir
        self.checkpoints = join(self.folder, "checkpoints")
        self.best = join(self.folder, "best_checkpoint")
        try:
            if not os.path.isdir(self.checkpoints):
                os.makedirs(self.checkpoints)
        except (IOError, OSError) as error:
            raise InputError(
                "--train_dir: cannot make %s: %s" % (shown(self.folder), error.strerror)
            )
        self.values = {name: _plain(getattr(flags, name)) for _, name, _, _ in FLAGS}
        if self.latest() or self.has_best() or self._has_rows():
            self._check()

    def write_flags(self):
        """Write or replace `flags.json`."""
        with atomic_write(join(self.folder, "flags.json"), "wb") as file:
            text = json.dumps(self.values, indent=2, sort_keys=True)
            file.write((text + "\n").encode("ascii"))

    def has_best(self):
        """Whether there is a checkpoint of the best dev score so far."""
        return os.path.isfile(join(self.best, "config.json"))

    def _has_rows(self):
        path = join(self.folder, "metrics.csv")
        if not os.path.isfile(path):
            return False
        with io.open(path, "rb") as file:
            return file.read().count(b"\n") > 1  # one is titles

    def _check(self):
        """Results of another run are refused, never replaced."""
        latest = self.latest()
        is_ours = "adam" in read_config(latest)["files"] if latest else True
        if not is_ours or (self.has_best() and read_config(self.best).get("edition") != "v4"):
            raise InputError(
                "--train_dir: %s was begun by the edition for Python 3; go on there"
                % shown(self.folder)
            )
        old = self._old_flags()
        for name in FIXED:
            if old.get(name) != self.values[name]:
                raise InputError(
                    "--%s: the experiment was begun with %s, got %s; give the same value to go "
                    "on, or another --experiment_name" % (name, old.get(name), self.values[name])
                )

    def _old_flags(self):
        path = join(self.folder, "flags.json")
        if not os.path.isfile(path):
            raise InputError(
                "--train_dir: %s holds results, but no flags.json that says of which run; move "
                "them away, or give another --experiment_name" % shown(self.folder)
            )
        flags = read_json(path)
        if not isinstance(flags, dict):
            raise InputError("%s: expected the flags of the run, got none" % shown(path))
        return flags

    def _whole_steps(self):
        """The steps of the checkpoints that were written to their end, in order."""
        names = [name for name in os.listdir(self.checkpoints) if name.isdigit()]
        whole = [n for n in names if os.path.isfile(join(self._of(n), "config.json"))]
        return sorted(map(int, whole))

    def _of(self, step):
        return join(self.checkpoints, str(step))

    def latest(self):
        """The newest whole checkpoint to go on from; None if there is none."""
        steps = self._whole_steps()
        return self._of(steps[-1]) if steps else None

    def delete_old(self):
        """Keep the latest `flags.keep` checkpoints (0: all)."""
        for step in self._whole_steps()[: -self.flags.keep] if self.flags.keep else []:
            shutil.rmtree(self._of(step))


def _plain(value):
    return shown(value) if isinstance(value, bytes) else value
