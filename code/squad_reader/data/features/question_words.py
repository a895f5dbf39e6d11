"""The most frequent words of questions, such as "what" and "how", whose vectors a model may tune.

Source:
    Chen et al. 2017 (DrQA), section 3.2, f_emb: https://arxiv.org/abs/1704.00051
"""

from typing import Any

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.tokenized import Texts, TokenizedData


class QuestionWords(WordFeature):
    """Gives a model `word_asked` int32 (U,): the word's rank from 1 on, 0 for any other word.

    Args:
        number: how many of the most frequent words of the training questions have a rank.

    Attributes:
        words: these words, the most frequent first.
    """

    name = "asked"

    def __init__(self, number: int = 1000) -> None:
        self.number = number
        self.words: list[str] = []

    def fit(self, train: TokenizedData) -> None:
        """Choose the words; ties in the order of `train.words`."""
        counts = np.bincount(train.question_words, minlength=len(train.words))
        order = np.argsort(-counts, kind="stable")[: self.number]
        self.words = [train.words[i] for i in order if counts[i]]

    def state(self) -> dict[str, Any]:
        """The words."""
        return {"words": self.words}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take them from a checkpoint."""
        self.words = list(state["words"])

    def encode(self, texts: Texts) -> np.ndarray:
        """int32, (S,)."""
        ranks = {word: 1 + i for i, word in enumerate(self.words)}
        found = [ranks.get(word, 0) for word in texts.words]
        return np.array(found, dtype=np.int32)[texts.source_words]
