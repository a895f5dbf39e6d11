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

from typing import Any

import numpy as np

from squad_reader.data.tokenized import Texts, TokenizedData
from squad_reader.data.vector_source import VectorSource

WORD, TOKEN, PAIR = "word", "token", "pair"


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
            *texts: WORD: one, of which only `sources`, `words` and `source_words` count.
                TOKEN: one. PAIR: contexts and, as many, the questions about them.

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
