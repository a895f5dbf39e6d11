"""What a model reads of words, tokens and pairs of texts: the form that all features have.

A feature turns a tokenized data set into numbers. Its scope says what it looks at, and so which
arrays the model gets (see `batches`):

    word    a distinct word as it stands in the texts: `word_*` (U, ...), a row for each of the U
            words of a batch; tokens name their word by its row. Word ids, letters, capitals.
    token   a token in its text: `context_NAME` (W, T, ...) and `question_NAME` (B, J, ...).
            How often a word stands in its text.
    pair    a token of a context beside a question: `pair_NAME` (B, T, ...). Whether the question
            has the same word.

All of a context is seen, never a part of it, so that a part (a window) changes no feature.
NumPy alone, so that a reader can answer where no Keras is installed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from squad_reader.data.preprocess import TokenizedData

WORD, TOKEN, PAIR = "word", "token", "pair"


class VectorSource(Protocol):
    """Where vectors of words come from: a GloVe file, or those in a checkpoint.

    Attributes:
        size: numbers in a vector (D).
    """

    size: int

    def lookup(self, words: Sequence[str]) -> tuple[list[str], np.ndarray]:
        """Those of some distinct words that it has, in their order; float32, (n, D)."""


@dataclass(frozen=True)
class Texts:
    """Some texts as tokens, one after the other.

    Attributes:
        sources: distinct tokens as they stand in the texts (S).
        words: what GloVe calls each source.
        tokens: int32, (N,). Indices into `sources`.
        offsets: int64, (number of texts + 1,). Text i is `tokens[offsets[i]:offsets[i + 1]]`.
    """

    sources: Sequence[str]
    words: Sequence[str]
    tokens: np.ndarray
    offsets: np.ndarray

    def take(self, numbers: np.ndarray) -> "Texts":
        """These texts, one after the other; one may be taken several times."""
        lengths = np.diff(self.offsets)[numbers]
        offsets = np.append(0, np.cumsum(lengths))
        first = np.repeat(self.offsets[numbers] - offsets[:-1], lengths)
        tokens = self.tokens[first + np.arange(offsets[-1])]
        return Texts(self.sources, self.words, tokens, offsets)


class Feature:
    """One feature. A subclass gives `name`, `scope` and `encode`, and what else it needs.

    Attributes:
        name: of its input, and of its state in a checkpoint.
        scope: WORD, TOKEN or PAIR.
    """

    name: str
    scope: str

    def bind(self, vectors: VectorSource) -> None:
        """Before all else: where vectors of words come from."""

    def fit(self, train: TokenizedData) -> None:
        """Learn what it must from the training data. Not called for a reader that is loaded."""

    def state(self) -> dict[str, Any]:
        """What `fit` learned, for JSON."""
        return {}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take it back.

        Raises:
            ValueError, TypeError, KeyError: it is not what `state` gave.
        """

    def encode(self, *texts: Texts) -> np.ndarray:
        """The numbers of a data set.

        Args:
            *texts: WORD: one, of which only `sources` and `words` count. TOKEN: one. PAIR: the
                contexts and, as many, the questions about them.

        Returns:
            WORD: (S, ...), for each source. TOKEN, PAIR: (N, ...), for each token of the first.
        """
        raise NotImplementedError

    def inputs(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """WORD only: the arrays that the model gets of the rows of a batch's words.

        Args:
            rows: (U, ...). Of what `encode` returned; the first row is zeros, for padding.
        """
        return {f"word_{self.name}": rows}
