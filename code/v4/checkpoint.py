"""The checkpoint folder of `squad_reader`: `config.json` and the weights it names.

Written so that either edition reads what the other wrote; see
`squad_reader.predict.checkpoints` for what is in it.
"""

from __future__ import unicode_literals

import io
import json
import os

import numpy as np

from squad_reader.data.tokenizer import READABLE_VERSIONS, TOKENIZER_VERSION
from squad_reader.errors import InputError, shown
from squad_reader.files import atomic_write, free_path, sha256_of

FORMAT_VERSION = 1
PARTS = {"model": dict, "data": dict, "glove": dict, "files": dict, "trained_word_list": list}


def join(folder, name):
    """`os.path.join` for a folder from the command line, which is bytes in Python 2."""
    return os.path.join(folder, str(name))


def read_config(folder):
    """The content of a checkpoint's `config.json`.

    Raises:
        InputError: no checkpoint there, one of another format or tokenizer version, or one that
            lacks a part.
    """
    path = join(folder, "config.json")
    try:
        with io.open(path, encoding="utf-8") as file:
            config = json.load(file)
    except (IOError, OSError) as error:
        raise InputError(
            "--ckpt_load_dir: expected a checkpoint folder with config.json, but %s: %s"
            % (shown(path), error.strerror)
        )
    except ValueError as error:
        raise InputError("%s: expected JSON, got %s" % (shown(path), error))
    expected = {"format_version": (FORMAT_VERSION,), "tokenizer_version": READABLE_VERSIONS}
    for name, values in sorted(expected.items()):
        got = config.get(name) if isinstance(config, dict) else None
        if got not in values:
            wanted = " or ".join(map(str, values))
            raise InputError("%s: expected %s %s, got %s" % (shown(path), name, wanted, got))
    for name, kind in sorted(PARTS.items()):
        if not isinstance(config.get(name), kind):
            raise InputError(
                "%s: expected '%s' to be %s, got none such" % (shown(path), name, kind.__name__)
            )
    return config


def file_of(folder, config, stem):
    """The path of one of a checkpoint's files, its checksum verified.

    Raises:
        InputError: the file is not there, or damaged.
    """
    entry = config.get("files", {}).get(stem)
    if entry is None:
        raise InputError("%s: this checkpoint has no %s" % (shown(folder), stem))
    path = join(folder, entry["file"])
    if not os.path.isfile(path):
        raise InputError("%s: expected the checkpoint's %s, found none" % (shown(path), stem))
    if sha256_of(path) != entry["sha256"]:
        raise InputError("%s: damaged, its sha256 is not the one in config.json" % shown(path))
    return path


def read_arrays(folder, config, stem):
    """dict of name -> array, of one of a checkpoint's `.npz` files; half precision as float32.

    Raises:
        InputError: the file is not there, damaged, or holds other things than numbers.
    """
    path = file_of(folder, config, stem)
    try:
        with _load(path) as content:
            return {name: _in_single(content[name]) for name in content.files}
    except Exception as error:  # of many kinds, by what is wrong with a file of that sum
        raise _no_arrays(path, error)


def read_array(folder, config, stem, **how):
    """The array of one of a checkpoint's `.npy` files.

    Args:
        **how: passed to `np.load`.

    Raises:
        InputError: the file is not there, damaged, or holds other things than numbers.
    """
    path = file_of(folder, config, stem)
    try:
        return _load(path, **how)
    except Exception as error:
        raise _no_arrays(path, error)


def _load(path, **how):
    """Without pickles, which NumPy 1.14 would load by default: they run the code that they hold."""
    return np.load(path, allow_pickle=False, **how)


def _no_arrays(path, error):
    return InputError("%s: expected NumPy arrays, got: %s" % (shown(path), error))


def _in_single(array):
    return array.astype(np.float32) if array.dtype == np.float16 else array


def save(folder, arrays, facts):
    """Write or replace a checkpoint; all of it, or nothing.

    Args:
        folder: made if missing.
        arrays: file stem -> dict of arrays; "weights" must be among them.
        facts: goes into `config.json`; "step" must be among them.
    """
    if not os.path.isdir(folder):
        os.makedirs(folder)
    files = {}
    for stem, content in arrays.items():
        # Those in the folder count until config.json is replaced.
        path = free_path(join(folder, "%s-%d.npz" % (stem, facts["step"])))
        with atomic_write(path, "wb") as file:
            np.savez(file, **{str(name): array for name, array in content.items()})
        files[stem] = {"file": os.path.basename(path), "sha256": sha256_of(path)}
    config = {"format_version": FORMAT_VERSION, "tokenizer_version": TOKENIZER_VERSION}
    text = json.dumps(dict(facts, files=files, **config), indent=2, sort_keys=True)
    with atomic_write(join(folder, "config.json"), "wb") as file:
        file.write((text + "\n").encode("ascii"))
    keep = {os.path.basename(join(folder, entry["file"])) for entry in files.values()}
    for name in os.listdir(folder):
        if (name.endswith(".npz") and name not in keep) or name.startswith(".writing-"):
            os.remove(join(folder, name))
