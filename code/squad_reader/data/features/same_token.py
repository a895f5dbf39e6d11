"""Which tokens of a context its question has too, for any sense of "the same"."""

import numpy as np
from nltk.stem.porter import PorterStemmer

from squad_reader.data.tokenized import Texts


def in_question(contexts: Texts, questions: Texts, numbers: np.ndarray) -> np.ndarray:
    """Whether the question beside a context has the same token, for each of the context's tokens.

    Args:
        contexts, questions: as many of these as of those, as `feature.pairs_of` gives them.
        numbers: int64, (S,). A number of each source; two with the same number are the same.

    Returns:
        bool, (N,). For all tokens of the contexts.
    """
    count = int(numbers.max(initial=0)) + 1
    context, question = (
        texts.text_numbers() * count + numbers[texts.tokens] for texts in (contexts, questions)
    )
    return np.isin(context, question)


def stem_numbers(words: list[str]) -> np.ndarray:
    """int64, (W,). Words with the same stem, by Porter's algorithm, have the same number.

    Example:
        >>> stem_numbers(["painted", "painter", "paints"]).tolist()
        [0, 1, 0]
    """
    stem, numbers = PorterStemmer().stem, dict[str, int]()
    found = [numbers.setdefault(stem(word), len(numbers)) for word in words]
    return np.array(found, dtype=np.int64)
