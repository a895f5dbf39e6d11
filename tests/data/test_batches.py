"""What batches promise: every row once, padding that shows in the mask, answers in the window."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from squad_reader.data.batches import (
    CONTEXT_WIDTHS,
    MAX_BATCH_TOKENS,
    QUESTION_WIDTHS,
    WINDOWS_STEP,
    make_batch,
    prediction_rows,
    shuffled_batches,
    sorted_batches,
    training_rows,
)
from squad_reader.data.placement import Placement
from squad_reader.data.preprocess import TokenizedData
from squad_reader.data.vocabulary import make_vocabulary


def make_data(contexts, questions):
    """Made-up data. contexts: lengths; questions: (context, length, start_pos, end_pos).

    Word number w stands for itself: its id is w + 2, after PAD and UNK.
    """
    total = sum(contexts)
    words = [str(i) for i in range(max(total, 1))]
    lengths = [length for _, length, _, _ in questions]
    column = np.array(questions, dtype=np.int32).reshape(-1, 4).T
    return TokenizedData(
        words=words,
        word_counts=np.ones(len(words), dtype=np.int64),
        sources=words,
        source_words=np.arange(len(words), dtype=np.int32),
        context_tokens=np.arange(total, dtype=np.int32),
        context_char_starts=np.zeros(total, dtype=np.int32),
        context_char_ends=np.ones(total, dtype=np.int32),
        context_offsets=np.cumsum([0, *contexts]),
        question_tokens=np.arange(sum(lengths), dtype=np.int32) % len(words),
        question_char_starts=np.zeros(sum(lengths), dtype=np.int32),
        question_char_ends=np.ones(sum(lengths), dtype=np.int32),
        question_offsets=np.cumsum([0, *lengths]),
        example_contexts=column[0],
        start_pos=column[2],
        end_pos=column[3],
        placement=np.where(column[2] >= 0, Placement.EXACT, Placement.UNANSWERABLE),
    )


def vocabulary_of(data):
    return make_vocabulary(data.words, np.zeros((len(data.words), 2), dtype=np.float32))


def training(data, context_len=600, question_len=30):
    return training_rows(data, vocabulary_of(data), context_len, question_len)


def prediction(data, context_len=600, question_len=30):
    return prediction_rows(data, vocabulary_of(data), context_len, question_len)


@pytest.fixture
def many():
    """500 questions on 100 contexts of 1 to 400 tokens."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 400, 100).tolist()
    questions = []
    for i in range(500):
        start = int(rng.integers(0, lengths[i % 100]))
        questions.append((i % 100, int(rng.integers(1, 40)), start, start))
    return make_data(lengths, questions)


def test_a_batch_by_hand():
    data = make_data([3, 2], [(0, 2, 1, 2), (1, 1, 0, 0)])
    batch = make_batch(training(data), np.array([1, 0]))
    assert batch.context_ids.shape == (2, CONTEXT_WIDTHS[0])
    assert batch.question_ids.shape == (2, QUESTION_WIDTHS[0])
    assert batch.context_ids[:, :4].tolist() == [[5, 6, 0, 0], [2, 3, 4, 0]]
    assert batch.context_mask[:, :4].tolist() == [[1, 1, 0, 0], [1, 1, 1, 0]]
    assert batch.question_ids[:, :3].tolist() == [[4, 0, 0], [2, 3, 0]]
    assert batch.question_mask.sum(axis=1).tolist() == [1, 2]
    assert batch.start_pos.tolist() == [0, 1] and batch.end_pos.tolist() == [0, 2]
    assert not batch.context_ids[:, 4:].any() and not batch.context_mask[:, 4:].any()


def test_masks_count_the_tokens_and_pad_is_only_where_they_are_false(many):
    rows = training(many)
    for numbers in shuffled_batches(rows, 32, seed=1, epoch=1):
        batch = make_batch(rows, numbers)
        assert_array_equal(batch.context_mask.sum(axis=1), rows.lengths[numbers])
        assert_array_equal(batch.context_ids == 0, ~batch.context_mask)
        assert_array_equal(batch.question_ids == 0, ~batch.question_mask)
        assert np.all(np.diff(batch.context_mask.astype(int), axis=1) <= 0)  # real tokens first
        assert batch.context_ids.shape[1] in CONTEXT_WIDTHS
        assert batch.question_ids.shape[1] in QUESTION_WIDTHS


def test_every_row_is_in_one_batch_of_an_epoch(many):
    rows = training(many)
    for batches in (shuffled_batches(rows, 32, 1, 1), sorted_batches(rows, 32)):
        assert_array_equal(np.sort(np.concatenate(batches)), np.arange(len(rows)))


def test_the_order_depends_on_seed_and_epoch_alone(many):
    rows = training(many)

    def order(seed, epoch):
        return [numbers.tolist() for numbers in shuffled_batches(rows, 32, seed, epoch)]

    assert order(1, 1) == order(1, 1)
    assert order(1, 1) != order(1, 2) and order(1, 1) != order(2, 1)
    assert len({len(order(1, epoch)) for epoch in range(5)}) == 1  # an epoch's steps are fixed


def test_batches_keep_to_their_size_and_to_the_memory(many):
    rows = training(many)
    for numbers in shuffled_batches(rows, 100, 1, 1):
        batch = make_batch(rows, numbers)
        assert len(numbers) <= 100 and batch.context_ids.size <= MAX_BATCH_TOKENS
    assert max(map(len, shuffled_batches(rows, 10, 1, 1))) == 10


def test_rows_of_a_batch_are_of_about_the_same_length(many):
    rows = training(many)
    tokens = sum(make_batch(rows, n).context_ids.size for n in shuffled_batches(rows, 20, 1, 1))
    assert tokens < 1.35 * rows.lengths.sum()  # in one random order it would be about twice


def test_a_long_question_is_cut_and_an_empty_one_is_all_padding():
    batch = make_batch(prediction(make_data([9], [(0, 50, 0, 0), (0, 0, 0, 0)])), np.array([0, 1]))
    assert batch.question_mask.sum(axis=1).tolist() == [30, 0]


def test_questions_without_an_answer_are_answered_but_not_trained_on():
    data = make_data([4, 4], [(0, 1, -1, -1), (1, 1, 2, 3)])
    assert training(data).examples.tolist() == [1]
    assert prediction(data).examples.tolist() == [0, 1]


def test_an_empty_context_has_no_row():
    data = make_data([0, 2], [(0, 1, -1, -1), (1, 1, 0, 0)])
    assert prediction(data).examples.tolist() == [1]


def test_no_question_at_all_gives_no_batch():
    rows = prediction(make_data([3], []))
    assert sorted_batches(rows, 5) == [] and len(rows) == 0


@pytest.mark.parametrize("answer", [(0, 0), (3, 5), (24, 26), (49, 49)])
def test_the_training_window_holds_the_answer(answer):
    data = make_data([50], [(0, 1, *answer)])
    batch = make_batch(training(data, context_len=10), np.array([0]))
    assert batch.context_mask.sum() == 10
    found = batch.context_ids[0, batch.start_pos[0] : batch.end_pos[0] + 1]
    assert found.tolist() == list(range(answer[0] + 2, answer[1] + 3))


def test_an_answer_longer_than_the_window_is_cut_at_its_end():
    data = make_data([50], [(0, 1, 10, 40)])
    batch = make_batch(training(data, context_len=10), np.array([0]))
    assert (batch.start_pos[0], batch.end_pos[0]) == (0, 9)
    assert batch.context_ids[0, :10].tolist() == list(range(12, 22))


@settings(max_examples=60, deadline=None)
@given(length=st.integers(1, 60), context_len=st.integers(1, 25))
def test_windows_cover_the_context_and_hold_every_short_span(length, context_len):
    rows = prediction(make_data([length], [(0, 1, 0, 0)]), context_len)
    windows = [range(s, s + n) for s, n in zip(rows.window_starts, rows.lengths, strict=True)]
    assert set().union(*windows) == set(range(length))
    assert all(len(window) == min(length, context_len) for window in windows)
    span = max(context_len - max(context_len // 2, 1), 0) + 1  # tokens two windows share, and one
    for start in range(length - span + 1):
        assert any(start in window and start + span - 1 in window for window in windows)


def test_one_window_is_enough_for_a_context_that_fits():
    assert prediction(make_data([10], [(0, 1, 0, 0)]), context_len=10).window_starts.tolist() == [0]


def test_take_gives_the_chosen_rows(many):
    rows = training(many).take(np.array([5, 2]))
    assert rows.examples.tolist() == [5, 2] and len(rows) == 2


def test_contexts_that_several_rows_ask_about_are_in_the_shared_inputs_once():
    data = make_data([5, 9, 7], [(1, 3, 0, 0), (0, 2, 0, 0), (1, 4, 2, 3), (2, 1, 1, 1)])
    batch = make_batch(prediction(data), np.arange(4))
    inputs, shared = batch.inputs(), batch.shared_inputs()
    assert shared["context_ids"].shape == (WINDOWS_STEP, 32)  # three, and rows of padding
    assert not shared["context_mask"][3:].any() and not shared["context_ids"][3:].any()
    assert len(set(shared["windows"])) == 3 and shared["windows"][0] == shared["windows"][2]
    for name in ("context_ids", "context_mask"):
        assert_array_equal(shared[name][shared["windows"]], inputs[name])
    for name in ("question_ids", "question_mask"):
        assert_array_equal(shared[name], inputs[name])


def test_questions_on_one_context_share_a_batch():
    questions = [(i % 10, 3, 0, 0) for i in range(60)]
    rows = prediction(make_data([20] * 10, questions))
    for numbers in sorted_batches(rows, 12):
        assert len(set(rows.data.example_contexts[rows.examples[numbers]])) == 2
