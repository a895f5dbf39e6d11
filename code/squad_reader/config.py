"""Every option once: name, default, unit and help; the command line is made from this table.

Names and defaults of the 2018 code's flags are kept.
An option belongs to one group, and the groups say what it may change:

    model    is written into a checkpoint and comes back from it
    data     decides how text becomes batches; written into a checkpoint too
    train    how the weights are found
    paths    where things are read and written
    run      what to do
"""

import dataclasses
import json
import typing
from dataclasses import dataclass, field
from typing import Any

from squad_reader.errors import InputError

MODES = ("train", "show_examples", "official_eval", "export")


def option(group: str, default: Any, text: str, **extra: Any) -> Any:
    """A dataclass field that carries what its command-line flag needs."""
    return field(default=default, metadata={"group": group, "help": text, **extra})


@dataclass(frozen=True)
class Config:
    """All options of one run. Checked when made; frozen, so that what was checked stays so.

    Raises:
        InputError: a value out of its range; the line names the flag, the range and the value.
    """

    # --- run -------------------------------------------------------------------------------
    mode: str = option("run", "train", "what to do", choices=MODES)
    experiment_name: str = option("run", "", "name of the experiment: its folder in experiments/")
    gpu: int = option("run", 0, "which GPU to use, where there is one; -1 for none", low=-1)
    threads: int = option(
        "run",
        0,
        "processor threads for the model; 0 for as many as the process may use cores, or what "
        "TensorFlow's environment variables say",
        low=0,
    )
    seed: int = option(
        "run", 42, "of the weights, the shuffle and the dropout", low=0, high=2**31 - 1
    )

    # --- model -----------------------------------------------------------------------------
    model: str = option("model", "baseline", "architecture", choices=("baseline",))
    hidden_size: int = option("model", 200, "units of one direction of the encoder", low=1)
    embedding_size: int = option(
        "model", 100, "numbers in a word vector; as in --glove_path", low=1
    )
    dropout: float = option(
        "model", 0.15, "fraction of units set to 0 while training, in [0, 1)", low=0.0, below=1.0
    )
    trained_words: int = option(
        "model",
        0,
        "how many of the most frequent training words that GloVe lacks get vectors that train",
        low=0,
    )

    # --- data ------------------------------------------------------------------------------
    context_len: int = option(
        "data", 600, "tokens of context read at once; a longer one is read in parts", low=1
    )
    question_len: int = option("data", 30, "tokens of question read; the rest is cut off", low=1)

    # --- train -----------------------------------------------------------------------------
    num_epochs: int = option("train", 0, "epochs to train for; 0 means until stopped", low=0)
    learning_rate: float = option("train", 0.001, "of Adam", above=0.0)
    max_gradient_norm: float = option("train", 5.0, "gradients are clipped to this norm", above=0.0)
    batch_size: int = option(
        "train", 100, "most questions in a batch; fewer where contexts are long", low=1
    )
    print_every: int = option("train", 1, "steps between lines of the log", low=1)
    save_every: int = option("train", 500, "steps between checkpoints to resume from", low=1)
    eval_every: int = option("train", 500, "steps between dev scores", low=1)
    keep: int = option("train", 1, "how many of the latest checkpoints to keep; 0 for all", low=0)
    best_by: str = option("train", "f1", "dev score that chooses the best", choices=("f1", "em"))
    schedule: str = option(
        "train",
        "constant",
        "of the learning rate, after --warmup_steps: constant, or linear: falls to 0 at the end of "
        "--num_epochs",
        choices=("constant", "linear"),
    )
    warmup_steps: int = option(
        "train", 0, "first steps, in which the learning rate rises linearly", low=0
    )
    ema: float = option(
        "train",
        0.0,
        "decay of the averaged weights that are scored and saved as best, in [0, 1); 0 for none",
        low=0.0,
        below=1.0,
    )

    # --- prediction ------------------------------------------------------------------------
    max_answer_len: int = option(
        "prediction", 20, "most tokens in an answer; 0 means no limit", low=0
    )
    span: str = option(
        "prediction",
        "joint",
        "joint: start and end are chosen together; independent: each on its own, as in 2018",
        choices=("joint", "independent"),
    )
    num_examples: int = option("prediction", 10, "questions to show in show_examples", low=1)
    num_best: int = option("prediction", 10, "spans a question in --nbest_out_path", low=1)

    # --- paths -----------------------------------------------------------------------------
    train_dir: str = option(
        "paths", "", "folder of the experiment (default: experiments/EXPERIMENT_NAME)"
    )
    data_dir: str = option("paths", "", "folder of the data (default: data/)")
    glove_path: str = option(
        "paths", "", "GloVe text file (default: DATA_DIR/glove.6B.EMBEDDING_SIZEd.txt)"
    )
    train_path: str = option("paths", "", "training JSON (default: DATA_DIR/train-v1.1.json)")
    dev_path: str = option("paths", "", "dev JSON (default: DATA_DIR/dev-v1.1.json)")
    ckpt_load_dir: str = option(
        "paths",
        "",
        "folder of the checkpoint to load (train: a new run begins from its weights; "
        "show_examples: default TRAIN_DIR/best_checkpoint)",
    )
    json_in_path: str = option("paths", "", "official_eval: SQuAD JSON to answer")
    json_out_path: str = option("paths", "predictions.json", "official_eval: answers go here")
    nbest_out_path: str = option(
        "paths", "", "official_eval: n-best lists of joint spans go here, if given"
    )
    export_dir: str = option(
        "paths", "", "export: the checkpoint with all of GloVe's vectors goes here"
    )
    cache_dir: str = option(
        "paths",
        "",
        "folder for tokenized data and word vectors (default: TRAIN_DIR/cache when training, "
        "none otherwise)",
    )

    def __post_init__(self) -> None:
        for item in dataclasses.fields(self):
            check(item, getattr(self, item.name))


def check(item: "dataclasses.Field[Any]", value: Any) -> None:
    """Raises InputError where `value` is not what the option `item` allows."""
    limits, flag = item.metadata, "--" + item.name
    if "choices" in limits and value not in limits["choices"]:
        raise InputError(f"{flag} must be one of {', '.join(limits['choices'])}, got {value!r}")
    if "low" in limits and "below" in limits and not limits["low"] <= value < limits["below"]:
        raise InputError(f"{flag} must be in [{limits['low']:g}, {limits['below']:g}), got {value}")
    if "low" in limits and value < limits["low"]:
        raise InputError(f"{flag} must be at least {limits['low']}, got {value}")
    if "high" in limits and value > limits["high"]:
        raise InputError(f"{flag} must be at most {limits['high']}, got {value}")
    if "above" in limits and not limits["above"] < value < float("inf"):
        raise InputError(f"{flag} must be above {limits['above']:g}, got {value}")


def option_type(name: str) -> type:
    """The Python type of the option `name`: int, float or str."""
    kind: type = typing.get_type_hints(Config)[name]
    return kind


def group_of(name: str) -> str:
    """The group of the option `name`."""
    group: str = Config.__dataclass_fields__[name].metadata["group"]
    return group


def names_in(*groups: str) -> list[str]:
    """Names of the options of these groups, in the order of the table."""
    return [item.name for item in dataclasses.fields(Config) if item.metadata["group"] in groups]


def to_json(config: Config, **more: Any) -> str:
    """All options as JSON text, one a line, and what else is given."""
    return json.dumps({**dataclasses.asdict(config), **more}, indent=2) + "\n"


def changed(config: Config, values: dict[str, Any]) -> Config:
    """A copy of `config` with some options replaced, checked again."""
    return dataclasses.replace(config, **values)
