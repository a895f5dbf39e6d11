"""Where the flags say that things are: paths that were not given, files that must be there."""

import os
from dataclasses import replace
from typing import Any

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.files import checked, checkpoint_folder, expect_writable


def project_root() -> str:
    """The folder that holds `code/`; the current folder where the package is installed apart.

    Not through `Path.resolve()`: a run-bundle links `code` into the run's folder.
    """
    code = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return os.path.dirname(code) if os.path.basename(code) == "code" else os.getcwd()


def fill_paths(config: Config) -> Config:
    """A copy with the default of every path that was not given."""
    root = project_root()
    data_dir = config.data_dir or os.path.join(root, "data")
    train_dir = config.train_dir
    if not train_dir and config.experiment_name:
        train_dir = os.path.join(root, "experiments", config.experiment_name)
    glove = os.path.join(data_dir, f"glove.6B.{config.embedding_size}d.txt")
    return replace(
        config,
        data_dir=data_dir,
        train_dir=train_dir,
        glove_path=config.glove_path or glove,
        train_path=config.train_path or _find_json(data_dir, "train-v1.1.json"),
        dev_path=config.dev_path or _find_json(data_dir, "dev-v1.1.json"),
    )


def _find_json(data_dir: str, name: str) -> str:
    """`name` in the data folder, or the same with .gz where only that is there."""
    path = os.path.join(data_dir, name)
    zipped = path + ".gz"
    return zipped if os.path.exists(zipped) and not os.path.exists(path) else path


def train_dir_of(given: dict[str, Any]) -> str:
    """The folder of the experiment, or an empty text; the model need not be known yet."""
    names = ("experiment_name", "train_dir")
    return fill_paths(Config(**{name: given[name] for name in names if name in given})).train_dir


def folders_of(names: str) -> list[str]:
    """Folders of checkpoints: one, or several with commas between them.

    `shipped` is that of the reader that comes with the package, `~` the home folder in each.

    Example:
        >>> folders_of("a,b/c")
        ['a', 'b/c']
    """
    parts = [names] if os.path.isdir(os.path.expanduser(names)) else names.split(",")
    return [checkpoint_folder(os.path.expanduser(name)) for name in parts]


def expect_files(config: Config, *names: str) -> None:
    """Raises InputError for a path, by the name of its option, where there is no file."""
    for name in names:
        path = getattr(config, name)
        if not os.path.isfile(path):
            raise InputError(f"--{name}: expected a file, but there is none at {path}")


def expect_places(config: Config, *names: str) -> None:
    """Raises InputError for a file that can't be written before any question is answered."""
    taken = {os.path.realpath(config.json_in_path): "json_in_path"}
    for name in names:
        path = getattr(config, name)
        folder, file = os.path.split(path)
        if os.path.isdir(path):
            raise InputError(f"--{name}: expected a file to write, got a folder: {path}")
        if file and not os.path.isdir(folder or "."):
            raise InputError(
                f"--{name}: expected a folder to write in, but there is none: {folder}"
            )
        place = os.path.realpath(path)
        if path and place in taken:
            raise InputError(f"--{name}: expected another file than --{taken[place]}, got {path}")
        taken[place] = name
        if path:
            checked(name, expect_writable, path)
