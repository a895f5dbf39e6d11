"""Puts a trained reader into the package: a checkpoint's weights, stored in half precision.

Usage: python scripts/ship.py CHECKPOINT [--out=code/squad_reader/shipped]

What it writes is a checkpoint like any other, of half the size, which `--ckpt_load_dir` takes with
the GloVe file of its training.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader.errors import InputError  # noqa: E402
from squad_reader.predict.checkpoints import read_arrays, read_facts, save_checkpoint  # noqa: E402
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


def ship(checkpoint, folder):
    """Write the checkpoint in half precision.

    Returns:
        How many bytes its files have.
    """
    arrays = {name: in_half(name, array) for name, array in read_arrays(checkpoint).items()}
    save_checkpoint(folder, {"weights": arrays}, read_facts(checkpoint))
    return sum(path.stat().st_size for path in Path(folder).iterdir())


def main(argv=None):
    """The exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], allow_abbrev=False)
    parser.add_argument("checkpoint", metavar="CHECKPOINT", help="folder of a checkpoint")
    parser.add_argument("--out", default=str(SHIPPED), help="folder to write")
    flags = parser.parse_args(argv)

    def run():
        if Path(flags.out).resolve() == Path(flags.checkpoint).resolve():
            raise InputError("--out: expected another folder than CHECKPOINT, got the same")
        size = ship(flags.checkpoint, flags.out)
        say(f"Wrote {flags.out}: {size / 1e6:.1f} MB")
        return 0

    return run_command("ship.py", run)


if __name__ == "__main__":
    sys.exit(main())
