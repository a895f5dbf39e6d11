"""The texts that were asked about last: cut and tokenised once, the same answers, a bound."""

import pytest
from made_up import stub_reader

from squad_reader.data import preprocess
from squad_reader.data.tokenizer import token_spans
from squad_reader.serve import passages, ranking, recent_texts
from squad_reader.serve.recent_texts import CHARS_OF_NONE, RecentTexts
from squad_reader.serve.text_reader import TextReader

TEXT = "Zorn met Alma.\n\nThen in Riga."


@pytest.fixture
def tokenised(monkeypatch):
    """What the tokenizer was asked for, wherever."""
    texts = []

    def noted(text):
        texts.append(text)
        return token_spans(text)

    for module in (passages, ranking, preprocess):
        monkeypatch.setattr(module, "token_spans", noted)
    return texts


@pytest.mark.parametrize("most_read", [1, 64])
def test_a_text_is_tokenised_once_for_all_its_questions(monkeypatch, tokenised, most_read):
    monkeypatch.setattr("squad_reader.serve.text_reader.PASSAGE_TOKENS", 4)
    texts = TextReader(stub_reader({"Riga": 9.0}), TEXT, most_read)
    for question in ("Where?", "Who met Alma?"):
        (answer,) = texts.ask(question).answers
        texts.look(question, answer)
    assert [each for each in tokenised if "Zorn" in each or "Riga" in each] == [TEXT]


def test_a_text_that_comes_again_is_not_cut_again(tokenised):
    texts = RecentTexts(stub_reader({"Riga": 9.0}))
    assert texts.reader_of(TEXT) is texts.reader_of("".join(list(TEXT)))
    assert texts.reader_of(TEXT + " ") is not texts.reader_of(TEXT)
    assert tokenised == [TEXT, TEXT + " "]


def test_the_oldest_texts_are_forgotten(tokenised):
    one = 100 + CHARS_OF_NONE
    texts = RecentTexts(stub_reader({}), most_chars=3 * one)
    for letter in "abcad":
        texts.reader_of(letter * 100)
    assert [each[0] for each in tokenised] == ["a", "b", "c", "d"]
    for letter in "acdb":
        texts.reader_of(letter * 100)
    assert [each[0] for each in tokenised] == ["a", "b", "c", "d", "b"]


def test_a_text_that_is_longer_than_all_that_may_be_kept_is_read_all_the_same(tokenised):
    texts = RecentTexts(stub_reader({}), most_chars=recent_texts.CHARS_OF_NONE)
    for _ in range(2):
        assert texts.reader_of(TEXT).ask("?").answers
    assert tokenised.count(TEXT) == 2
