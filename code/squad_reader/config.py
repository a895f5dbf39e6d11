"""Every option once: name, default, unit and help; the command line is made from this table.

Names and defaults of the 2018 code's flags are kept.
What a model has of its own is in `model/NAME/options.py`, and here in `Config.model_options`.
An option belongs to one group, and the groups say what it may change:

    model       is written into a checkpoint and comes back from it
    data        decides how text becomes batches; written into a checkpoint too
    train       how the weights are found
    prediction  how answers are chosen
    paths       where things are read and written
    serve       the service on the web, and what a client of it may ask
    report      what a report says, of which prediction files
    run         what to do
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from squad_reader.errors import InputError
from squad_reader.options import check_options, option, option_names, options_of
from squad_reader.registry import architecture

MODES = ("train", "show_examples", "official_eval", "export", "ask", "serve", "report")


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
        "run",
        42,
        "of the weights, the shuffle and the dropout; show_examples: of the questions; report: of "
        "the draws",
        low=0,
        high=2**31 - 1,
    )
    format: str = option(
        "run",
        "checkpoint",
        "export: checkpoint, for this program; or onnx: graphs with their weights, for others too",
        choices=("checkpoint", "onnx"),
    )

    # --- model -----------------------------------------------------------------------------
    model: str = option("model", "baseline", "architecture: which reader")
    embedding_size: int = option(
        "model", 100, "numbers in a word vector; as in --glove_path", low=1
    )
    # What the model has of its own: an instance of its `options`; None for its defaults.
    model_options: Any = None

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
    batch_by: str = option(
        "train",
        "questions",
        "questions: a batch is questions of about the same length; contexts: it is --batch_size "
        "contexts of average length (160 tokens, 6 questions), 20 at most for memory, with all "
        "their questions, so that each is read once",
        choices=("questions", "contexts"),
        missing="questions",
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

    teacher: str = option(
        "train",
        "",
        "checkpoint, or several with commas, whose probabilities are learned beside the gold "
        "answers; such as an earlier run of the same model",
    )
    teacher_share: float = option(
        "train",
        0.5,
        "with --teacher: what its probabilities are of the target, in [0, 1]; the gold answer is "
        "the rest",
        low=0.0,
        high=1.0,
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
    num_best: int = option(
        "prediction",
        10,
        "spans a question in --nbest_out_path; ask: answers, 1 if not given",
        low=1,
    )
    question: str = option(
        "prediction", "", "ask: the question; without one, a prompt for many on one text"
    )
    text: str = option("prediction", "", "ask: the text itself, in place of --context")
    json: bool = option("prediction", False, "ask: print the answers as JSON")

    # --- serve -----------------------------------------------------------------------------
    host: str = option("serve", "127.0.0.1", "address to listen on; 0.0.0.0 for all")
    port: int = option("serve", 8000, "to listen on; 0 for a free one", low=0, high=65535)
    workers: int = option("serve", 1, "processes, each with a reader of its own", low=1)
    root_path: str = option("serve", "", "path before all others, behind a proxy: /reader")
    allowed_host: str = option(
        "serve", "", "names, with commas, that clients may call this server by; * for any"
    )
    allow_origin: str = option(
        "serve", "", "origins, with commas, whose pages may call the API: https://example.org"
    )
    max_body: int = option(
        "serve",
        0,
        "most bytes of a request; 0: enough for any text and question of the lengths below",
        low=0,
    )
    max_context: int = option("serve", 1_000_000, "most characters of a text", low=1)
    max_question: int = option("serve", 1_000, "most characters of a question", low=1)
    max_waiting: int = option("serve", 64, "most requests that wait for an answer", low=1)
    body_seconds: float = option("serve", 10.0, "in which a request must arrive", above=0.0)
    answer_seconds: float = option("serve", 30.0, "in which an answer must be there", above=0.0)

    # --- report ----------------------------------------------------------------------------
    predictions: tuple[str, ...] = option(
        "report", (), "prediction files, of any reader, each of all questions"
    )
    nbest: tuple[str, ...] = option(
        "report", (), "their n-best lists, in the same order; - for one that has none"
    )
    names: tuple[str, ...] = option(
        "report", (), "names for the readers (default: those of the files)"
    )
    na_prob_file: tuple[str, ...] = option(
        "report",
        (),
        "SQuAD v2.0: their probabilities that there is no answer, in the same order; - for none",
    )
    metric: str = option(
        "report",
        "",
        "default: v2.0 where the data file says so or has is_impossible, else v1.1",
        choices=("", "v1.1", "v2.0"),
    )
    group: tuple[str, ...] = option(
        "report",
        (),
        "several seeds of one reader, as NAME=A.json,B.json,C.json; with it alone, the first seed "
        "of each stands for it on the page",
    )
    resamples: int = option("report", 10_000, "draws for intervals and for p", low=100)
    markdown: bool = option("report", False, "print the table as Markdown")

    # --- paths -----------------------------------------------------------------------------
    train_dir: str = option(
        "paths", "", "folder of the experiment (default: experiments/EXPERIMENT_NAME)"
    )
    data_dir: str = option("paths", "", "folder of the data (default: data/)")
    glove_path: str = option(
        "paths",
        "",
        "GloVe text file (default: DATA_DIR/glove.6B.EMBEDDING_SIZEd.txt; report: none; if given, "
        "answers with a word that it lacks are a group)",
    )
    train_path: str = option("paths", "", "training JSON (default: DATA_DIR/train-v1.1.json)")
    dev_path: str = option("paths", "", "dev JSON (default: DATA_DIR/dev-v1.1.json)")
    ckpt_load_dir: str = option(
        "paths",
        "",
        "folder of the checkpoint to load; shipped: the reader that comes with the package, the "
        "default of ask and serve (train: a new run begins from its weights; show_examples: "
        "default TRAIN_DIR/best_checkpoint; official_eval and show_examples: of several, A,B,C, "
        "the mean of the probabilities decides)",
    )
    context: str = option("paths", "", "ask: text file to answer from; - for standard input")
    json_in_path: str = option(
        "paths", "", "official_eval: SQuAD JSON to answer; report: that with the gold answers"
    )
    json_out_path: str = option("paths", "predictions.json", "official_eval: answers go here")
    nbest_out_path: str = option(
        "paths", "", "official_eval: n-best lists of joint spans go here, if given"
    )
    export_dir: str = option(
        "paths", "", "export: the checkpoint goes here, with all vectors of --glove_path or its own"
    )
    out: str = option("paths", "report", "report: folder for the page, its figures and numbers")
    cache_dir: str = option(
        "paths",
        "",
        "folder for tokenized data and word vectors (default: TRAIN_DIR/cache when training, "
        "none otherwise)",
    )

    def __post_init__(self) -> None:
        known = architecture(self.model)
        if self.model_options is None:
            object.__setattr__(self, "model_options", known.options())
        for item in options_of(self):
            if isinstance(item.default, tuple):  # JSON and argparse give lists
                object.__setattr__(self, item.name, tuple(getattr(self, item.name)))
        check_options(self)
        check_options(self.model_options)


def make_config(given: Mapping[str, Any]) -> Config:
    """All options from those that were given, by name, the model's own among them.

    What was not given has the default, for training that of the model where it has one.

    Raises:
        InputError: a value out of its range, or an option that the model does not have.
    """
    model = given.get("model", Config.model)
    known = architecture(model)
    own = {name: given[name] for name in own_names(model) if name in given}
    common = {name: given[name] for name in option_names(Config) if name in given}
    for name in given:
        if name not in own and name not in common:
            raise InputError(f"--{name}: --model={model} has no such option; see --help")
    return Config(**{**known.training, **common}, model_options=known.options(**own))


def own_names(model: str) -> list[str]:
    """Names of the options that a model has of its own.

    Raises:
        InputError: there is no such model.
        ValueError: one of them is the name of an option that all models have.
    """
    names, common = option_names(architecture(model).options), option_names(Config)
    for name in names:
        if name in common:
            raise ValueError(f"model {model!r}: all models have {name!r}; expected another name")
    return names


def values_of(config: Config) -> dict[str, Any]:
    """All options by name, the model's own behind the others."""
    common = {name: getattr(config, name) for name in option_names(Config)}
    return {**common, **dataclasses.asdict(config.model_options)}


def names_in(*groups: str) -> list[str]:
    """Names of the options of these groups, in the order of the table, without a model's own."""
    return [item.name for item in options_of(Config) if item.metadata["group"] in groups]


def model_values(config: Config) -> dict[str, Any]:
    """What a checkpoint says of its architecture: name, common options, the model's own."""
    common = {name: getattr(config, name) for name in names_in("model")}
    return {**common, **dataclasses.asdict(config.model_options)}
