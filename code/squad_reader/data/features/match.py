"""Which words of a context its question has too: the same word, the same stem, and how rare.

Worth more than any other feature to readers without a language model (Chen 2018, section 3.3). The
whole context and the question as it is read are compared, so a window changes nothing.

Sources:
    Chen et al. 2017 (DrQA), section 3.2: https://aclanthology.org/P17-1171/
    Chen 2018, thesis: https://www.cs.princeton.edu/~danqic/papers/thesis.pdf
"""

from typing import Any

import numpy as np

from squad_reader.data.features.feature import PairFeature, pairs_of
from squad_reader.data.features.overlap import SIZE, overlap, rarity_of
from squad_reader.data.features.same_token import stem_numbers
from squad_reader.data.tokenized import Texts, TokenizedData


class Match(PairFeature):
    """Gives a model `pair_match` float16 (B, T, 5) of each context token.

    In this order: the question has its word; its stem; how rare a matched stem's word is, in
    [0, 1]; the sum of the last over the tokens up to 5, and up to 15, on either side, as a part of
    the question's own sum.

    Args:
        frequent: how many of the most frequent training words are less than fully rare.
    """

    name, size = "match", SIZE

    def __init__(self, frequent: int = 2000) -> None:
        self.frequent = frequent
        self.words: list[str] = []

    def fit(self, train: TokenizedData) -> None:
        """Keep the most frequent words, in the order of their frequency."""
        self.words = train.words[: self.frequent]

    def state(self) -> dict[str, Any]:
        """These words."""
        return {"frequent": self.words}

    def set_state(self, state: dict[str, Any]) -> None:
        """Take them from a checkpoint."""
        self.words = list(state["frequent"])

    def encode(self, contexts: Texts, questions: Texts, example_contexts: np.ndarray) -> np.ndarray:
        """float16, (N, 5)."""
        words = contexts.source_words.astype(np.int64)
        stems = stem_numbers(contexts.words)[words]
        rarity = rarity_of(contexts.words, self.words)[words]
        lengths = np.diff(contexts.offsets)[example_contexts]
        found = np.empty((lengths.sum(), self.size), dtype=np.float16)
        end = 0
        for pair in pairs_of(contexts, questions, example_contexts):
            begin, end = end, end + len(pair[0].tokens)
            found[begin:end] = overlap(*pair, words, stems, rarity)
        return found
