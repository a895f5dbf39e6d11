"""What a model reads of words, tokens and pairs of texts: the form that all features have.

A feature turns a tokenized data set into numbers. Its scope says what it looks at, and so which
arrays the model gets (see `batches`):

    word    a word as it stands in the texts, so that "Levi" and "levi" are two: `word_NAME`
            (U, ...), a row for each of the U words of a batch; `context_words` and
            `question_words` say which row is that of a token. Word ids, letters, capitals.
    token   a token in its text: `context_NAME` (W, T, ...) and `question_NAME` (B, J, ...).
            How often the text has the token's word.
    pair    a token of a context beside a question: `pair_NAME` (B, T, ...). Whether the question
            has the same word.

A feature sees a context as a whole, also where the model reads it in parts (windows). Its numbers
depend on that word, text or pair and on what `fit` learned, never on the other texts of a data set:
a `Reader` that gets one question must give the same numbers.
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
            *texts: WORD: the contexts, of which only `sources`, `words` and `source_words` count;
                these are the same for questions. TOKEN: the contexts, and in another call the
                questions. PAIR: contexts and, as many, the questions about them.

        Returns:
            WORD: (S, ...), a row for each of `sources`. TOKEN: (N, ...), for each token of the
            texts. PAIR: (N, ...), for each token of the contexts.
        """
        raise NotImplementedError

    def inputs(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """WORD only: the arrays that the model gets of the rows of a batch's words.

        Args:
            rows: (U, ...). Of what `encode` returned; the first row is zeros, for padding.
        """
        return {f"word_{self.name}": rows}
