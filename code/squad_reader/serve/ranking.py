"""Which passages of a long text to read for a question: those that share its words, by BM25.

Source:
    Robertson and Zaragoza 2009, The Probabilistic Relevance Framework:
    https://doi.org/10.1561/1500000019
"""

from collections.abc import Sequence

import numpy as np

from squad_reader.data.features.same_token import stem_of
from squad_reader.data.tokenizer import normalise, token_spans
from squad_reader.serve.passages import Passage


class Ranking:
    """Passages by how well they fit a question.

    Args:
        passages: at least one.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        from rank_bm25 import BM25Plus  # only where a text is long

        self._bm25 = BM25Plus([_stems(each.text, each.spans.tolist()) for each in passages])

    def best(self, question: str, number: int) -> list[int]:
        """The numbers of the passages that fit best, in the order of the text.

        Of those that fit equally well the first ones are taken.
        """
        scores = self._bm25.get_scores(_stems(question, token_spans(question)))
        return sorted(np.argsort(-scores, kind="stable")[:number].tolist())


def _stems(text: str, spans: Sequence[Sequence[int]]) -> list[str]:
    """What two texts may have in common."""
    return [stem_of(normalise(text[start:end])) for start, end in spans]
