"""Scores during training, by hand, and the measure of the 2018 code written out to compare with."""

import math
from collections import Counter

import numpy as np
import pytest

from squad_reader.data.batches import Batch
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import Target
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenizer import tokenize
from squad_reader.predict.answers import Answer, Spans
from squad_reader.score.squad_v1_1 import normalize_answer
from squad_reader.train.scores import (
    MeanLoss,
    joined_tokens,
    official_question_scores,
    official_scores,
    one_reference_question_scores,
    one_reference_scores,
)

CONTEXT = "The Denver Broncos  beat the Carolina Panthers, 24-10."
QUESTIONS = [
    ("Who won?", "Denver Broncos"),
    ("Who lost?", "Carolina Panthers"),
    ("By how much?", None),
]


@pytest.fixture
def data(write_squad):
    return read_squad(write_squad([(CONTEXT, QUESTIONS)]))


@pytest.fixture
def tokenized(data):
    return preprocess(data)


def spans_of(*pairs):
    starts, ends = np.array(pairs).T
    return Spans(starts, ends, np.zeros(len(pairs)), [[] for _ in pairs])


def answers(*texts):
    return [Answer(text, 0, len(text), 1.0) for text in texts]


def test_official_scores_by_hand(data):
    """EM 0, 1, 0; F1 of "Broncos" against two words is 2/3; no gold and some answer is 0."""
    scores = official_scores(data, answers("the Broncos", "Carolina Panthers", "by 14"))
    assert scores == {"f1": 100 * (2 / 3 + 1) / 3, "em": 100 / 3}


def test_official_scores_of_each_question_by_hand(data):
    scores = official_question_scores(data, answers("the Broncos", "Carolina Panthers", "by 14"))
    assert scores.f1.tolist() == [pytest.approx(2 / 3), 1.0, 0.0]
    assert scores.em.tolist() == [0.0, 1.0, 0.0]


def test_official_scores_take_the_best_of_all_gold_answers(data):
    golds = data.examples[0].answers
    example = data.examples[0]._replace(answers=(golds[0]._replace(text="Carolina"), *golds))
    data.examples[:] = [example]
    assert official_scores(data, answers("Denver Broncos")) == {"f1": 100.0, "em": 100.0}


def test_one_reference_scores_by_hand(tokenized):
    """Tokens: the denver broncos beat the ...: span 2-2 is "broncos", 5-6 the second gold."""
    scores = one_reference_scores(tokenized, spans_of((2, 2), (5, 6), (0, 0)), np.arange(3))
    assert scores == {
        "f1_one_reference": pytest.approx(100 * (2 / 3 + 1) / 2),  # the third has no gold answer
        "em_one_reference": 50.0,
    }


def test_one_reference_scores_of_each_question_are_in_the_order_asked_for(tokenized):
    spans = spans_of((2, 2), (5, 6), (0, 0))
    scores = one_reference_question_scores(tokenized, spans, np.array([1, 2, 0]))
    assert scores.f1.tolist() == pytest.approx([1.0, math.nan, 2 / 3], nan_ok=True)
    assert scores.em.tolist() == pytest.approx([1.0, math.nan, 0.0], nan_ok=True)


def test_one_reference_scores_count_only_the_questions_asked_for(tokenized):
    spans = spans_of((2, 2), (5, 6), (0, 0))
    assert one_reference_scores(tokenized, spans, np.array([1]))["f1_one_reference"] == 100.0
    assert one_reference_scores(tokenized, spans, np.array([2]))["f1_one_reference"] == 0.0


def test_an_answer_at_the_very_beginning_counts(write_squad):
    tokenized = preprocess(read_squad(write_squad([("One two.", [("?", "One")])])))
    scores = one_reference_scores(tokenized, spans_of((0, 0)), np.array([0]))
    assert scores == {"f1_one_reference": 100.0, "em_one_reference": 100.0}


def test_a_span_whose_end_comes_first_scores_zero(tokenized):
    """As in the 2018 code, whose slice of such a span is empty."""
    scores = one_reference_scores(tokenized, spans_of((6, 5)), np.array([0]))
    assert scores == {"f1_one_reference": 0.0, "em_one_reference": 0.0}


def f1_em_of_2018(context_tokens, gold_span, predicted_span):
    """The 2018 code's `check_f1_em` for one example: slices of tokens joined by spaces."""
    golden = " ".join(context_tokens[gold_span[0] : gold_span[1] + 1])
    answer = " ".join(context_tokens[predicted_span[0] : predicted_span[1] + 1])
    predicted_words = normalize_answer(answer).split()
    golden_words = normalize_answer(golden).split()
    same = sum((Counter(predicted_words) & Counter(golden_words)).values())
    em = normalize_answer(answer) == normalize_answer(golden)
    if same == 0:
        return 0.0, em
    precision, recall = same / len(predicted_words), same / len(golden_words)
    return 2 * precision * recall / (precision + recall), em


def test_one_reference_is_the_measure_of_2018_for_every_span(tokenized):
    tokens = [token.text for token in tokenize(CONTEXT)]
    for gold in range(2):
        gold_span = (int(tokenized.start_pos[gold]), int(tokenized.end_pos[gold]))
        for start in range(len(tokens)):
            for end in range(len(tokens)):
                spans = spans_of(*[(start, end)] * 3)
                got = one_reference_scores(tokenized, spans, np.array([gold]))
                f1, em = f1_em_of_2018(tokens, gold_span, (start, end))
                assert got["f1_one_reference"] == pytest.approx(100 * f1, abs=1e-12)
                assert got["em_one_reference"] == 100 * em


def test_joined_tokens_are_lower_case_with_one_space_between(tokenized):
    assert joined_tokens(tokenized, 0, 1, 4) == "denver broncos beat the"


def test_joined_tokens_are_those_of_the_questions_own_context(write_squad):
    tokenized = preprocess(read_squad(write_squad([("One two.", [("?", "One")]), ("Three", [])])))
    other = preprocess(read_squad(write_squad([("Zero", []), ("One two.", [("?", "One")])])))
    assert joined_tokens(tokenized, 0, 0, 1) == joined_tokens(other, 0, 0, 1) == "one two"


def batch(starts, ends):
    rows = np.arange(len(starts))
    target = np.where(np.array(starts) < 0, Target.CUT, Target.WHOLE)
    return Batch(rows, rows, {}, np.array(starts), np.array(ends), target)


def test_the_mean_loss_by_hand():
    """Two rows with an answer in two batches: -(ln 1/2 + ln 1/4) and -(ln 1/8 + ln 1/2)."""
    loss = MeanLoss()
    log = np.log
    loss(batch([1], [0]), (log([[0.5, 0.5]]), log([[0.25, 0.75]])))
    loss(
        batch([-1, 0], [-1, 1]), (log([[0.9, 0.1], [1 / 8, 7 / 8]]), log([[0.5, 0.5], [0.5, 0.5]]))
    )
    assert loss.mean() == pytest.approx((math.log(8) + math.log(16)) / 2, abs=1e-12)


def test_the_mean_loss_of_nothing_is_not_a_number():
    assert math.isnan(MeanLoss().mean())
