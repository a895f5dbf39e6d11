"""Which passages of a long text to read for a question: those that share its words, by BM25.

Source:
    Robertson and Zaragoza 2009, The Probabilistic Relevance Framework:
    https://doi.org/10.1561/1500000019
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from squad_reader.data.features.same_token import stem_of
from squad_reader.data.tokenizer import normalise, token_spans
from squad_reader.serve.passages import Passage

LONGEST_IRREGULAR = 5  # letters
OTHER = ""  # stands for all words that are no form of a question's


class Ranking:
    """Passages by how well they fit a question.

    Words with the same stem are the same. To stem a word takes far longer than all else, and a text
    may have a hundred thousand: for a question only those are stemmed that may be forms of its
    words.

    Args:
        passages: at least one.
    """

    def __init__(self, passages: Sequence[Passage]) -> None:
        numbers: defaultdict[str, int] = defaultdict(lambda: len(numbers))
        self._words = [
            np.array([numbers[word] for word in _words(each.text, each.spans.tolist())], np.int32)
            for each in passages
        ]
        self._numbers = dict(numbers)
        self._by_key: defaultdict[str, list[str]] = defaultdict(list)
        for word in numbers:
            self._by_key[_key(word)].append(word)

    def best(self, question: str, number: int) -> list[int]:
        """The numbers of the passages that fit best, in the order of the text.

        Of those that fit equally well the first ones are taken.
        """
        return sorted(np.argsort(-self._scores(question), kind="stable")[:number].tolist())

    def _scores(self, question: str) -> np.ndarray:
        """float64, (passages,)."""
        from rank_bm25 import BM25Plus  # only where a text is long

        asked = [stem_of(word) for word in _words(question, token_spans(question))]
        stems = np.full(len(self._numbers), OTHER, object)
        for word in self._may_be_forms(asked):
            if (stem := stem_of(word)) in asked:
                stems[self._numbers[word]] = stem
        bm25 = BM25Plus([stems[each].tolist() for each in self._words])
        return np.asarray(bm25.get_scores(asked))

    def _may_be_forms(self, stems: Sequence[str]) -> Iterator[str]:
        """The words of the text that may have one of these stems."""
        for key in {stem[:length] for stem in stems for length in (1, 2)}:
            yield from self._by_key.get(key, ())


def _words(text: str, spans: Sequence[Sequence[int]]) -> list[str]:
    return [normalise(text[start:end]) for start, end in spans]


def _key(word: str) -> str:
    """How the stem of a word begins: as the word, but for short ones such as "dying", of "die"."""
    return word[: 2 if len(word) > LONGEST_IRREGULAR else 1]
