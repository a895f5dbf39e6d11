"""What the fusion reader reads in the edition for Python 2.7, against the package's arrays.

These run under Python 3, without TensorFlow 1; `test_v4_fusion.py` runs it where it belongs.
"""

import random

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.data import batches, rows
from squad_reader.data.encoded import Encoded
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.model.fusion.options import FusionOptions, features
from squad_reader.options import options_of
from squad_reader.predict.checkpoints import get_weights
from v4 import flags
from v4.batches import Rows
from v4.match import Match
from v4.squad import Data
from v4.vectors import Vocabulary, read_glove
from v4.word_table import WordTable

QUESTION_LEN = 7


class World:
    """The hard text in both forms, with what the small fusion reader learned."""

    def __init__(self, fixtures_dir, small_fusion):
        path, glove = fixtures_dir / "tiny-v1.1.json", fixtures_dir / "glove.small.50d.txt"
        self.model, self.features, _ = small_fusion
        learned = {feature.name: feature.state() for feature in self.features}
        self.data, self.tokenized = Data(str(path)), preprocess(read_squad(path))
        self.encoded = Encoded(self.tokenized, self.features, QUESTION_LEN)
        words, trained = self.data.words, learned["ids"]["trained"]
        self.vocabulary = Vocabulary(words, read_glove(str(glove), words, 50), trained, 50)
        weights, shapes = get_weights(self.model), learned["shape"]["shapes"]
        self.words = WordTable(self.data, self.vocabulary, weights, shapes)
        self.match = Match(self.data, learned["match"]["frequent"], QUESTION_LEN)

    def kinds_of_words(self):
        """How many words of the text have a vector of GloVe, one that trains, or their shape's."""
        ids = self.vocabulary.encode(self.data.words)
        trained = int(((ids > 1) & (ids < 2 + self.vocabulary.num_trained)).sum())
        return len(ids) - trained - int((ids == 1).sum()), trained, int((ids == 1).sum())


@pytest.fixture(scope="module")
def world(fixtures_dir, small_fusion):
    return World(fixtures_dir, small_fusion)


def test_the_first_layer_of_all_words_is_that_of_the_package(world):
    inputs = {}
    for feature in world.encoded.features:
        if feature.name in world.encoded.words:
            inputs.update(feature.inputs(world.encoded.words[feature.name]))
    expected = np.asarray(world.model.words(world.model.word_input(inputs)[None]))[0]
    assert world.words.matrix.dtype == np.float32
    assert_allclose(world.words.matrix[1:], expected[1:], rtol=0, atol=1e-5)
    assert not world.words.matrix[0].any() and min(world.kinds_of_words()) > 0


@pytest.mark.parametrize("context_len", [12, 600])
def test_a_batch_holds_the_words_and_matches_of_the_package(world, context_len):
    theirs = rows.prediction_rows(world.tokenized, context_len, QUESTION_LEN)
    ours = Rows(world.data, world.words, context_len, QUESTION_LEN, False, world.match)
    numbers = np.array(random.Random(0).sample(range(len(ours)), 12))
    inputs = batches.make_batch(theirs, world.encoded, numbers, share=True).inputs
    batch = ours.batch(numbers, share=True)
    assert batch.match.dtype == np.float32 and batch.match.any()
    assert_array_equal(batch.match.transpose(1, 0, 2), inputs["pair_match"])
    sources = np.array(["", *world.data.sources])
    grams = dict(zip(sources, world.encoded.words["grams"].tolist(), strict=True))
    for ids, side in ((batch.context_ids, "context"), (batch.question_ids, "question")):
        found = [[grams[source] for source in text] for text in sources[ids.T]]
        words = inputs[f"{side}_words"][: len(found)]  # the package adds empty contexts
        assert_array_equal(found, inputs["word_grams"][words])


def test_all_matches_are_those_of_the_package(world):
    found, offsets = world.match.encode(np.arange(len(world.data.ids)))
    assert_array_equal(found, world.encoded.pairs["match"])
    assert_array_equal(offsets, world.encoded.pair_offsets)


def test_data_without_a_token_or_a_question_are_read(write_squad, small_fusion):
    for paragraphs in ([(" ", [("?", "")])], [("a b", [])], []):
        data = Data(str(write_squad(paragraphs)))
        words = WordTable(
            data, Vocabulary(data.words, {}, [], 50), get_weights(small_fusion[0]), []
        )
        some = Rows(data, words, 600, 30, False, Match(data, ["a"], 30))
        assert len(words.matrix) == 1 + len(data.sources) and len(some) == 0
        assert len(some.match.encode(np.arange(len(data.ids)))[0]) == 0


def test_the_options_and_features_are_those_of_the_package():
    own = {item.name for item in options_of(FusionOptions)} - set(flags.FROM_CHECKPOINT)
    assert set(flags.OPTIONS_OF["fusion"]) == own
    names = {feature.name for feature in features(FusionOptions())}
    assert names == {*flags.FEATURES_OF["fusion"], "ids", "grams", "kinds"}  # these learn nothing
