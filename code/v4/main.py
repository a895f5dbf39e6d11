"""The command line of this edition; `code/main.py` comes here under Python 2."""

from __future__ import unicode_literals

import os
import sys
import warnings

from squad_reader.errors import InputError, shown
from squad_reader.files import checked, checkpoint_folder, expect_folder, expect_writable
from squad_reader.screen import run_command, say
from v4 import flags as command_line


def project_root():
    """The folder that holds `code/`, not through links: a run-bundle links `code` into its own."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run_official_eval(given):
    """Mode official_eval."""
    for name in ("json_in_path", "ckpt_load_dir"):
        if not given.get(name):
            raise InputError("--%s: --mode=official_eval needs it, got none" % name)
    from v4.checkpoint import read_config

    config = read_config(given["ckpt_load_dir"])
    _check_architecture(config)
    flags = command_line.completed(given, dict(config["model"], **config["data"]), project_root())
    if not flags.glove_path and "vectors" not in config["files"]:
        flags.glove_path = flags.default_glove
    _expect_files(flags, "json_in_path", *["glove_path"] * bool(flags.glove_path))
    _expect_folder(flags.json_out_path, flags.json_in_path)
    _quiet(flags)
    from v4.official_eval import official_eval

    count = official_eval(flags)
    say("Wrote %d answers to %s" % (count, shown(flags.json_out_path)))


def run_train(given):
    """Mode train."""
    if given.get("ckpt_load_dir"):
        raise InputError(
            "--ckpt_load_dir: this edition begins every run with random weights; use Python 3 and "
            "TensorFlow 2.21"
        )
    flags = command_line.completed(given, {}, project_root())
    if not flags.train_dir:
        raise InputError("--experiment_name: expected a name for the experiment, got none")
    flags.glove_path = flags.glove_path or flags.default_glove
    _expect_files(flags, "train_path", "dev_path", "glove_path")
    checked("train_dir", expect_folder, flags.train_dir)
    _quiet(flags)
    from v4.train import train

    train(flags)


def _check_architecture(config):
    """Raises InputError for what this edition would read wrongly, or not at all."""
    name = config["model"].get("model", "baseline")
    if name not in command_line.CHOICES["model"]:
        raise InputError(
            "--ckpt_load_dir: this edition knows the models baseline and fusion alone, the "
            "checkpoint has %s; use Python 3 and TensorFlow 2.21" % name
        )
    known = set(command_line.FROM_CHECKPOINT + list(command_line.OPTIONS_OF[name]))
    features = set(config.get("features") or {}) - set(command_line.FEATURES_OF[name])
    unknown = (set(config["model"]) | set(config["data"])) - known | features
    if unknown:
        raise InputError(
            "--ckpt_load_dir: this edition does not know %s, which the checkpoint has; use Python "
            "3 and TensorFlow 2.21" % ", ".join(sorted(unknown))
        )


def _expect_files(flags, *names):
    for name in names:
        path = getattr(flags, name)
        if not os.path.isfile(path):
            raise InputError("--%s: expected a file, but there is none at %s" % (name, shown(path)))


def _expect_folder(path, json_in_path):
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder) or os.path.isdir(path):
        raise InputError("--json_out_path: expected a file in a folder, got %s" % shown(path))
    if os.path.realpath(path) == os.path.realpath(json_in_path):
        raise InputError("--json_out_path: expected another file than --json_in_path, got the same")
    checked("json_out_path", expect_writable, path)


def _quiet(flags):
    """Choose the device, and show no warnings of the libraries."""
    warnings.simplefilter("ignore", FutureWarning)
    os.environ.setdefault(str("TF_CPP_MIN_LOG_LEVEL"), str("2"))
    os.environ.setdefault(str("CUDA_VISIBLE_DEVICES"), str(flags.gpu))


def main(argv=None):
    """Run the command line; returns the exit status: 0, or another after one line on stderr."""
    return run_command("main.py", lambda: _run(sys.argv[1:] if argv is None else argv))


def _run(argv):
    try:
        given = command_line.parse(argv)
        if "ckpt_load_dir" in given:
            given["ckpt_load_dir"] = checkpoint_folder(given["ckpt_load_dir"])
        modes = {"train": run_train, "official_eval": run_official_eval}
        modes[given.get("mode", "train")](given)
    except ImportError as error:
        raise InputError(
            "under Python 2.7 this needs NumPy, tqdm, nltk and TensorFlow 1.4.1, got: %s; or use "
            "Python 3.10 or newer" % error
        )


if __name__ == "__main__":
    sys.exit(main())
