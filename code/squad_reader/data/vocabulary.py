"""Word ids: PAD 0, UNK 1, then words whose vectors train, then the words at hand that GloVe has.

The ids are made afresh for each data set, because only vectors of words that occur in it are
held in memory. What must stay the same between runs are the trained words and their order; a
checkpoint records them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from squad_reader.data.glove import PAD_ID, UNK_ID
from squad_reader.data.preprocess import TokenizedData

__all__ = ["PAD_ID", "UNK_ID", "Vocabulary", "make_vocabulary", "words_that_train"]


@dataclass(frozen=True)
class Vocabulary:
    """Words at hand and their vectors.

    Attributes:
        ids: word -> id. PAD and UNK have ids but no word here.
        trained: the words with ids 2, 3, ...: their vectors train.
        matrix: float32, (V, D). Row i is GloVe's vector of id i; zeros for PAD, UNK and trained.
    """

    ids: dict[str, int]
    trained: tuple[str, ...]
    matrix: np.ndarray

    def encode(self, words: Sequence[str]) -> np.ndarray:
        """int32, one id for each word; UNK for a word without a vector."""
        get = self.ids.get
        return np.fromiter((get(word, UNK_ID) for word in words), dtype=np.int32, count=len(words))


def words_at_hand(data_sets: Iterable[TokenizedData]) -> list[str]:
    """The distinct words of some data sets, in order of first appearance."""
    return list(dict.fromkeys(word for data in data_sets for word in data.words))


def words_that_train(train: TokenizedData, known: Iterable[str], number: int) -> tuple[str, ...]:
    """The `number` most frequent words of the training data that GloVe lacks."""
    have = set(known)
    return tuple([word for word in train.words if word not in have][:number])


def make_vocabulary(
    found: Sequence[str], vectors: np.ndarray, trained: Sequence[str] = ()
) -> Vocabulary:
    """Give ids to the trained words and to the words that GloVe has.

    Args:
        found: words with a vector in GloVe.
        vectors: float32, (len(found), D).
        trained: words whose vectors train; where GloVe has one too, the trained one is used.

    Returns:
        The vocabulary: trained words first, then the others of `found`, in their order.
    """
    first = UNK_ID + 1
    ids = {word: first + i for i, word in enumerate(trained)}
    keep = np.array([word not in ids for word in found], dtype=bool)
    frozen = [word for word, kept in zip(found, keep, strict=True) if kept]
    matrix = np.zeros((first + len(ids) + len(frozen), vectors.shape[1]), dtype=np.float32)
    matrix[first + len(ids) :] = vectors[keep]
    ids.update({word: first + len(trained) + i for i, word in enumerate(frozen)})
    return Vocabulary(ids, tuple(trained), matrix)
