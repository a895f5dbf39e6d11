"""A data set in the numbers of a model's features: made once, whatever the batches."""

from collections.abc import Sequence

import numpy as np

from squad_reader.data.features.feature import Feature, PairFeature, TokenFeature, WordFeature
from squad_reader.data.rows import context_lengths
from squad_reader.data.tokenized import TokenizedData


class Encoded:
    """The numbers of a data set, as the features of one model give them.

    Args:
        data: the data set.
        features: those of the model.
        question_len: most tokens of a question that are read, and that a `PairFeature` sees; None
            for all.

    Attributes:
        data: the data set.
        features: those of the model.
        words: name of a `WordFeature` -> (1 + S, ...). Row 0 is zeros, for padding; row 1 + i is
            that of `data.sources[i]`.
        contexts, questions: name of a `TokenFeature` -> (N, ...), for all tokens.
        pairs: name of a `PairFeature` -> (N, ...), for the context's tokens of each question.
        pair_offsets: int64, (Q + 1,). Question i has `[offsets[i]:offsets[i + 1]]` of these.
    """

    def __init__(
        self, data: TokenizedData, features: Sequence[Feature], question_len: int | None = None
    ) -> None:
        self.data, self.features, self.question_len = data, tuple(features), question_len
        self.words: dict[str, np.ndarray] = {}
        self.contexts: dict[str, np.ndarray] = {}
        self.questions: dict[str, np.ndarray] = {}
        self.pairs: dict[str, np.ndarray] = {}
        self.pair_offsets = np.append(0, np.cumsum(context_lengths(data)))
        for feature in self.features:
            self._encode(feature)

    def _encode(self, feature: Feature) -> None:
        name, contexts, questions = feature.name, self.data.contexts, self.data.questions
        if isinstance(feature, WordFeature):
            rows = _expect(name, feature.encode(contexts), len(self.data.sources))
            self.words[name] = np.concatenate([np.zeros_like(rows[:1]), rows])
        elif isinstance(feature, TokenFeature):
            for texts, into in ((contexts, self.contexts), (questions, self.questions)):
                into[name] = _expect(name, feature.encode(texts), len(texts.tokens))
        elif isinstance(feature, PairFeature):
            if self.question_len is not None:
                questions = questions.cut(self.question_len)
            rows = feature.encode(contexts, questions, self.data.example_contexts)
            self.pairs[name] = _expect(name, rows, int(self.pair_offsets[-1]))
        else:
            raise TypeError(f"{name!r}: expected a WordFeature, TokenFeature or PairFeature")


def _expect(name: str, rows: np.ndarray, number: int) -> np.ndarray:
    if len(rows) != number:
        raise ValueError(f"feature {name!r}: expected {number} rows, got {len(rows)}")
    return rows
