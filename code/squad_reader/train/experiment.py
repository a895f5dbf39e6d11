"""The folder of one experiment: flags, log, checkpoints; whether a command may go on in it.

experiments/NAME/
  flags.json           all options of the run, and how they changed
  log.txt              a line every --print_every steps, and every dev score
  metrics.csv          the same numbers as a table
  events.out.*         the same numbers for TensorBoard, and some answers as text
  checkpoints/STEP/    the latest --keep checkpoints, with all that is needed to go on
  best_checkpoint/     the one with the best dev score, for official_eval
  cache/               tokenized data and word vectors, to start faster
"""

import os
import shutil
from pathlib import Path

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.files import atomic_write
from squad_reader.predict.checkpoints import CONFIG_NAME, read_facts
from squad_reader.predict.facts import Facts, Origin
from squad_reader.train.record import Record, fixed_options, of_facts, of_flags, origin_of


class Experiment:
    """Paths of one experiment, and what is written down of its run.

    Args:
        config: its `train_dir` is the folder; made if missing.

    Attributes:
        flags: what `flags.json` says of the run whose results are there; None if that is missing.
        origin: of the weights that the command begins from; None without --ckpt_load_dir.

    Raises:
        InputError: the folder holds results of another run, or it can't be made.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folder = Path(config.train_dir)
        self.best = self.folder / "best_checkpoint"
        self.checkpoints = self.folder / "checkpoints"
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"--train_dir: cannot make {error.filename}: {error.strerror}"
            ) from error
        self.origin = self._origin() if config.ckpt_load_dir else None
        self.flags: Record | None = None
        if self._holds_results():
            self._check_same_run()

    def _origin(self) -> Origin:
        """What the run wrote down of it, once it has a checkpoint of its own: what is in that
        folder now, if it is there at all, does not matter then."""
        begun_from = self.config.ckpt_load_dir
        own = own_checkpoint(self.config.train_dir, begun_from)
        return (own and read_facts(own).begun_from) or origin_of(begun_from)

    def _holds_results(self) -> bool:
        table = self.folder / "metrics.csv"
        rows = table.read_bytes().count(b"\n") > 1 if table.is_file() else False  # one is titles
        return rows or self.has_best() or bool(self.newest_first())

    def _check_same_run(self) -> None:
        """Results of another run are refused, never replaced."""
        path = self.folder / "flags.json"
        self.flags = of_flags(path) if path.exists() else None
        newest = _newest_readable(self.checkpoints)
        latest = of_facts(read_facts(newest)) if newest else None
        best = of_facts(read_facts(self.best)) if self.has_best() else None
        records = [record for record in (latest, self.flags, best) if record]
        if not records:
            raise InputError(
                f"--train_dir: {self.folder} holds results, but no {path.name} that says of which "
                "run; move them away, or give another --experiment_name"
            )
        for record in records:
            record.check(self.config, fixed_options(self.config))
        if self.origin or not self.newest_first():
            records[0].check_begun_from(self.config, self.origin)
        # A rate may change where it is known from which step on, and that this run is meant.
        if not self.newest_first():
            for record in records:
                record.check(self.config, ("learning_rate",))
        elif self.flags is None:
            records[0].check(self.config, ("learning_rate",))

    def has_best(self) -> bool:
        """Whether there is a checkpoint of the best dev score so far."""
        return (self.best / CONFIG_NAME).is_file()

    def like(self) -> Facts | None:
        """Facts of the checkpoint whose words a run from --ckpt_load_dir has.

        None for a run that finds its words in the data.
        """
        newest = _newest_readable(self.checkpoints)
        if newest:
            facts = read_facts(newest)
            return facts if facts.begun_from else None
        return read_facts(self.config.ckpt_load_dir) if self.origin else None

    def write_flags(self, record: Record) -> None:
        """Write or replace `flags.json`."""
        with atomic_write(self.folder / "flags.json") as file:
            file.write(record.flags_json(self.config))

    def newest_first(self) -> list[Path]:
        """The whole checkpoints to go on from."""
        return [self.checkpoints / str(step) for step in reversed(_whole_steps(self.checkpoints))]

    def delete_unfinished(self) -> None:
        """Make room: what a kill or a full disk left of a checkpoint is of no use."""
        for folder in self.checkpoints.iterdir():
            if folder.name.isdigit() and not (folder / CONFIG_NAME).exists():
                shutil.rmtree(folder)

    def delete_old(self, keep: int, latest: int) -> None:
        """Keep `keep` checkpoints (0: all): that of the step `latest` and those before it.

        Later ones are damaged, as the run went on from an older one; they push none out.
        """
        steps = [step for step in _whole_steps(self.checkpoints) if step <= latest]
        for step in steps[:-keep] if keep else []:
            shutil.rmtree(self.checkpoints / str(step))


def own_checkpoint(train_dir: str, begun_from: str) -> Path | None:
    """The newest checkpoint of a folder's run, if that was begun from the folder `begun_from`."""
    newest = _newest_readable(Path(train_dir) / "checkpoints")
    origin = read_facts(newest).begun_from if newest else None
    return newest if origin and origin.folder == os.path.abspath(begun_from) else None


def _whole_steps(checkpoints: Path) -> list[int]:
    """The steps of the checkpoints that were written to their end, in order."""
    names = [path.parent.name for path in checkpoints.glob(f"*/{CONFIG_NAME}")]
    return sorted(int(name) for name in names if name.isdigit())


def _newest_readable(checkpoints: Path) -> Path | None:
    for step in reversed(_whole_steps(checkpoints)):
        try:
            read_facts(checkpoints / str(step))
            return checkpoints / str(step)
        except InputError:
            continue  # told when it is passed over
    return None
