"""From log-probabilities to answers: slices of the context, the best over all windows.

The model is a stand-in that looks up its log-probabilities in a table, so that the best span is
known by hand or by brute force over all pairs.
"""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from squad_reader.data.encoded import Encoded
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import prediction_rows
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenizer import token_spans
from squad_reader.model.scorer import Scorer
from squad_reader.model.span_decoder import DISTANCE
from squad_reader.predict import answers as answers_module
from squad_reader.predict.answers import answer_all, make_answer, predict_spans

HARD = "The  “Denver\tBroncos” — don't 24–10…\n😀 Zörtk's."


class TableModel(Scorer):
    """Scores tokens by a table: (question, window start) -> start and end log-probabilities."""

    def __init__(self, rows, table):
        self.rows, self.table = rows, table
        self.batch_sizes = []

    def get_log_probs(self, batch):
        self.batch_sizes.append(len(batch.rows))
        shape = batch.context_mask.shape
        start, end = np.full(shape, -np.inf), np.full(shape, -np.inf)
        for i, row in enumerate(batch.rows):
            key = (int(self.rows.examples[row]), int(self.rows.window_starts[row]))
            length = self.rows.lengths[row]
            start[i, :length], end[i, :length] = self.table(*key, length)
        return start, end


def random_table(question, window_start, length):
    """Another table for each window; few distinct values and some noise, so that many are near."""
    rng = np.random.default_rng([question, window_start])
    noise = rng.integers(-3, 4, size=(2, length)) * DISTANCE / 4
    return np.log(rng.integers(1, 5, size=(2, length)) / 20) + noise


@pytest.fixture
def load(write_squad):
    """Gives a function: paragraphs, context_len -> (data, tokenized, rows)."""

    def load(paragraphs, context_len=600):
        data = read_squad(write_squad(paragraphs))
        tokenized = preprocess(data)
        return data, tokenized, prediction_rows(tokenized, context_len, 30)

    return load


def predict(rows, *tables, **kwargs):
    """The spans that one model chooses, or several together."""
    models = [TableModel(rows, table) for table in tables or [random_table]]
    return predict_spans([(model, Encoded(rows.data, [])) for model in models], rows, **kwargs)


# --- slices -------------------------------------------------------------------------------------


def test_every_answer_is_the_slice_between_its_offsets(load):
    data, tokenized, _ = load([(HARD, [("?", None)])])
    places = token_spans(HARD)
    for start, end in itertools.combinations_with_replacement(range(len(places)), 2):
        answer = make_answer(data, tokenized, 0, start, end, math.log(0.25))
        assert (answer.char_start, answer.char_end) == (places[start][0], places[end][1])
        assert answer.text == HARD[answer.char_start : answer.char_end]
        assert answer.probability == pytest.approx(0.25)


def test_spaces_quotes_and_capitals_of_the_context_stay(load):
    data, tokenized, _ = load([(HARD, [("?", None)])])
    assert make_answer(data, tokenized, 0, 0, 4, 0.0).text == "The  “Denver\tBroncos”"


def test_the_slice_is_of_the_questions_own_context(load):
    data, tokenized, _ = load([("One two.", [("?", None)]), ("Three four.", [("?", None)])])
    assert make_answer(data, tokenized, 1, 1, 1, 0.0).text == "four"


@settings(max_examples=50, deadline=None)
@given(context=st.text(min_size=1, max_size=60), seed=st.integers(0, 99))
def test_any_context_gets_an_answer_that_is_its_slice(context, seed, tmp_path_factory):
    import json

    content = {"id": "q", "question": "?", "answers": []}
    path = tmp_path_factory.getbasetemp() / "any.json"
    paragraphs = [{"context": context, "qas": [content]}]
    path.write_text(
        json.dumps({"version": "1.1", "data": [{"title": "T", "paragraphs": paragraphs}]})
    )
    data = read_squad(path)
    tokenized = preprocess(data)
    rows = prediction_rows(tokenized, 7, 30)
    (answer,) = answer_all(data, tokenized, predict(rows, lambda q, w, n: random_table(seed, w, n)))
    assert answer.text == context[answer.char_start : answer.char_end]
    assert bool(answer.text) == bool(token_spans(context))


@pytest.mark.parametrize("context", ["", " ", "\n\t\u3000"])
def test_a_context_without_a_token_gets_the_empty_answer(load, context):
    data, tokenized, rows = load([(context, [("?", None)]), ("One.", [("?", "One")])])
    spans = predict(rows, num_best=3)
    assert (spans.start_pos[0], spans.end_pos[0], spans.log_prob[0]) == (-1, -1, -np.inf)
    first, second = answer_all(data, tokenized, spans)
    assert first == ("", 0, 0, 0.0)
    assert second.text
    assert spans.n_best[0] == []


def test_an_empty_question_gets_an_answer(load):
    data, tokenized, rows = load([("One.", [("", None), (" ", None)])])
    assert all(answer.text for answer in answer_all(data, tokenized, predict(rows)))


def test_no_question_gets_no_answer(load):
    data, tokenized, rows = load([("One.", [])])
    assert answer_all(data, tokenized, predict(rows)) == []


def test_an_independent_span_whose_end_comes_first_is_the_empty_answer(load):
    data, tokenized, rows = load([("One two three.", [("?", None)])])

    def table(*_):
        return np.log([[0.1, 0.1, 0.7, 0.1], [0.6, 0.2, 0.1, 0.1]])

    independent = predict(rows, table, span="independent")
    assert (independent.start_pos[0], independent.end_pos[0]) == (2, 0)
    (answer,) = answer_all(data, tokenized, independent)
    assert answer[:3] == ("", 0, 0)
    assert answer.probability == pytest.approx(0.42)
    # Of the legal pairs it is (2, 2) with 0.07 against (0, 0) with 0.06.
    assert answer_all(data, tokenized, predict(rows, table))[0].text == "three"


def test_max_answer_len_limits_the_answer(load):
    _, _, rows = load([("One two three four.", [("?", None)])])

    def table(*_):
        return np.log([[0.9, 0.025, 0.025, 0.025, 0.025], [0.025, 0.025, 0.025, 0.9, 0.025]])

    lengths = []
    for limit in (0, 4, 3, 1):
        spans = predict(rows, table, max_answer_len=limit)
        lengths.append(int(spans.end_pos[0] - spans.start_pos[0] + 1))
    assert lengths == [4, 4, 1, 1]


# --- windows ------------------------------------------------------------------------------------

WORDS = " ".join(f"w{i}" for i in range(23))


def all_spans(rows, question, limit, table=random_table):
    """Span -> log-probability; of a span in several windows the highest."""
    best = {}
    for row in np.flatnonzero(rows.examples == question):
        first, length = int(rows.window_starts[row]), int(rows.lengths[row])
        start, end = table(question, first, length)
        for i in range(length):
            for j in range(i, min(length, i + limit)):
                key = (first + i, first + j)
                best[key] = max(best.get(key, -np.inf), start[i] + end[j])
    return best


def all_positions(rows, question, table=random_table):
    """Likewise of the starts and of the ends, each from any window."""
    best = ({}, {})
    for row in np.flatnonzero(rows.examples == question):
        first, length = int(rows.window_starts[row]), int(rows.lengths[row])
        for into, log_probs in zip(best, table(question, first, length), strict=True):
            for i in range(length):
                into[first + i] = max(into.get(first + i, -np.inf), log_probs[i])
    return best


@pytest.mark.parametrize("context_len", [1, 2, 5, 8, 23, 600])
def test_the_answer_is_the_one_that_the_rule_names_over_all_windows(load, by_the_rule, context_len):
    _, _, rows = load([(WORDS, [("?", None)] * 20)], context_len)
    joint = predict(rows, max_answer_len=4)
    independent = predict(rows, span="independent")
    for question in range(20):
        (((start, end), log_prob),) = by_the_rule(all_spans(rows, question, 4), 1)
        expected = {"joint": (start, end, log_prob)}
        found = [by_the_rule(each, 1) for each in all_positions(rows, question)]
        ((start, x),), ((end, y),) = found
        expected["independent"] = (start, end, x + y)
        for name, spans in (("joint", joint), ("independent", independent)):
            found = (spans.start_pos[question], spans.end_pos[question], spans.log_prob[question])
            assert found == expected[name]


@pytest.mark.parametrize("context_len", [1, 5, 8, 600])
def test_the_n_best_are_those_of_all_windows_each_once(load, by_the_rule, context_len):
    _, _, rows = load([(WORDS, [("?", None)] * 5)], context_len)
    spans = predict(rows, max_answer_len=4, num_best=12)
    for question in range(5):
        expected = by_the_rule(all_spans(rows, question, 4), 12)
        assert spans.n_best[question] == [(*key, log_prob) for key, log_prob in expected]
        assert len({span[:2] for span in spans.n_best[question]}) == len(expected)


def test_the_first_of_the_n_best_is_the_answer(load):
    _, _, rows = load([(WORDS, [("?", None)] * 20)], 5)
    spans = predict(rows, num_best=2)
    firsts = [best[0] for best in spans.n_best]
    assert firsts == list(zip(spans.start_pos, spans.end_pos, spans.log_prob, strict=True))


def test_n_best_are_not_made_unless_asked_for(load):
    _, _, rows = load([(WORDS, [("?", None)])])
    assert predict(rows).n_best == [[]]


@pytest.mark.parametrize("batch_size", [1, 2, 3, 100])
def test_neither_batch_size_nor_order_of_batches_changes_anything(load, monkeypatch, batch_size):
    """All tables are full of ties, so that an answer that came first would show."""
    _, _, rows = load([(WORDS, [("?", None)] * 6)], 5)

    def table(_, window_start, length):
        return np.log(np.full((2, length), 0.1))

    def all_of(**kwargs):
        spans = predict(rows, table, num_best=7, max_answer_len=3, **kwargs)
        return [spans.start_pos.tolist(), spans.end_pos.tolist(), spans.n_best]

    expected = all_of(batch_size=100)
    assert all_of(batch_size=batch_size) == expected
    real = answers_module.sorted_batches
    monkeypatch.setattr(
        answers_module,
        "sorted_batches",
        lambda *args: [numbers[::-1] for numbers in real(*args)[::-1]],
    )
    assert all_of(batch_size=batch_size) == expected


def test_of_two_windows_with_the_same_best_score_and_start_the_earlier_end_wins(load, monkeypatch):
    """w2 begins a span of the same score in both windows, which ends at w2 or at w3."""
    _, _, rows = load([("w0 w1 w2 w3 w4 w5", [("?", None)])], 4)

    def table(_, window_start, length):
        start, end = np.full((2, length), 0.01)
        start[2 - window_start] = 0.9
        end[(3 if window_start == 0 else 2) - window_start] = 0.9
        return np.log([start, end])

    assert rows.window_starts.tolist() == [0, 2]
    assert predict(rows, table, batch_size=1).end_pos[0] == 2
    real = answers_module.sorted_batches
    monkeypatch.setattr(answers_module, "sorted_batches", lambda *args: real(*args)[::-1])
    assert predict(rows, table, batch_size=1).end_pos[0] == 2


# --- progress, observers ------------------------------------------------------------------------


def test_batch_size_is_the_most_rows_in_a_batch(load):
    _, _, rows = load([(WORDS, [("?", None)] * 7)])
    model = TableModel(rows, random_table)
    predict_spans([(model, Encoded(rows.data, []))], rows, batch_size=3)
    assert sorted(model.batch_sizes) == [1, 3, 3]


def test_the_progress_bar_sees_all_batches_and_their_number(load):
    _, _, rows = load([(WORDS, [("?", None)] * 7)])
    seen = []

    def progress(batches, total):
        seen.append(total)
        for batch in batches:
            seen.append(len(batch.rows))
            yield batch

    predict(rows, batch_size=3, progress=progress)
    assert seen[0] == 3
    assert sum(seen[1:]) == 7


def test_the_observer_sees_each_row_once_with_its_log_probs(load):
    _, _, rows = load([(WORDS, [("?", None)] * 7)], 5)
    seen = []

    def observe(batch, log_probs):
        assert log_probs[0].shape == log_probs[1].shape == batch.context_mask.shape
        seen.extend(batch.rows)

    predict(rows, batch_size=3, observe=observe)
    assert sorted(seen) == list(range(len(rows)))
