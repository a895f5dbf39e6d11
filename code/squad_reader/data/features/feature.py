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

A feature of one's own is a `WordFeature`, a `TokenFeature` or a `PairFeature`.
NumPy alone, so that a reader can answer where no Keras is installed.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from squad_reader.data.tokenized import Texts, TokenizedData
from squad_reader.data.vector_source import VectorSource

QUESTIONS_AT_ONCE = 2000  # of which the pairs' texts are in memory


class Feature:
    """What all features have.

    Attributes:
        name: of its input, and of its state in a checkpoint.
        scope: "word", "token" or "pair"; the three classes below have it.
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


class WordFeature(Feature):
    """Of a distinct word as it stands in the texts."""

    scope = "word"

    def encode(self, texts: Texts) -> np.ndarray:
        """The numbers of a data set's words.

        Args:
            texts: the contexts, of which only `sources`, `words` and `source_words` count; these
                are the same for questions.

        Returns:
            (S, ...), a row for each of `sources`.
        """
        raise NotImplementedError

    def inputs(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """The arrays that the model gets, if that is not `word_NAME` alone.

        Args:
            rows: (U, ...). Of what `encode` returned, those of a batch's words; the first row is
                zeros, for padding.
        """
        return {f"word_{self.name}": rows}


class TokenFeature(Feature):
    """Of a token in its text, be that a context or a question."""

    scope = "token"

    def encode(self, texts: Texts) -> np.ndarray:
        """(N, ...), for each token of all contexts, or of all questions."""
        raise NotImplementedError


class PairFeature(Feature):
    """Of a token of a context beside a question."""

    scope = "pair"

    def encode(self, contexts: Texts, questions: Texts, example_contexts: np.ndarray) -> np.ndarray:
        """The numbers of all questions of a data set.

        Args:
            contexts, questions: all of them; `pairs_of` gives them side by side. Of a question
                only what is read (--question_len).
            example_contexts: int, (Q,). Which context each question is about.

        Returns:
            (N, ...), for the context's tokens of the first question, then of the second, ...
        """
        raise NotImplementedError


def pairs_of(
    contexts: Texts, questions: Texts, example_contexts: np.ndarray
) -> Iterator[tuple[Texts, Texts]]:
    """All questions in their order, in pieces, each with its context.

    Yields:
        Contexts and, as many, the questions about them. Of no question, one pair without texts.
    """
    for first in range(0, max(len(example_contexts), 1), QUESTIONS_AT_ONCE):
        numbers = np.arange(first, min(first + QUESTIONS_AT_ONCE, len(example_contexts)))
        yield contexts.take(example_contexts[numbers]), questions.take(numbers)
