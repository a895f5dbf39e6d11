"""The learning rate of each step: a function of the options and the number of the step alone."""

from squad_reader.config import Config
from squad_reader.errors import InputError


def learning_rate(config: Config, done: int, num_steps: int) -> float:
    """The learning rate of one step.

    It rises linearly over --warmup_steps, the last of which has the whole --learning_rate. Then it
    stays, or falls linearly, so that it would be 0 in the step after the run's last one.

    Args:
        config: `schedule`, `warmup_steps`, `learning_rate`.
        done: how many steps were done before this one.
        num_steps: of the whole run; 0 if it has no end.
    """
    rate, warmup = config.learning_rate, config.warmup_steps
    if done < warmup:
        return rate * (done + 1) / warmup
    if config.schedule == "linear":
        return rate * (num_steps - done) / (num_steps - warmup)
    return rate


def check_schedule(config: Config, num_steps: int | None = None) -> None:
    """Raises InputError where the schedule does not fit the run's length.

    Args:
        config: all options.
        num_steps: of the whole run, once it is known.
    """
    if config.schedule != "linear":
        return
    if not config.num_epochs:
        raise InputError(
            "--schedule: linear falls to 0 over the run's length and needs --num_epochs, got 0"
        )
    if num_steps is not None and config.warmup_steps >= num_steps:
        raise InputError(
            f"--warmup_steps: expected less than {num_steps}, the steps of --num_epochs="
            f"{config.num_epochs}, got {config.warmup_steps}"
        )
