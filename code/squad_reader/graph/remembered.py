"""A scorer that remembers contexts, for many questions on one text."""

import hashlib
import threading
from collections import OrderedDict
from typing import Any

import numpy as np

from squad_reader.graph.scorer import GraphScorer

MOST_TOKENS = 20_000  # of contexts; some 3 kB each with the fusion reader


class RememberingScorer(GraphScorer):
    """As `GraphScorer`, but what was read of a context is kept, the latest ones at most.

    A context is known by the numbers of its tokens' words, so that nothing else can take its place.

    Args:
        *args, **kwargs: of `GraphScorer`.
        most_tokens: of contexts that are kept.
    """

    def __init__(self, *args: Any, most_tokens: int = MOST_TOKENS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_tokens = most_tokens
        self._kept: OrderedDict[bytes, dict[str, np.ndarray]] = OrderedDict()
        self._tokens = 0
        self._lock = threading.Lock()  # a service may answer several questions at once

    def read_contexts(self, known: dict[str, Any]) -> dict[str, np.ndarray]:
        """Those that were read before from memory, the others by the graph."""
        mask = known["context_mask"]
        keys = [_key(known, row) for row in range(len(mask))]
        parts = {key: part for key in keys if (part := self._recall(key)) is not None}
        new = [row for row, key in enumerate(keys) if key not in parts]
        if new:
            some = {name: known[name][new] for name in ("context_words", "context_mask")}
            found = super().read_contexts({**known, **some})
            for place, row in enumerate(new):
                length = int(mask[row].sum())
                part = {name: each[place, :length].copy() for name, each in found.items()}
                parts[keys[row]] = part
                self._keep(keys[row], part, length)
        return _padded([parts[key] for key in keys], mask.shape)

    def _recall(self, key: bytes) -> dict[str, np.ndarray] | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: bytes, part: dict[str, np.ndarray], length: int) -> None:
        with self._lock:
            if key not in self._kept:
                self._kept[key] = part
                self._tokens += length
            while self._tokens > self.most_tokens:
                _, oldest = self._kept.popitem(last=False)
                self._tokens -= len(next(iter(oldest.values())))


def _key(known: dict[str, Any], row: int) -> bytes:
    """A digest of all that a context's graph gets of one context, padding left out."""
    words = known["context_words"][row][known["context_mask"][row]]
    digest = hashlib.blake2b(known["words"][words].tobytes(), digest_size=16)
    for name in sorted(known):
        if name.startswith("context_") and name not in ("context_words", "context_mask"):
            digest.update(np.ascontiguousarray(known[name][row][: len(words)]).tobytes())
    return digest.digest()


def _padded(parts: list[dict[str, np.ndarray]], shape: tuple[int, int]) -> dict[str, np.ndarray]:
    """Contexts side by side, zeros at padding: (W, T, ...) each."""
    padded = {
        name: np.zeros((*shape, *each.shape[1:]), np.float32) for name, each in parts[0].items()
    }
    for row, part in enumerate(parts):
        for name, each in part.items():
            padded[name][row, : len(each)] = each
    return padded
