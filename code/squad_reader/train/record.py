"""What is written down of a run, to recognise it: options, their changes, what it was begun from.

It stands in `flags.json` and in the `config.json` of each of the run's checkpoints. A checkpoint of
an older version says only the options of model and data, and the seed.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from squad_reader.config import Config, names_in, values_of
from squad_reader.errors import InputError
from squad_reader.files import sha256_of
from squad_reader.options import missing_value, option_names, options_of
from squad_reader.predict.checkpoints import file_of, read_facts
from squad_reader.predict.facts import Facts, Origin, run_parts

# Options that may change between stop and resume; the change is recorded with its step.
FREE = ("learning_rate", "num_epochs", "print_every", "save_every", "eval_every", "keep")
# What may change too, though the last digits of the losses change with it: how TensorFlow adds. The
# second is a variable of the environment; "" where it is not set.
ARITHMETIC = ("threads", "TF_ENABLE_ONEDNN_OPTS")
# Options that an older version did not have.
LATER = ("schedule", "warmup_steps", "ema", "batch_by", "teacher", "teacher_share")
# Options that make another experiment, as those that a model has of its own do: changing one would
# make numbers that no commands give.
FIXED = (
    *names_in("model", "data"),
    *("seed", "batch_size", "max_gradient_norm", "best_by", "max_answer_len", "span"),
    *LATER,
)
# What a run of a version without `LATER` did.
BEFORE = {item.name: missing_value(item) for item in options_of(Config) if item.name in LATER}


@dataclass(frozen=True)
class Record:
    """What one file says of its run.

    Attributes:
        options: name -> value; an older version may not have written all of them.
        changes: of options, in the order of their steps; each a dict of "step", "option", "from"
            and "to".
        begun_from: the checkpoint of --ckpt_load_dir; None for a run that began with random
            weights.
    """

    options: dict[str, Any]
    changes: list[dict[str, Any]]
    begun_from: Origin | None

    def check(self, config: Config, names: tuple[str, ...]) -> None:
        """Raises InputError where one of these options differs from that of the command."""
        values = values_of(config)
        for name in names:
            old, new = self.options.get(name), values[name]
            if name in self.options and old != new:
                why, more = "", ""
                if name == "num_epochs":
                    why = ", over which its learning rate falls"
                    more = f" that begins from --ckpt_load_dir={config.train_dir}/best_checkpoint"
                raise InputError(
                    f"--{name}: the experiment in {config.train_dir} was begun with "
                    f"{_told(old)}{why}, got {_told(new)}; give the same value to go on, or "
                    f"another --experiment_name{more}"
                )

    def check_begun_from(self, config: Config, origin: Origin | None) -> None:
        """Raises InputError where the command says that it began from other weights."""
        old, new = (one and one.sha256 for one in (self.begun_from, origin))
        if old != new:
            before, now = (_shown(one) for one in (self.begun_from, origin))
            raise InputError(
                f"--ckpt_load_dir: the experiment in {config.train_dir} was begun from {before}, "
                f"got {now}; give the same to go on, or another --experiment_name"
            )

    def with_changes(self, config: Config, step: int) -> "Record":
        """The record of this run when it goes on from `step` with the options of the command."""
        new = run_options(config)
        changes = [
            {"step": step, "option": name, "from": self.options[name], "to": new[name]}
            for name in (*FREE, *ARITHMETIC)
            if name in self.options and self.options[name] != new[name]
        ]
        return Record(new, [*self.changes, *changes], self.begun_from)

    def facts(self) -> dict[str, Any]:
        """What a checkpoint's `config.json` says of the run."""
        return {"options": self.options, "changes": self.changes, "begun_from": self.begun_from}

    def flags_json(self, config: Config) -> str:
        """The content of `flags.json`: all options, and what else there is to say."""
        more = {"changes": self.changes, "begun_from": self.begun_from and asdict(self.begun_from)}
        known = {name: value for name, value in more.items() if value}
        return json.dumps({**values_of(config), **known}, indent=2) + "\n"


def fixed_options(config: Config) -> tuple[str, ...]:
    """The options that may not change; a schedule over the run's length fixes that too."""
    own = option_names(config.model_options)
    return (*FIXED, *own, *["num_epochs"] * (config.schedule != "constant"))


def _told(value: Any) -> Any:
    return "none" if value == "" else value


def _shown(origin: Origin | None) -> str:
    if origin is None:
        return "random weights"
    return f"step {origin.step} in {origin.folder} (sha256 {origin.sha256[:8]}...)"


def run_options(config: Config) -> dict[str, Any]:
    """The options that a checkpoint says of its run, beside those of model and data."""
    threads, onednn = ARITHMETIC
    names = (*names_in("train"), "max_answer_len", "span", threads)
    return {name: getattr(config, name) for name in names} | {onednn: os.environ.get(onednn, "")}


def told_change(change: dict[str, Any]) -> str:
    """A line about a change, as the log has it."""
    name, old, new = (change[part] for part in ("option", "from", "to"))
    flag = name if name.isupper() else f"--{name}"
    old, new = ("not set" if value == "" else value for value in (old, new))
    return f"{flag} is {new} from here on, it was {old} (step {change['step']})"


def origin_of(folder: str) -> Origin:
    """What is written down of the checkpoint that a run begins from.

    Raises:
        InputError: there is none, or it is damaged.
    """
    facts = read_facts(folder)
    return Origin(os.path.abspath(folder), facts.step, sha256_of(file_of(folder, "weights")))


def of_facts(facts: Facts) -> Record:
    """What a checkpoint says of its run."""
    options = {**BEFORE, **facts.model, **facts.data, "seed": facts.seed, **facts.options}
    return Record(options, facts.changes, facts.begun_from)


def of_flags(path: Path) -> Record:
    """What `flags.json` says.

    Raises:
        InputError: it can't be read.
    """
    try:
        flags = json.loads(path.read_text(encoding="utf-8"))
        flags.keys()
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(f"{path}: expected the flags of the run, got: {error}") from error
    return Record(**{**run_parts(flags, path), "options": {**BEFORE, **flags}})
