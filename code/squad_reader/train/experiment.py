"""The folder of one experiment: flags, log, checkpoints; where a run starts or goes on.

experiments/NAME/
  flags.json           all options of the run
  log.txt              a line every --print_every steps, and every dev score
  metrics.csv          the same numbers as a table
  events.out.*         the same numbers for TensorBoard, and some answers as text
  checkpoints/STEP/    the latest --keep checkpoints, with all that is needed to go on
  best_checkpoint/     the one with the best dev score, for official_eval
  cache/               tokenized data and word vectors, to start faster
"""

import dataclasses
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from squad_reader.config import Config, names_in, to_json
from squad_reader.errors import InputError
from squad_reader.files import atomic_write
from squad_reader.predict.checkpoints import CONFIG_NAME

# Options that make another experiment: changing one between stop and resume would make numbers
# that no single command gives.
FIXED = (
    *names_in("model", "data"),
    *("seed", "batch_size", "learning_rate", "max_gradient_norm", "best_by"),
    *("max_answer_len", "span"),
)


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Keep other runs out of an experiment's folder, which is made if missing.

    Raises:
        InputError: another run is training in it, or it can't be made.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        file = open(Path(folder) / ".lock", "wb")
    except OSError as error:
        raise InputError(f"--train_dir: cannot make {error.filename}: {error.strerror}") from error
    with file:  # the end of the process, however it comes, frees it too
        try:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            pass  # no such locks on Windows
        except OSError as error:
            raise InputError(
                f"--train_dir: another run is training in {folder}; stop it, or give another "
                "--experiment_name"
            ) from error
        yield


class Experiment:
    """Paths of one experiment.

    Args:
        config: its `train_dir` is the folder; made if missing.

    Raises:
        InputError: the folder holds an experiment with other options.
    """

    def __init__(self, config: Config) -> None:
        self.folder = Path(config.train_dir)
        self.best = self.folder / "best_checkpoint"
        self.checkpoints = self.folder / "checkpoints"
        try:
            self.checkpoints.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"--train_dir: cannot make {error.filename}: {error.strerror}"
            ) from error
        self._check_flags(config)
        with atomic_write(self.folder / "flags.json") as file:
            file.write(to_json(config))

    def _check_flags(self, config: Config) -> None:
        path = self.folder / "flags.json"
        if not path.exists():
            return
        try:
            old: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            old.keys()
        except (OSError, ValueError, AttributeError) as error:
            raise InputError(f"{path}: expected the flags of the run, got: {error}") from error
        new = dataclasses.asdict(config)
        for name in FIXED:
            if name in old and old[name] != new[name] and self.newest_first():
                raise InputError(
                    f"--{name}: the experiment in {self.folder} was begun with {old[name]}, got "
                    f"{new[name]}; give the same value to go on, or another --experiment_name"
                )

    def _whole_steps(self) -> list[int]:
        """The steps of the checkpoints that were written to their end, in order."""
        names = [path.parent.name for path in self.checkpoints.glob(f"*/{CONFIG_NAME}")]
        return sorted(int(name) for name in names if name.isdigit())

    def newest_first(self) -> list[Path]:
        """The whole checkpoints to go on from."""
        return [self.checkpoints / str(step) for step in reversed(self._whole_steps())]

    def delete_old(self, keep: int) -> None:
        """Keep the latest `keep` checkpoints (0: all)."""
        for step in self._whole_steps()[:-keep] if keep else []:
            shutil.rmtree(self.checkpoints / str(step))
