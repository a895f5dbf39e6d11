"""Puts a trained reader into the package: weights in half precision, vectors of 8 bits, graphs.

Usage: python scripts/ship.py CHECKPOINT [--words=80000] [--glove_path=data/glove.6B.100d.txt]
           [--out=code/squad_reader/shipped]

What it writes is a checkpoint like any other, which `--ckpt_load_dir` takes without a GloVe file:
it holds the vectors of the file's first words, which are the most frequent ones. The reader knows
all others by their letters. With --words=0 it needs the GloVe file of its training.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.config import make_config  # noqa: E402
from squad_reader.data.exported_vectors import quantised  # noqa: E402
from squad_reader.data.glove import open_vectors  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402
from squad_reader.graph.stored import to_arrays  # noqa: E402
from squad_reader.model.models import make_features  # noqa: E402
from squad_reader.predict.checkpoints import (  # noqa: E402
    CONFIG_NAME,
    SCALES,
    VECTORS,
    read_arrays,
    read_facts,
    save_checkpoint,
    write_facts,
)
from squad_reader.predict.export import saved_files, write_vectors  # noqa: E402
from squad_reader.predict.glove_check import check_glove  # noqa: E402
from squad_reader.predict.graphs import GRAPHS, made_graphs  # noqa: E402
from squad_reader.predict.members import load_features  # noqa: E402
from squad_reader.screen import run_command, say  # noqa: E402

SHIPPED = ROOT / "code" / "squad_reader" / "shipped"


def in_half(name, array):
    """The array as float16.

    Raises:
        InputError: a number of it is too large for that, or is none.
    """
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    if not np.all(np.isfinite(half)):
        raise InputError(f"{name}: expected numbers up to 65,504, got {np.max(np.abs(array))}")
    return half


def ship(checkpoint, folder, glove_path, words):
    """Write the checkpoint; one that is there stays whole until all of the new one is made.

    Returns:
        How many bytes its files have.
    """
    folder, facts, weights = Path(folder).resolve(), read_facts(checkpoint), read_arrays(checkpoint)
    source = open_vectors(glove_path, facts.model["embedding_size"])
    check_glove(source, facts.glove.check)
    features = load_features(make_features(make_config(facts.model)), source, facts, checkpoint)
    graphs = to_arrays(made_graphs(facts, features, weights))
    half = {name: in_half(name, array) for name, array in weights.items()}
    vectors = first_vectors(source, words)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".writing-") as new:
        save_checkpoint(new, {"weights": half, GRAPHS: graphs}, facts)
        add_vectors(Path(new), *vectors)
        move_files(Path(new), folder)
    return sum(path.stat().st_size for path in folder.iterdir())


def first_vectors(source, number):
    """The first words of a GloVe file, and their vectors, (number, D).

    Raises:
        InputError: it has not as many.
    """
    words, vectors = (part[:number] for part in source.read_all()[:2]) if number else ([], None)
    if len(words) < number:
        raise InputError(f"--words: expected at most {len(words)}, as GloVe has, got {number}")
    return words, vectors


def add_vectors(folder, words, vectors):
    """Add the vectors of some words to a checkpoint, in 8 bits; nothing where there are none."""
    if words:
        arrays = dict(zip((VECTORS, SCALES), quantised(vectors), strict=True))
        added = saved_files(folder, write_vectors(folder, words, arrays))
        facts = read_facts(folder)
        write_facts(folder, replace(facts, files={**facts.files, **added}))


def move_files(new, folder):
    """Move a checkpoint's files to a folder on the same disk, `config.json` last.

    Arrays of an earlier checkpoint are deleted; other files, as README.md, stay.
    """
    folder.mkdir(exist_ok=True)
    names = {path.name for path in new.iterdir()}
    for name in sorted(names, key=lambda name: name == CONFIG_NAME):
        (new / name).replace(folder / name)
    for path in folder.iterdir():
        if path.suffix in (".npz", ".npy") and path.name not in names:
            path.unlink()


def main(argv=None):
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="folder of a checkpoint")
    parser.add_argument("--words", type=int, default=80_000, help="how many have a vector")
    glove = str(ROOT / "data" / "glove.6B.100d.txt")
    parser.add_argument("--glove_path", default=glove, help="GloVe file of the training")
    parser.add_argument("--out", default=str(SHIPPED), help="folder to write")
    flags = parser.parse_args(argv)

    def run():
        if Path(flags.out).resolve() == Path(flags.checkpoint).resolve():
            raise InputError("--out: expected another folder than CHECKPOINT, got the same")
        size = ship(flags.checkpoint, flags.out, flags.glove_path, flags.words)
        say(f"Wrote {flags.out}: {size / 1e6:.1f} MB")
        return 0

    return run_command("ship.py", run)


if __name__ == "__main__":
    sys.exit(main())
