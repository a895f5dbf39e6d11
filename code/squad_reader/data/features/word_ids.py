"""Word ids and vectors: the feature that all readers have.

Ids: PAD 0, UNK 1, then words whose vectors train, then the words that have come so far and have a
vector in GloVe. Vectors are looked up for words as they come, so a reader needs no data set. What
must stay the same between runs are the trained words and their order; a checkpoint records them.
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.tokenized import Texts, TokenizedData
from squad_reader.data.vector_source import VectorSource

PAD_ID, UNK_ID = 0, 1


class WordIds(WordFeature):
    """Gives a model `word_ids` int32 (U,) and `word_vectors` float32 (U, D), GloVe's.

    The vectors of PAD, UNK and of words that train are zeros.

    Args:
        trained_words: how many of the most frequent training words that GloVe lacks get a vector
            that trains; there may be fewer in small data.

    Attributes:
        trained: those words; their ids are 2, 3, ...
        size: numbers in a vector (D).
    """

    name = "ids"

    def __init__(self, trained_words: int = 0) -> None:
        self.trained_words = trained_words
        self.trained: tuple[str, ...] = ()
        self._lock = threading.Lock()  # a service may answer several questions at once

    def bind(self, vectors: VectorSource) -> None:
        """Look up vectors here; forget those looked up before."""
        self._source, self.size = vectors, vectors.size
        self._forget()

    def _forget(self) -> None:
        first = UNK_ID + 1
        self._ids = {word: first + i for i, word in enumerate(self.trained)}
        self._count = first + len(self.trained)
        self._matrix = np.zeros((self._count, self.size), dtype=np.float32)

    def fit(self, train: TokenizedData) -> None:
        """Choose the words that train: `train.words` has the most frequent first."""
        if self.trained_words:
            have = set(self._source.lookup(train.words)[0])
            unknown = [word for word in train.words if word not in have]
            self.trained = tuple(unknown[: self.trained_words])
        self._forget()

    def state(self) -> dict[str, Any]:
        """The words that train."""
        return {"trained": list(self.trained)}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take the words that train from a checkpoint."""
        self.trained = tuple(state["trained"])
        self._forget()

    def encode(self, texts: Texts) -> np.ndarray:
        """int32, (S,). UNK for a word without a vector."""
        return self.ids_of(texts.words)[texts.source_words]

    def ids_of(self, words: Sequence[str]) -> np.ndarray:
        """int32, an id for each word."""
        with self._lock:
            self._add(words)
            get = self._ids.get
            ids = (get(word, UNK_ID) for word in words)
            return np.fromiter(ids, dtype=np.int32, count=len(words))

    def _add(self, words: Sequence[str]) -> None:
        """Look up the vectors of those that are new; what GloVe lacks is not remembered."""
        new = [word for word in dict.fromkeys(words) if word not in self._ids]
        found, vectors = self._source.lookup(new)
        end = self._count + len(found)
        if end > len(self._matrix):
            matrix = np.zeros((max(end, len(self._matrix) * 9 // 8), self.size), dtype=np.float32)
            matrix[: self._count] = self._matrix[: self._count]
            self._matrix = matrix
        self._matrix[self._count : end] = vectors
        self._ids.update({word: self._count + i for i, word in enumerate(found)})
        self._count = end

    def has_vector(self, words: Sequence[str]) -> np.ndarray:
        """bool: whether each word has a vector of its own, of GloVe's or one that trains."""
        return self.ids_of(words) != UNK_ID

    def num_words(self) -> int:
        """How many words have an id so far."""
        return len(self._ids)

    def inputs(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Ids, and GloVe's vectors of them."""
        return {"word_ids": rows, "word_vectors": self._matrix[rows]}
