"""Questions about a text of any length, with a stub for the model: its quality is no matter.

The stub's logit of a token is the number that the test gives to the token as it stands in the text.
"""

import tracemalloc
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest
from made_up import LaterScorer, PhraseScorer, stub_reader

from squad_reader.errors import InputError
from squad_reader.predict.reader import Reader
from squad_reader.serve import text_reader
from squad_reader.serve.passages import passages_of
from squad_reader.serve.text_reader import Found, TextReader


def ask(text, logits, n_best=1, question="What?", **options):
    reader = stub_reader(logits, options.pop("context_len", 600))
    found = TextReader(reader, text, **options).ask(question, n_best)
    for answer in found.answers:
        assert text[answer.char_start : answer.char_end] == answer.text
        assert 0.0 < answer.probability <= 1.0
    return found


@contextmanager
def memory():
    """How many bytes were taken at most, while the block ran, beside those taken before."""
    most = SimpleNamespace()
    tracemalloc.start()
    try:
        yield most
        _, most.bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()


def paragraph(length, **at):
    """A paragraph of some tokens, with some of its own at their places."""
    words = [f"w{i}" for i in range(length)]
    for word, place in at.items():
        words[place] = word
    return " ".join(words)


def test_the_second_of_two_equal_words_is_found_by_its_place():
    text = "Gate opens at 9. Ferry leaves at 9."
    reader = stub_reader({"9": 9.0}, scorer=LaterScorer())
    first, other = TextReader(reader, text).ask("What?", 2).answers
    assert first[:3] == ("9", 33, 34) and other[:3] == ("9", 14, 15)


@pytest.mark.parametrize("place", [0, 1, 29, 30, 31, 45, 59, 60, 300, 598, 599])
def test_an_answer_anywhere_in_a_paragraph_is_found(place):
    """The longest that is read as one, in windows."""
    found = ask(paragraph(600, here=place), {"here": 9.0}, context_len=60)
    (answer,) = found.answers
    assert answer.text == "here" and (found.read, found.passages) == (1, 1)


@pytest.mark.parametrize("place", [0, 299, 300, 2000, 3999])
def test_an_answer_anywhere_in_a_paragraph_that_is_cut_is_found(place):
    found = ask(paragraph(4000, here=place), {"here": 9.0})
    (answer,) = found.answers
    assert answer.text == "here" and (found.read, found.passages) == (14, 14)


@pytest.mark.parametrize("before", range(-1, 5))
@pytest.mark.parametrize(
    ("words_a_line", "seam"), [(1200, 297), (1200, 594), (1200, 891), (40, 280), (40, 560)]
)
def test_an_answer_of_three_words_on_a_seam_is_found(words_a_line, seam, before):
    """In a paragraph without an end of a sentence."""
    begin = seam - before
    words = paragraph(1200, Agnes=begin, Maria=begin + 1, Doyle=begin + 2).split()
    lines = [words[i : i + words_a_line] for i in range(0, 1200, words_a_line)]
    text = "\n".join(map(" ".join, lines))
    reader = stub_reader({"Agnes": 9.0, "Doyle": -9.0}, scorer=PhraseScorer())
    found = TextReader(reader, text).ask("Who?", 5)
    assert found.passages > 2 and found.answers[0].text.split() == ["Agnes", "Maria", "Doyle"]
    assert len({answer[1:3] for answer in found.answers}) == 5
    assert sum(answer.probability for answer in found.answers) <= 1.0


def test_an_answer_never_crosses_a_blank_line():
    text = "List of rivers\n\nDanube\n\nRhine\n\nElbe\n\nOder"
    reader = stub_reader({"Danube": 9.0, "Oder": -9.0}, scorer=PhraseScorer())
    reader.reading = replace(reader.reading, max_answer_len=0)
    found = TextReader(reader, text).ask("Which?", 20)
    assert found.passages == 1
    assert {answer.text for answer in found.answers} == {
        *("List", "of", "rivers", "List of", "of rivers", "List of rivers"),
        *("Danube", "Rhine", "Elbe", "Oder"),
    }


@pytest.mark.parametrize(
    ("text", "words", "answer"),
    [
        ("\ufeffAgnes lit it.", ("\ufeff", "Agnes"), "Agnes"),
        ("It was \ufeff Agnes\u200b\u2060 here.", ("\ufeff", "\u2060"), "Agnes"),
        ("It was Agnes\u200d here.", ("Agnes\u200d", "Agnes\u200d"), "Agnes"),
        ("می\u200cخواهم here", ("می\u200cخواهم", "می\u200cخواهم"), "می\u200cخواهم"),
        ("👨\u200d👩\u200d👧 family arrived", ("👧", "family"), "👨\u200d👩\u200d👧 family"),
        ("🇫🇷🇩🇪🇮🇹 on the ship", ("🇪", "🇪"), "🇩🇪"),
        ("the 👍🏽\ufe0f here", ("👍", "👍"), "👍🏽\ufe0f"),
        ("key 1\ufe0f\u20e3 here", ("1", "1"), "1\ufe0f\u20e3"),
        ("a (e\u0301) b", ("e\u0301", "e\u0301"), "e\u0301"),
        ("a 🌊\u0301 b", ("\u0301", "\u0301"), "🌊\u0301"),
        ("an “open” café", ("open", "open"), "open"),
    ],
)
def test_an_answer_begins_and_ends_where_it_is_seen_to(text, words, answer):
    if words[0] == words[1]:
        reader = stub_reader({words[0]: 9.0})
    else:
        reader = stub_reader({words[0]: 9.0, words[1]: -9.0}, scorer=PhraseScorer())
    answers = TextReader(reader, text).ask("?", 20).answers
    assert answers[0].text == answer
    assert len({each[1:3] for each in answers}) == len(answers)
    for each in answers:
        assert text[each.char_start : each.char_end] == each.text and each.text.strip(
            "\ufeff\u2060"
        )


@pytest.mark.parametrize("text", ["\ufeff", "\u200b \u2060\n\n\u200d"])
def test_a_text_in_which_nothing_is_seen_has_no_answer(text):
    assert ask(text, {}) == Found([], 0, 0)


def test_what_is_not_seen_takes_no_answers_place():
    text = "\ufeff\ufeff \u200b Agnes \u2060 Zorn"
    found = TextReader(stub_reader({"\ufeff": 9.0}), text).ask("?", 3)
    assert [answer.text for answer in found.answers] == ["Agnes", "Agnes \u2060 Zorn", "Zorn"]


def test_the_words_of_a_question_that_are_read_are_counted():
    texts = TextReader(stub_reader({}), "Agnes lit it.")
    assert texts.question_tokens("Who lit it?") == (4, 4)
    assert texts.question_tokens("Who " * 34) == (30, 34)


@pytest.mark.parametrize("end", ["\n", " "])
def test_a_long_text_without_blank_lines_is_read_where_it_shares_the_questions_words(end):
    lines = [paragraph(150, **{f"x{i}": 3}) + " end." for i in range(400)]
    lines[237] = paragraph(150, mills=2, here=9) + " end."
    found = ask(end.join(lines), {"here": 9.0, "x300": 20.0}, question="Which mill?")
    assert found.answers[0].text == "here" and (found.read, found.passages) == (64, 400)


@pytest.mark.parametrize("length", [59, 60, 61])
def test_an_answer_at_the_end_of_a_window_of_all_lengths(length):
    text = paragraph(length, here=length - 1)
    (answer,) = ask(text, {"here": 9.0}, context_len=60).answers
    assert answer[:3] == ("here", len(text) - 4, len(text))


def test_an_answer_in_the_overlap_of_two_windows_comes_once():
    found = ask(paragraph(90, here=45), {"here": 9.0}, n_best=5, context_len=60)
    assert len({answer[:3] for answer in found.answers}) == 5
    assert sum(answer.probability for answer in found.answers) <= 1.0


def test_forty_other_paragraphs_change_no_answer():
    """Some of two words: these must not win by being tiny."""
    answer_in = paragraph(120, here=50)
    others = [paragraph(2 if i % 2 else 200) for i in range(40)]
    text = "\n\n".join([*others[:20], answer_in, *others[20:]])
    (alone,) = ask(answer_in, {"here": 12.0}).answers
    found = ask(text, {"here": 12.0})
    assert found.answers[0].text == alone.text == "here" and found.read == found.passages
    assert 0.5 * alone.probability < found.answers[0].probability < alone.probability


@pytest.mark.parametrize(
    ("text", "answer"),
    [("İİİ Ψ ﬁ cafe\u0301 opened 1987", "1987"), ("🚲🚲 rental costs 40 euros", "40")],
)
def test_an_answer_is_a_slice_of_the_text_as_it_stands(text, answer):
    assert ask(text, {answer: 9.0}).answers[0].text == answer


def test_a_temperature_changes_the_probability_alone():
    found = [
        TextReader(stub_reader({"b": 3.0}, temperature=t), "a b c").ask("?").answers[0]
        for t in (1.0, 2.0)
    ]
    assert found[0][:3] == found[1][:3] and found[0].probability > found[1].probability


def test_of_a_long_text_the_passages_are_read_that_share_the_questions_words(monkeypatch):
    monkeypatch.setattr(text_reader, "PASSAGE_TOKENS", 20)
    paragraphs = [paragraph(20, **{f"x{i}": 3}) for i in range(50)]
    paragraphs[37] = paragraph(20, mills=2, here=9)
    text = "\n\n".join(paragraphs)
    found = ask(text, {"here": 9.0, "x36": 20.0}, question="Which mill?", most_read=5)
    assert found.answers[0].text == "here" and (found.read, found.passages) == (5, 50)


@pytest.mark.parametrize("text", ["", " \n\n "])
def test_a_text_without_a_token_has_no_answer(text):
    assert ask(text, {}) == Found([], 0, 0)


@pytest.mark.parametrize("text", ["…", "one"])
def test_a_text_of_one_token_is_its_answer(text):
    (answer,) = ask(text, {}, question="").answers
    assert answer.text == text and answer.probability == pytest.approx(1.0)


def test_of_a_long_text_few_windows_are_in_memory_at_once():
    sizes = []

    def noted(batches, number):
        for batch in batches:
            sizes.append(len(batch.rows))
            yield batch

    texts = TextReader(stub_reader({"here": 9.0}), "\n\n".join(["word " * 300] * 40))
    assert texts.ask("?", progress=noted).read == 40
    assert sum(sizes) == 40 and max(sizes) <= text_reader.AT_ONCE


def test_what_an_answer_looked_at_is_told_by_word():
    texts = TextReader(stub_reader({"b": 9.0}), "z\n\na b c d")
    texts.passages = passages_of("z\n\na b c d", 1, 4)  # two of them
    (answer,) = texts.ask("Who is it ?").answers
    both = answer._replace(char_end=answer.char_end + 2)
    assert answer.text == "b"
    look = texts.look("Who is it ?", both)
    assert look == (["b", "c"], ["Who", "is", "it", "?"], [[0, 1, 0, 0], [0, 0, 1, 0]])


def test_without_a_limit_of_an_answer_only_spans_inside_a_window_take_memory():
    reader = stub_reader({"here": 9.0}, context_len=20)
    reader.reading = replace(reader.reading, max_answer_len=0)
    texts = TextReader(reader, paragraph(500, here=250))
    with memory() as most:
        (answer,) = texts.ask("What?").answers
    assert answer.text == "here" and most.bytes < 1_000_000  # all spans of 500 tokens: 2 MB


def test_what_an_answer_looked_at_takes_little_memory_where_one_word_is_long():
    text = paragraph(200, here=0, long=1).replace("long", "x" * 100_000)
    texts = TextReader(stub_reader({"here": 9.0}), text)
    (answer,) = texts.ask("What?").answers
    with memory() as most:
        look = texts.look("What?", answer)
    assert look.answer == ["here"] and most.bytes < 10_000_000  # 200 such words: 80 MB


def test_several_models_are_refused():
    (member,) = stub_reader({}).members
    with pytest.raises(InputError, match="expected a reader of one model, got one of 2"):
        TextReader(Reader([member, member]), "text")
