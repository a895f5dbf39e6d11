"""A data set in the numbers of a model's features: made once, whatever the batches."""

from collections.abc import Iterator, Sequence

import numpy as np

from squad_reader.data.features import PAIR, TOKEN, WORD, Feature
from squad_reader.data.tokenized import Texts, TokenizedData

QUESTIONS_AT_ONCE = 2000  # of which the pairs' texts are in memory


class Encoded:
    """The numbers of a data set, as the features of one model give them.

    Attributes:
        data: the data set.
        features: those of the model.
        words: name of a WORD feature -> (1 + S, ...). Row 0 is zeros, for padding; row 1 + i is
            that of `data.sources[i]`.
        contexts, questions: name of a TOKEN feature -> (N, ...), for all tokens.
        pairs: name of a PAIR feature -> (N, ...), for the context's tokens of each question.
        pair_offsets: int64, (Q + 1,). Question i has `[offsets[i]:offsets[i + 1]]` of these.
    """

    def __init__(self, data: TokenizedData, features: Sequence[Feature]) -> None:
        self.data, self.features = data, tuple(features)
        contexts, questions = data.contexts, data.questions
        self.words: dict[str, np.ndarray] = {}
        self.contexts: dict[str, np.ndarray] = {}
        self.questions: dict[str, np.ndarray] = {}
        self.pairs: dict[str, np.ndarray] = {}
        lengths = np.diff(data.context_offsets)[data.example_contexts]
        self.pair_offsets = np.append(0, np.cumsum(lengths))
        for feature in self.features:
            if feature.scope == WORD:
                rows = _expect(feature, feature.encode(contexts), len(data.sources))
                self.words[feature.name] = np.concatenate([np.zeros_like(rows[:1]), rows])
            elif feature.scope == TOKEN:
                for texts, into in ((contexts, self.contexts), (questions, self.questions)):
                    into[feature.name] = _expect(feature, feature.encode(texts), len(texts.tokens))
            elif feature.scope == PAIR:
                pieces = [
                    _expect(feature, feature.encode(*pair), len(pair[0].tokens))
                    for pair in _pairs(contexts, questions, data.example_contexts)
                ]
                self.pairs[feature.name] = np.concatenate(pieces)
            else:
                raise ValueError(
                    f"feature {feature.name!r}: expected a scope of {WORD!r}, {TOKEN!r} or "
                    f"{PAIR!r}, got {feature.scope!r}"
                )


def _pairs(
    contexts: Texts, questions: Texts, example_contexts: np.ndarray
) -> Iterator[tuple[Texts, Texts]]:
    """All questions in their order, each with its context; of none, one pair without texts."""
    for first in range(0, max(len(example_contexts), 1), QUESTIONS_AT_ONCE):
        numbers = np.arange(first, min(first + QUESTIONS_AT_ONCE, len(example_contexts)))
        yield contexts.take(example_contexts[numbers]), questions.take(numbers)


def _expect(feature: Feature, rows: np.ndarray, number: int) -> np.ndarray:
    if len(rows) != number:
        raise ValueError(f"feature {feature.name!r}: expected {number} rows, got {len(rows)}")
    return rows
