"""Reads from a GloVe text file the vectors of the words at hand, and no others.

The 2018 code read all 400,000 vectors into its graph. Here the words are known before (tokenizing
comes first), the file is scanned once, and only their lines are turned into numbers. What was
found is cached, keyed by the content of the GloVe file and the words, so that a second start
reads next to nothing.

Source:
    Pennington et al. 2014, GloVe: https://nlp.stanford.edu/projects/glove/
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from squad_reader.data.cache import read_cache, write_cache
from squad_reader.data.vector_file import VectorFile
from squad_reader.errors import InputError

PAD_ID, UNK_ID = 0, 1

CACHE_VERSION = 1
LINES_AT_ONCE = 1000
NUM_PIECES, PIECE_BYTES = 64, 1 << 16  # of a large file that its cache is known by


def read_glove(
    path: str | os.PathLike[str],
    words: Sequence[str],
    embedding_size: int | None = None,
    cache_dir: str | os.PathLike[str] | None = None,
) -> tuple[list[str], np.ndarray]:
    """The vectors of some words.

    Args:
        path: GloVe text file, of any dimension; one of fastText or word2vec too.
        words: distinct words to look for.
        embedding_size: numbers that a vector must have; None for as many as the file has.
        cache_dir: folder of the cache, made if missing; None for no cache.

    Returns:
        found: those of `words` that the file has, in their order.
        vectors: float32, (len(found), D).

    Raises:
        InputError: the file can't be read, is not GloVe text, or has vectors of another size.
    """
    file = VectorFile(os.fspath(path))
    if embedding_size is not None and file.size != embedding_size:
        raise InputError(
            f"--embedding_size is {embedding_size}, but the vectors in --glove_path {path} have "
            f"{file.size} numbers"
        )
    if cache_dir is None:
        return _found(words, _scan(file, words))
    cache = Path(cache_dir) / f"glove-{_key(file.path, words)}.npz"
    arrays = read_cache(cache, ["places", "vectors"])
    if arrays is None:
        arrays = _scan(file, words)
        write_cache(cache, arrays)
    return _found(words, arrays)


def all_words(path: str | os.PathLike[str]) -> list[str]:
    """The distinct words of a file, in its order, for `read_glove`.

    Raises:
        InputError: the file can't be read, or is not GloVe text.
    """
    entries = VectorFile(os.fspath(path)).entries()
    return list(dict.fromkeys(word.decode("utf-8", "replace") for _, word, _ in entries))


def _found(words: Sequence[str], arrays: dict[str, np.ndarray]) -> tuple[list[str], np.ndarray]:
    return [words[i] for i in arrays["places"]], arrays["vectors"]


def _scan(file: VectorFile, words: Sequence[str]) -> dict[str, np.ndarray]:
    """Read the file once.

    Returns:
        places: int64, (n,), ascending. Which of `words` the file has.
        vectors: float32, (n, D).
    """
    wanted = {word.encode("utf-8", "surrogatepass"): i for i, word in enumerate(words)}
    vectors = np.empty((len(words), file.size), dtype=np.float32)
    places: list[int] = []
    lines: list[tuple[int, bytes]] = []  # number and numbers of those still to be parsed
    for number, word, numbers in file.entries(wanted):
        places.append(wanted[word])
        lines.append((number, numbers))
        if len(lines) == LINES_AT_ONCE:
            vectors[places[-len(lines) :]] = _parse(lines, file)
            lines.clear()
    if lines:
        vectors[places[-len(lines) :]] = _parse(lines, file)
    ordered = np.sort(np.array(places, dtype=np.int64))
    return {"places": ordered, "vectors": vectors[ordered]}


def _parse(lines: list[tuple[int, bytes]], file: VectorFile) -> np.ndarray:
    """The numbers of some lines, float32, (len(lines), D)."""
    size = file.size
    plain = np.array([b"e" not in text for _, text in lines])  # 1e-05 is for the slow way
    numbers = np.empty((len(lines), size), dtype=np.float32)
    fast = _plain_numbers(
        [text for (_, text), is_plain in zip(lines, plain, strict=True) if is_plain], size
    )
    if fast is None:
        plain[:] = False
    else:
        numbers[plain] = fast
    for i in np.flatnonzero(~plain):
        numbers[i] = _numbers(lines[i][1].split(), size, f"{file.path}: line {lines[i][0]}")
    return numbers


def _plain_numbers(texts: list[bytes], size: int) -> np.ndarray | None:
    """Many lines of numbers like -0.25 at once; None if any is written in another way.

    The digits are read as whole numbers, and divided by a power of ten. Both are exact in float64,
    so the result is the one that parsing gives, in a fifth of the time.
    """
    if not texts:
        return None
    text = b" ".join(texts) + b" "
    raw = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(raw == ord(" "))
    starts = np.append(0, ends[:-1] + 1)
    points = np.append(-1, np.flatnonzero(raw == ord(".")))
    last_points = points[np.searchsorted(points, ends) - 1]
    has_point = last_points >= starts
    plain = (
        not text.translate(None, b"0123456789.- ")
        and len(ends) == len(texts) * size
        and np.all((ends > starts) & (ends - starts <= 16) & (raw[ends - 1] >= ord("0")))
        and np.count_nonzero(has_point) == len(points) - 1
        and np.count_nonzero(raw == ord("-")) == np.count_nonzero(raw[starts] == ord("-"))
    )
    if not plain:
        return None
    digits = np.fromstring(text.translate(None, b"."), dtype=np.int64, sep=" ")
    decimals = np.where(has_point, ends - last_points - 1, 0)
    return (digits / 10.0**decimals).astype(np.float32).reshape(-1, size)


def _numbers(parts: list[bytes], size: int, where: str) -> np.ndarray:
    try:
        if len(parts) != size:
            got = f"{len(parts)} numbers"
        else:
            with np.errstate(over="ignore"):  # 1e39 is infinite in float32
                numbers = np.array(parts, dtype=np.float32)
            if np.all(np.isfinite(numbers)):
                return numbers
            got = "one that is not finite"
    except ValueError:
        got = "something else"
    raise InputError(f"--glove_path {where}: expected {size} numbers, got {got}")


def _key(path: str, words: Sequence[str]) -> str:
    """Changes with the words and with the content of the GloVe file.

    A large file is known by its time, its size and pieces of its content from all over it: to
    hash the whole would take longer than to scan it for the words of a small data set.
    """
    digest = hashlib.sha256(f"{CACHE_VERSION} ".encode())
    digest.update("\n".join(words).encode("utf-8", "surrogatepass"))
    status = os.stat(path)
    starts = range(0, status.st_size, PIECE_BYTES)
    if len(starts) > NUM_PIECES:
        digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
        starts = range(0, status.st_size, -(-status.st_size // NUM_PIECES))
    with open(path, "rb", buffering=0) as file:
        for start in starts:
            file.seek(start)
            digest.update(file.read(PIECE_BYTES))
    return digest.hexdigest()[:32]
