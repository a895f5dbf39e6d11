"""Word ids, and the vectors of the words at hand: from GloVe's text file or from an export.

The ids are those of `squad_reader.data.features.word_ids`: PAD 0, UNK 1, then the words whose
vectors train, then the words that GloVe has.
"""

from __future__ import unicode_literals

import sys

import numpy as np

from squad_reader.data.vector_file import VectorFile
from squad_reader.errors import InputError, shown

PAD_ID, UNK_ID = 0, 1
# Encodes half of a surrogate pair in UTF-8, as Python 2 always does.
SURROGATES = str("strict" if sys.version_info[0] == 2 else "surrogatepass")


def read_glove(path, words, size):
    """The vectors of some words, out of a GloVe text file that is scanned once.

    Args:
        path: GloVe's text file, or one of fastText or word2vec.
        words: distinct words.
        size: numbers in a vector (D).

    Returns:
        dict of word -> float32, (D,). Of a word that occurs twice the first vector.

    Raises:
        InputError: the file can't be read, or a line of a wanted word has other than D numbers.
    """
    file = VectorFile(path)
    if file.size != size:
        raise InputError(
            "--embedding_size is %d, but the vectors in --glove_path %s have %d numbers"
            % (size, shown(path), file.size)
        )
    wanted = {word.encode("utf-8", SURROGATES) for word in words}
    return {
        word.decode("utf-8", SURROGATES): _numbers(path, number, numbers, size)
        for number, word, numbers in file.entries(wanted)
    }


def _numbers(path, number, numbers, size):
    try:
        vector = np.array(numbers.split(), dtype=np.float64).astype(np.float32)
        if vector.shape == (size,) and np.all(np.isfinite(vector)):
            return vector
    except ValueError:
        pass
    raise InputError("--glove_path %s: line %d: expected %d numbers" % (shown(path), number, size))


def check_glove(vectors, check, path):
    """Raises InputError where GloVe is another one than that of a checkpoint's training.

    Args:
        vectors: dict of word -> vector, of the GloVe file at hand.
        check: dict of word -> numbers, of the checkpoint.
        path: of the GloVe file.
    """
    for word, expected in sorted(check.items()):
        if word not in vectors or not np.allclose(vectors[word], expected, atol=1e-4):
            raise InputError(
                "--glove_path: the vector of '%s' in %s is not the one that the checkpoint was "
                "trained with; give the same GloVe file" % (word, shown(path))
            )


class Vocabulary(object):
    """Ids and vectors of the words at hand.

    Attributes:
        ids: dict of word -> id. PAD and UNK have ids but no word here.
        num_trained: how many words have vectors that train; their ids are 2, 3, ...
        matrix: float32, (V, D). Row i is GloVe's vector of id i; zeros for PAD, UNK and trained.

    Args:
        words: the words at hand.
        vectors: dict of word -> float32, (D,).
        trained: words whose vectors train, in order.
        size: D.
    """

    def __init__(self, words, vectors, trained, size):
        self.ids = {word: UNK_ID + 1 + i for i, word in enumerate(trained)}
        self.num_trained = len(self.ids)
        frozen = [word for word in words if word in vectors and word not in self.ids]
        first = UNK_ID + 1 + self.num_trained
        self.matrix = np.zeros((first + len(frozen), size), dtype=np.float32)
        for i, word in enumerate(frozen):
            self.ids[word] = first + i
            self.matrix[first + i] = vectors[word]

    def encode(self, words):
        """int32. One id for each word; UNK for a word without a vector."""
        return np.array([self.ids.get(word, UNK_ID) for word in words], dtype=np.int32)

    def token_ids(self, data):
        """int32. The ids of all tokens of contexts, and of questions, of a `squad.Data`."""
        ids = self.encode(data.words)
        return ids[data.context_words], ids[data.question_words]
