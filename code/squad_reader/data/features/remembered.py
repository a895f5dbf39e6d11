"""A word feature that keeps what it said of words, for a reader that gets many questions.

The numbers of a word depend on that word alone (see `feature`), so those of an earlier question are
those of this one. Some features look each word up in a file, which takes longer than to answer.
"""

import threading
from dataclasses import replace

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.tokenized import Texts

MOST_WORDS = 20_000  # a text has fewer in all the passages that are read for a question


class RememberedWords(WordFeature):
    """Gives a model the same as another word feature.

    Args:
        feature: the other one; it has learned all that it must.
        most_words: that are kept; with one more all are forgotten.
    """

    def __init__(self, feature: WordFeature, most_words: int = MOST_WORDS) -> None:
        self.name, self.feature, self.most_words = feature.name, feature, most_words
        self._lock = threading.Lock()  # a service may answer several questions at once
        self._places: dict[str, int] = {}
        self._rows: np.ndarray | None = None  # of these words

    def inputs(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """As the other feature."""
        return self.feature.inputs(rows)

    def encode(self, texts: Texts) -> np.ndarray:
        """As the other feature, which is asked for words that are new."""
        if not texts.sources or len(texts.sources) > self.most_words:
            return self.feature.encode(texts)
        with self._lock:
            new = [i for i, source in enumerate(texts.sources) if source not in self._places]
            if len(self._places) + len(new) > self.most_words:
                self._places, self._rows, new = {}, None, list(range(len(texts.sources)))
            if new:
                self._add(_of_sources(texts, new))
            assert self._rows is not None
            return self._rows[[self._places[source] for source in texts.sources]]

    def _add(self, texts: Texts) -> None:
        """Ask for these words, all of them new."""
        rows = self.feature.encode(texts)
        self._rows = rows if self._rows is None else np.concatenate([self._rows, rows])
        first = len(self._places)
        self._places.update((source, first + i) for i, source in enumerate(texts.sources))


def _of_sources(texts: Texts, numbers: list[int]) -> Texts:
    """Texts that have these sources and their words, and no token."""
    words, source_words = np.unique(texts.source_words[numbers], return_inverse=True)
    none = np.zeros(0, np.int32)
    return replace(
        texts,
        sources=[texts.sources[number] for number in numbers],
        words=[texts.words[number] for number in words],
        source_words=source_words.astype(np.int32),
        tokens=none,
        char_starts=none,
        char_ends=none,
        offsets=np.zeros(1, np.int64),
    )
