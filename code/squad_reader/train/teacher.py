"""What another reader takes for likely answers to the training questions: a second thing to learn.

A question has one gold answer in the file, but often more than one good one: with or without the
article, the year or the whole date. A reader that was trained before gives each a probability. To
learn these beside the gold answer is faster, and leads to better answers.

Sources:
    Hinton, Vinyals and Dean 2015, Distilling the Knowledge in a Neural Network:
        https://arxiv.org/abs/1503.02531
    Hu et al. 2018, Attention-Guided Answer Distillation for Machine Reading Comprehension:
        https://aclanthology.org/D18-1232/
"""

import hashlib
from functools import partial
from pathlib import Path

import numpy as np

from squad_reader.bars import Bars
from squad_reader.config import Config
from squad_reader.data.batches import Batch
from squad_reader.data.cache import read_cache, write_cache
from squad_reader.data.rows import Rows
from squad_reader.model.scorer import LogProbs
from squad_reader.paths import folders_of
from squad_reader.predict.checkpoints import glove_for, read_facts
from squad_reader.predict.members import key_of
from squad_reader.predict.reader import Reader

KEPT = 10  # positions of each question, for the start and for the end: the likeliest ones
SIDES = ("start", "end")


def likely_answers(config: Config, rows: Rows) -> dict[str, np.ndarray]:
    """Where --teacher finds the starts and the ends of the answers to some rows.

    Of several teachers the mean of the probabilities counts. What they say is kept in --cache_dir.

    Args:
        config: `teacher`, `teacher_share`, and where vectors and cache are.
        rows: N rows of training data.

    Returns:
        `start_likely`, `end_likely`: int32, (N, KEPT). Positions in each row's window, the
            likeliest first.
        `start_share`, `end_share`: float32, (N, KEPT). What each of them is of the target: together
            `teacher_share`. 0 where a window has fewer positions.

    Raises:
        InputError: a teacher's checkpoint is missing, damaged, or does not fit.
    """
    readers = [_load(folder, config) for folder in folders_of(config.teacher)]
    reader = Reader.ensemble(readers)
    if config.cache_dir:
        likely = _cached(_place(config.cache_dir, reader, rows), reader, rows)
    else:
        likely = _read(reader, rows)
    scale = np.float32(config.teacher_share)
    shares = {f"{side}_share": likely[f"{side}_share"] * scale for side in SIDES}
    return {**likely, **shares}


def keys_of_teachers(config: Config) -> list[str]:
    """The SHA-256 of the weights of each --teacher, to notice others in their place."""
    return [key_of(read_facts(folder)) for folder in folders_of(config.teacher)]


def _load(folder: str, config: Config) -> Reader:
    return Reader.load(folder, glove_for(folder, config.glove_path), config.cache_dir or None)


def _read(reader: Reader, rows: Rows) -> dict[str, np.ndarray]:
    """Ask the reader; the shares of each row add up to 1."""
    likely = {}
    for side in SIDES:
        likely[f"{side}_likely"] = np.zeros((len(rows), KEPT), np.int32)
        likely[f"{side}_share"] = np.zeros((len(rows), KEPT), np.float32)

    def keep(batch: Batch, log_probs: LogProbs) -> None:
        for side, each in zip(SIDES, log_probs, strict=True):
            positions, shares = likeliest(each)
            likely[f"{side}_likely"][batch.rows, : positions.shape[1]] = positions
            likely[f"{side}_share"][batch.rows, : positions.shape[1]] = shares

    with Bars("batches") as bars:
        progress = partial(bars.each, "reading what the teacher says")
        reader.spans(rows.data, progress=progress, observe=keep, rows=rows)
    return likely


def likeliest(log_probs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The `KEPT` likeliest positions of each row, or all of fewer; the earlier of equal ones first.

    Args:
        log_probs: float, (B, T). In nats.

    Returns:
        positions: int64, (B, K). 0 for one of probability 0, which may be padding.
        shares: float64, (B, K). Their probabilities, which add up to 1 in each row.
    """
    positions = np.argsort(-log_probs, axis=1, kind="stable")[:, :KEPT]
    probs = np.exp(np.take_along_axis(log_probs, positions, axis=1))
    return np.where(probs > 0, positions, 0), probs / np.sum(probs, axis=1, keepdims=True)


def _cached(path: Path, reader: Reader, rows: Rows) -> dict[str, np.ndarray]:
    """From the file, or read and written there."""
    likely = read_cache(path, [f"{side}_{part}" for side in SIDES for part in ("likely", "share")])
    if likely is None:
        likely = _read(reader, rows)
        write_cache(path, likely)
    return likely


def _place(cache_dir: str, reader: Reader, rows: Rows) -> Path:
    """A file for these teachers and these rows."""
    digest = hashlib.sha256(f"{KEPT} {[member.key for member in reader.members]}".encode())
    digest.update("\n".join(rows.data.sources).encode("utf-8", "surrogatepass"))
    arrays = (rows.data.context_tokens, rows.data.question_tokens, rows.examples)
    for array in (*arrays, rows.window_starts, rows.lengths, np.array(rows.question_len)):
        digest.update(np.ascontiguousarray(array).tobytes())
    return Path(cache_dir) / f"teacher-{digest.hexdigest()[:32]}.npz"
