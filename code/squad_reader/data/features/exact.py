"""Exact match in three forms: whether the question has a context's token too.

In the paper (section 3.2, f_exact_match) the third form is the lemma. Here it is the stem, which
needs no dictionary.

Source:
    Chen et al. 2017 (DrQA): https://arxiv.org/abs/1704.00051
"""

import numpy as np

from squad_reader.data.features.feature import PairFeature, pairs_of
from squad_reader.data.features.same_token import in_question, stem_numbers
from squad_reader.data.tokenized import Texts


class ExactMatch(PairFeature):
    """Gives a model `pair_exact` bool (B, T, 3): the same as it stands, in lower case, by its stem.

    The whole context and the question as it is read are compared, so a window changes nothing.
    """

    name, size = "exact", 3

    def encode(self, contexts: Texts, questions: Texts, example_contexts: np.ndarray) -> np.ndarray:
        """bool, (N, 3)."""
        words = contexts.source_words.astype(np.int64)
        forms = (np.arange(len(words)), words, stem_numbers(contexts.words)[words])
        pieces = [
            np.stack([in_question(*pair, form) for form in forms], axis=-1)
            for pair in pairs_of(contexts, questions, example_contexts)
        ]
        return np.concatenate(pieces)
