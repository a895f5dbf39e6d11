"""The command line's flags: names and defaults of `squad_reader.config`, which a test compares."""

from __future__ import unicode_literals

import argparse
import os

from squad_reader.errors import InputError

MODES = ("train", "official_eval")
TRAINED = "baseline"  # the only model that is trained here

# Group, name, default, help. The groups "model" and "data" come from a checkpoint if there is one.
FLAGS = (
    ("run", "mode", "train", "what to do: train or official_eval"),
    ("run", "experiment_name", "", "name of the experiment: its folder in experiments/"),
    ("run", "gpu", 0, "which GPU to use, where there is one; -1 for none"),
    ("run", "threads", 0, "processor threads for the model; 0 for as many as there are cores"),
    ("run", "seed", 42, "of the weights, the shuffle and the dropout"),
    ("paths", "train_dir", "", "folder of the experiment (default: experiments/EXPERIMENT_NAME)"),
    ("paths", "data_dir", "", "folder of the data (default: data/)"),
    ("paths", "glove_path", "", "GloVe text file (default: DATA_DIR/glove.6B.EMBEDDING_SIZEd.txt)"),
    ("paths", "train_path", "", "training JSON (default: DATA_DIR/train-v1.1.json)"),
    ("paths", "dev_path", "", "dev JSON (default: DATA_DIR/dev-v1.1.json)"),
    ("paths", "ckpt_load_dir", "", "official_eval: folder of the checkpoint to load"),
    ("paths", "json_in_path", "", "official_eval: SQuAD JSON to answer"),
    ("paths", "json_out_path", "predictions.json", "official_eval: answers go here"),
    ("model", "model", "baseline", "architecture: baseline, or fusion, which is not trained here"),
    ("model", "hidden_size", 200, "units of one direction of the encoder"),
    ("model", "embedding_size", 100, "numbers in a word vector; as in --glove_path"),
    ("model", "dropout", 0.15, "fraction of units set to 0 while training, in [0, 1)"),
    ("model", "trained_words", 0, "frequent words that GloVe lacks with vectors that train"),
    ("data", "context_len", 600, "tokens of context read at once; a longer one is read in parts"),
    ("data", "question_len", 30, "tokens of question read; the rest is cut off"),
    ("train", "num_epochs", 0, "epochs to train for; 0 means until stopped"),
    ("train", "learning_rate", 0.001, "of Adam"),
    ("train", "max_gradient_norm", 5.0, "gradients are clipped to this norm"),
    ("train", "batch_size", 100, "most questions in a batch; fewer where contexts are long"),
    ("train", "print_every", 1, "steps between lines of the log"),
    ("train", "save_every", 500, "steps between checkpoints to go on from"),
    ("train", "eval_every", 500, "steps between dev scores"),
    ("train", "keep", 1, "how many of the latest checkpoints to keep; 0 for all"),
    ("train", "best_by", "f1", "dev score that chooses the best: f1 or em"),
    ("prediction", "max_answer_len", 20, "most tokens in an answer; 0 means no limit"),
    ("prediction", "span", "joint", "joint, or independent: start and end each on its own"),
)
FROM_CHECKPOINT = [name for group, name, _, _ in FLAGS if group in ("model", "data")]
# What a checkpoint of each model has beside these, and the features whose states it has.
FUSION_OPTIONS = ("shapes", "letter_buckets", "letters_size", "letters_dropout", "words_size")
OPTIONS_OF = {"baseline": (), "fusion": FUSION_OPTIONS}
FEATURES_OF = {"baseline": (), "fusion": ("shape", "match")}
CHOICES = {
    "mode": MODES,
    "model": ("baseline", "fusion"),
    "best_by": ("f1", "em"),
    "span": ("joint", "independent"),
}
# Numbers below these are refused; what is not here has to be above 0.
LOWEST = {"gpu": -1, "threads": 0, "seed": 0, "dropout": 0.0, "num_epochs": 0, "keep": 0}
LOWEST.update({"max_answer_len": 0, "trained_words": 0})


class Parser(argparse.ArgumentParser):
    """Takes no abbreviations, and says in one line what is wrong."""

    def _get_option_tuples(self, option_string):
        return []

    def error(self, message):
        raise InputError("%s; see --help" % message)


def parse(argv):
    """The flags that were given: dict of name -> value.

    Raises:
        InputError: an unknown flag, or a value that is not allowed.
    """
    parser = Parser(
        prog=str("main.py"),
        argument_default=argparse.SUPPRESS,
        description="squad_reader under Python 2.7 and TensorFlow 1.4.1.",
    )
    for group, name, default, text in FLAGS:
        shown = text if default == "" else "%s (default: %s)" % (text, default)
        kind = type(default) if isinstance(default, (int, float)) else str
        kind = os.path.expanduser if group == "paths" else kind  # the shell leaves --flag=~/x
        parser.add_argument("--" + name, type=kind, help=shown)
    given = vars(parser.parse_args(argv))
    _check_trained(given)
    for name, value in sorted(given.items()):
        _check(name, value)
    return given


def _check_trained(given):
    """Before the choices of --model, which are the models that this edition answers with."""
    model = given.get("model", TRAINED)
    if given.get("mode", "train") == "train" and model != TRAINED:
        raise InputError(
            "--model: this edition trains the %s alone, got %s; use Python 3 and TensorFlow 2.21"
            % (TRAINED, model)
        )


def _check(name, value):
    if name in CHOICES and value not in CHOICES[name]:
        choices = ", ".join(CHOICES[name])
        raise InputError("--%s: expected one of %s, got %s" % (name, choices, value))
    if isinstance(value, (int, float)):
        low = LOWEST.get(name)
        bad = not 0 < value < float("inf") if low is None else value < low
        if bad or (name == "dropout" and not value < 1):
            raise InputError("--%s: got %s, which is out of its range" % (name, value))


def completed(given, stored, root):
    """All flags, as attributes: given, else of the checkpoint, else the default.

    Args:
        given: dict, from `parse`.
        stored: dict of the checkpoint's options; empty without a checkpoint.
        root: the project's folder.

    Raises:
        InputError: a given flag contradicts the checkpoint.
    """
    for name in FROM_CHECKPOINT:
        if name in given and name in stored and given[name] != stored[name]:
            raise InputError(
                "--%s: the checkpoint has %s, the flag says %s; leave the flag out"
                % (name, stored[name], given[name])
            )
    values = {name: default for _, name, default, _ in FLAGS}
    values.update(stored)
    values.update(given)
    flags = argparse.Namespace(**{str(name): value for name, value in values.items()})
    folder = flags.data_dir or os.path.join(root, str("data"))
    flags.train_path = flags.train_path or os.path.join(folder, str("train-v1.1.json"))
    flags.dev_path = flags.dev_path or os.path.join(folder, str("dev-v1.1.json"))
    flags.default_glove = os.path.join(folder, str("glove.6B.%dd.txt" % flags.embedding_size))
    if not flags.train_dir and flags.experiment_name:
        flags.train_dir = os.path.join(root, str("experiments"), flags.experiment_name)
    return flags
