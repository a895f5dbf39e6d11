"""What `Encoded` and the scopes of features promise, with features that can be counted by hand."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.features import feature as module
from squad_reader.data.features.feature import (
    Feature,
    PairFeature,
    TokenFeature,
    WordFeature,
    pairs_of,
)
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import prediction_rows
from squad_reader.data.squad_data import Example, SquadData


class Capital(WordFeature):
    """Whether a word begins with a capital."""

    name = "capital"

    def encode(self, texts):
        return np.array([source[:1].isupper() for source in texts.sources])


class Frequency(TokenFeature):
    """How often a token's word stands in its text."""

    name = "frequency"

    def encode(self, texts):
        words, counts = texts.source_words[texts.tokens], []
        for begin, end in zip(texts.offsets[:-1], texts.offsets[1:], strict=True):
            text = words[begin:end].tolist()
            counts += [text.count(word) for word in text]
        return np.array(counts, dtype=np.int32)


class Match(PairFeature):
    """Whether the question has the same word, and whether it has the same source; (N, 2)."""

    name = "match"

    def encode(self, contexts, questions, example_contexts):
        found, words = [], contexts.source_words
        for some, asked in pairs_of(contexts, questions, example_contexts):
            for i in range(len(some.offsets) - 1):
                context, question = (
                    each.tokens[each.offsets[i] : each.offsets[i + 1]] for each in (some, asked)
                )
                found += [[words[s] in words[question], s in question] for s in context]
        return np.array(found, dtype=bool).reshape(-1, 2)


TEXTS = ["Zorn met Alma.", "The bee the Bee of the sea", "", "Qwyx met Alma."]
QUESTIONS = [(1, "the sea ?"), (0, "Who met zorn?"), (3, ""), (1, "Bee"), (2, "what")]


@pytest.fixture
def data():
    examples = [Example(str(i), context, text, None) for i, (context, text) in enumerate(QUESTIONS)]
    return preprocess(SquadData("", [""] * len(TEXTS), TEXTS, examples, []))


@pytest.fixture
def encoded(data):
    return Encoded(data, [Capital(), Frequency(), Match()])


def test_a_feature_of_a_word_has_a_row_for_each_source_behind_that_of_padding(encoded, data):
    rows = encoded.words["capital"]
    assert len(rows) == 1 + len(data.sources) and not rows[0]
    assert dict(zip(data.sources, rows[1:].tolist(), strict=True))["Zorn"] is True


def test_a_feature_of_a_token_is_there_for_contexts_and_questions(encoded, data):
    offsets = data.context_offsets
    assert encoded.contexts["frequency"][offsets[1] : offsets[2]].tolist() == [3, 2, 3, 2, 1, 3, 1]
    assert len(encoded.questions["frequency"]) == len(data.question_tokens)


def test_a_feature_of_a_pair_is_there_for_each_question_on_all_of_its_context(encoded):
    begin, end = encoded.pair_offsets[[0, 1]]
    found = encoded.pairs["match"][begin:end]
    assert found[:, 0].tolist() == [1, 0, 1, 0, 0, 1, 1]
    assert found[:, 1].tolist() == [0, 0, 1, 0, 0, 1, 1]
    assert np.diff(encoded.pair_offsets).tolist() == [7, 4, 4, 7, 0]


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("context_len", [600, 3])
def test_a_batch_has_them_at_their_tokens(encoded, data, share, context_len):
    rows = prediction_rows(data, context_len, 2)
    batch = make_batch(rows, encoded, np.arange(len(rows)), share)
    inputs = batch.inputs
    assert inputs["pair_match"].dtype == bool and inputs["pair_match"].shape[2] == 2
    capitals = inputs["word_capital"][inputs["context_words"]]
    for i in range(len(rows)):
        question, length = rows.examples[i], rows.lengths[i]
        first = encoded.pair_offsets[question] + rows.window_starts[i]
        place = data.context_offsets[data.example_contexts[question]] + rows.window_starts[i]
        window = batch.windows[i]
        assert_array_equal(
            inputs["pair_match"][i, :length], encoded.pairs["match"][first : first + length]
        )
        assert not inputs["pair_match"][i, length:].any()
        assert_array_equal(
            inputs["context_frequency"][window, :length],
            encoded.contexts["frequency"][place : place + length],
        )
        sources = [data.sources[t] for t in data.context_tokens[place : place + length]]
        assert capitals[window, :length].tolist() == [s[:1].isupper() for s in sources]
    assert inputs["question_frequency"].shape == inputs["question_mask"].shape


def test_windows_of_other_letters_are_not_read_as_one(encoded, data):
    """With word ids alone, both names might be UNK; the features of their letters are not."""
    data = replace(data, context_offsets=data.context_offsets)
    rows = prediction_rows(data, 600, 30).take(np.array([1, 2]))  # Zorn and Qwyx
    batch = make_batch(rows, encoded, np.arange(2), share=True)
    assert batch.windows.tolist() == [0, 1]


def test_the_pairs_are_the_same_however_many_are_made_at_once(data, encoded, monkeypatch):
    monkeypatch.setattr(module, "QUESTIONS_AT_ONCE", 2)
    assert_array_equal(Encoded(data, [Match()]).pairs["match"], encoded.pairs["match"])


def test_a_pair_sees_as_much_of_a_question_as_is_read(data):
    """ "sea" is the second token of the first question, "zorn" the third of the second."""
    found = {n: Encoded(data, [Match()], n).pairs["match"][:11, 0].tolist() for n in (1, 2, 3)}
    assert found[1] == [1, 0, 1, 0, 0, 1, 0] + [0, 0, 0, 0]
    assert found[2] == [1, 0, 1, 0, 0, 1, 1] + [0, 1, 0, 0]
    assert found[3] == [1, 0, 1, 0, 0, 1, 1] + [1, 1, 0, 0]


def test_texts_are_cut_each_on_its_own(data):
    cut = data.questions.cut(1)
    assert np.diff(cut.offsets).tolist() == [1, 1, 0, 1, 1]
    assert [cut.sources[t] for t in cut.tokens] == ["the", "Who", "Bee", "what"]
    assert cut.char_ends.tolist() == [3, 3, 3, 4]


def test_texts_tell_in_which_of_them_a_token_is(data):
    assert data.contexts.text_numbers().tolist() == [0] * 4 + [1] * 7 + [3] * 4


def test_a_data_set_without_a_token_gives_batches_of_nothing():
    data = preprocess(SquadData("", [""], [""], [Example("q", 0, "", None)], []))
    encoded = Encoded(data, [Capital(), Frequency(), Match()])
    assert encoded.pairs["match"].shape == (0, 2) and len(prediction_rows(data, 600, 30)) == 0


class Short(Capital):
    def encode(self, texts):
        return super().encode(texts)[1:]


class Odd(Feature):
    name = "odd"


@pytest.mark.parametrize(
    "feature, line",
    [
        (Short(), "feature 'capital': expected 15 rows, got 14"),
        (Odd(), "'odd': expected a WordFeature, TokenFeature or PairFeature"),
    ],
)
def test_a_feature_that_breaks_the_form_is_named(data, feature, line):
    with pytest.raises((TypeError, ValueError), match=line):
        Encoded(data, [feature])
