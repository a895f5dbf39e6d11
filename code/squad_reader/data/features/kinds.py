"""What lower case loses of a token: capitals, digits, punctuation."""

import numpy as np

from squad_reader.data.features.feature import WordFeature
from squad_reader.data.features.word_forms import NUM_KINDS, kinds_of
from squad_reader.data.tokenized import Texts


class Kinds(WordFeature):
    """Gives a model `word_kinds` float32 (U, 4), 0 or 1 each, as `word_forms.kinds_of` has them."""

    name, size = "kinds", NUM_KINDS

    def encode(self, texts: Texts) -> np.ndarray:
        """float32, (S, 4)."""
        kinds = [kinds_of(source) for source in texts.sources]
        return np.array(kinds, dtype=np.float32).reshape(-1, self.size)
