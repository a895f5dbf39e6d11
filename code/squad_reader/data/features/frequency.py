"""Term frequency: how often a text has the word of a token, as a part of its tokens.

Source:
    Chen et al. 2017 (DrQA), section 3.2, f_token: https://arxiv.org/abs/1704.00051
"""

import numpy as np

from squad_reader.data.features.feature import TokenFeature
from squad_reader.data.tokenized import Texts


class TermFrequency(TokenFeature):
    """Gives a model `context_frequency` (W, T) and `question_frequency` (B, J), float32.

    That is the count of the token's word, in lower case, over the number of tokens in its text: in
    (0, 1]. The text is a whole context, also where the model reads it in parts.
    """

    name = "frequency"

    def encode(self, texts: Texts) -> np.ndarray:
        """float32, (N,)."""
        text = texts.text_numbers()
        words = texts.source_words[texts.tokens].astype(np.int64)
        _, same, counts = np.unique(
            text * len(texts.words) + words, return_inverse=True, return_counts=True
        )
        found: np.ndarray = counts[same] / np.diff(texts.offsets)[text]
        return found.astype(np.float32)
