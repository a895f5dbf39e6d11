"""What batches promise: every row once, padding that shows in the mask, answers in the window."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from squad_reader.data.batch_order import (
    AVERAGE_CONTEXT,
    MAX_BATCH_TOKENS,
    MAX_CONTEXTS,
    MAX_QUESTIONS,
    QUESTIONS,
    context_batches,
    shuffled_batches,
    sorted_batches,
)
from squad_reader.data.batches import CLOSE_WIDTHS, FEW_WIDTHS, WORDS_SIZES, make_batch, widths_of
from squad_reader.data.encoded import Encoded
from squad_reader.data.features.feature import WordFeature
from squad_reader.data.placement import Placement
from squad_reader.data.preprocess import preprocess
from squad_reader.data.rows import Target, num_too_long, prediction_rows, training_rows
from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenized import TokenizedData


def make_data(contexts, questions):
    """Made-up data. contexts: lengths; questions: (context, length, start_pos, end_pos).

    Each token of the contexts is a word of its own: word number w has the feature w + 2.
    """
    total = sum(contexts)
    words = [str(i) for i in range(max(total, 1))]
    lengths = [length for _, length, _, _ in questions]
    column = np.array(questions, dtype=np.int32).reshape(-1, 4).T
    return TokenizedData(
        words=words,
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


class Numbers(WordFeature):
    """The number of each word, and 2: what the tests know a word by."""

    name = "number"

    def encode(self, texts):
        return np.arange(len(texts.sources)) + 2


def training(data, context_len=600, question_len=30):
    return training_rows(data, context_len, question_len)


def prediction(data, context_len=600, question_len=30):
    return prediction_rows(data, context_len, question_len)


def batch_of(rows, numbers, share=False, **kwargs):
    return make_batch(rows, Encoded(rows.data, [Numbers()]), np.asarray(numbers), share, **kwargs)


def numbers_in(batch, side):
    """The feature of each token: int, (B, T) of the contexts, (B, J) of the questions."""
    words = batch.inputs["word_number"][batch.inputs[f"{side}_words"]]
    return words[batch.windows] if side == "context" else words


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
    batch = batch_of(training(data), [1, 0])
    assert batch.context_mask.shape == (2, FEW_WIDTHS.contexts[0])
    assert batch.inputs["question_words"].shape == (2, FEW_WIDTHS.questions[0])
    assert numbers_in(batch, "context")[:, :4].tolist() == [[5, 6, 0, 0], [2, 3, 4, 0]]
    assert batch.context_mask[:, :4].tolist() == [[1, 1, 0, 0], [1, 1, 1, 0]]
    assert numbers_in(batch, "question")[:, :3].tolist() == [[4, 0, 0], [2, 3, 0]]
    assert batch.inputs["question_mask"].sum(axis=1).tolist() == [1, 2]
    assert batch.start_pos.tolist() == [0, 1] and batch.end_pos.tolist() == [0, 2]
    assert not numbers_in(batch, "context")[:, 4:].any() and not batch.context_mask[:, 4:].any()


def test_masks_count_the_tokens_and_pad_is_only_where_they_are_false(many):
    rows = training(many)
    for numbers in shuffled_batches(rows, 32, seed=1, epoch=1):
        batch = batch_of(rows, numbers)
        assert_array_equal(batch.context_mask.sum(axis=1), rows.lengths[numbers])
        assert_array_equal(numbers_in(batch, "context") == 0, ~batch.context_mask)
        assert_array_equal(numbers_in(batch, "question") == 0, ~batch.inputs["question_mask"])
        assert np.all(np.diff(batch.context_mask.astype(int), axis=1) <= 0)  # real tokens first
        assert batch.context_mask.shape[1] in FEW_WIDTHS.contexts
        assert batch.inputs["question_words"].shape[1] in FEW_WIDTHS.questions


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
        batch = batch_of(rows, numbers)
        assert len(numbers) <= 100 and batch.context_mask.size <= MAX_BATCH_TOKENS
    assert max(map(len, shuffled_batches(rows, 10, 1, 1))) == 10


def test_rows_of_a_batch_are_of_about_the_same_length(many):
    rows = training(many)
    tokens = sum(batch_of(rows, n).context_mask.size for n in shuffled_batches(rows, 20, 1, 1))
    assert tokens < 1.35 * rows.lengths.sum()  # in one random order it would be about twice


def test_a_long_question_is_cut_and_an_empty_one_is_all_padding():
    batch = batch_of(prediction(make_data([9], [(0, 50, 0, 0), (0, 0, 0, 0)])), [0, 1])
    assert batch.inputs["question_mask"].sum(axis=1).tolist() == [30, 0]


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
    batch = batch_of(training(data, context_len=10), [0])
    assert batch.context_mask.sum() == 10
    found = numbers_in(batch, "context")[0, batch.start_pos[0] : batch.end_pos[0] + 1]
    assert found.tolist() == list(range(answer[0] + 2, answer[1] + 3))


def test_an_answer_of_just_the_window_is_whole_and_a_longer_one_is_not_trained_on():
    data = make_data([50], [(0, 1, 11, 20), (0, 1, 10, 20), (0, 1, 40, 49)])
    rows = training(data, context_len=10)
    assert rows.examples.tolist() == [0, 2] and num_too_long(data, 10) == 1
    assert num_too_long(data, 11) == 0
    batch = batch_of(rows, [0, 1])
    assert batch.start_pos.tolist() == [0, 0] and batch.end_pos.tolist() == [9, 9]
    assert numbers_in(batch, "context")[0, 0] == 13


def test_a_target_is_never_a_part_of_an_answer():
    """An answer at tokens 8 to 11 is no answer at 8 to 9 in a window of tokens 0 to 9."""
    data = make_data([20], [(0, 1, 8, 11), (0, 1, -1, -1)])
    rows = prediction(data, context_len=10)
    assert rows.window_starts.tolist() == [0, 5, 10] * 2
    batch = batch_of(rows, np.arange(6))
    assert [Target(target) for target in batch.target] == [
        *(Target.CUT, Target.WHOLE, Target.CUT),
        *[Target.NONE] * 3,
    ]
    assert batch.start_pos.tolist() == [-1, 3, -1, -1, -1, -1]
    assert batch.end_pos.tolist() == [-1, 6, -1, -1, -1, -1]
    assert Target.OUTSIDE in batch_of(prediction(data, context_len=4), np.arange(9)).target


@settings(max_examples=100, deadline=None)
@given(length=st.integers(1, 40), context_len=st.integers(1, 12), data=st.data())
def test_a_target_is_the_answer_itself_or_none(length, context_len, data):
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start, length - 1))
    made = make_data([length], [(0, 1, start, end)])
    for rows in (training(made, context_len), prediction(made, context_len)):
        starts, ends, targets = rows.targets(np.arange(len(rows)))
        for i, first in enumerate(rows.window_starts):
            window = range(first, first + rows.lengths[i])
            inside = len(set(window) & set(range(start, end + 1)))
            expected = Target.WHOLE if inside == end - start + 1 else Target.CUT
            assert targets[i] == (expected if inside else Target.OUTSIDE)
            whole = targets[i] == Target.WHOLE
            assert (
                (starts[i] + first, ends[i] + first) == (start, end) if whole else starts[i] == -1
            )
    assert len(training(made, context_len)) == (end - start < context_len)


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


def test_contexts_that_several_rows_ask_about_are_in_a_shared_batch_once():
    data = make_data([5, 9, 7], [(1, 3, 0, 0), (0, 2, 0, 0), (1, 4, 2, 3), (2, 1, 1, 1)])
    alone, shared = (batch_of(prediction(data), np.arange(4), share) for share in (False, True))
    assert "windows" not in alone.inputs and alone.windows.tolist() == [0, 1, 2, 3]
    assert shared.inputs["context_words"].shape == (FEW_WIDTHS.windows, 32)  # three, and padding
    assert not shared.inputs["context_mask"][3:].any()
    assert not shared.inputs["context_words"][3:].any()
    windows = shared.inputs["windows"]
    assert len(set(windows)) == 3 and windows[0] == windows[2] and windows.dtype == np.int32
    assert_array_equal(windows, shared.windows)
    for side in ("context", "question"):
        assert_array_equal(numbers_in(shared, side), numbers_in(alone, side))
    assert_array_equal(shared.context_mask, alone.context_mask)
    assert_array_equal(shared.inputs["question_mask"], alone.inputs["question_mask"])


def test_windows_are_known_by_their_place_and_not_by_what_stands_in_them():
    """Two contexts of the same words are two contexts: their letters may differ."""
    data = make_data([3, 3, 3], [(0, 1, 0, 0), (1, 1, 0, 0), (1, 1, 0, 0)])
    same = replace(data, context_tokens=np.tile(data.context_tokens[:3], 3))
    shared = batch_of(prediction(same), np.arange(3), share=True)
    assert shared.windows.tolist() == [0, 1, 1]
    assert numbers_in(shared, "context")[:, :3].tolist() == [[2, 3, 4]] * 3


def test_the_table_has_the_words_of_the_batch_and_no_others(many):
    rows = training(many)
    for numbers in shuffled_batches(rows, 7, 1, 1)[:9]:
        batch = batch_of(rows, numbers)
        table = batch.inputs["word_number"]
        used = {*numbers_in(batch, "context").ravel(), *numbers_in(batch, "question").ravel()}
        assert set(table) == used | {0} and table[0] == 0
        assert len(table) in WORDS_SIZES or len(table) % WORDS_SIZES[-1] == 0


def test_questions_on_one_context_share_a_batch():
    questions = [(i % 10, 3, 0, 0) for i in range(60)]
    rows = prediction(make_data([20] * 10, questions))
    for numbers in sorted_batches(rows, 12):
        assert len(set(rows.data.example_contexts[rows.examples[numbers]])) == 2


# --- batches by contexts --------------------------------------------------------------------------


def test_each_context_is_in_one_batch_with_all_its_questions(many):
    rows = training(many)
    for epoch in (1, 2):
        batches = context_batches(rows, 8, seed=1, epoch=epoch)
        assert_array_equal(np.sort(np.concatenate(batches)), np.arange(len(rows)))
        contexts = [set(many.example_contexts[rows.examples[numbers]]) for numbers in batches]
        assert sum(map(len, contexts)) == len(set().union(*contexts))


def test_their_order_depends_on_seed_and_epoch_alone(many):
    rows = training(many)

    def order(seed, epoch):
        return [numbers.tolist() for numbers in context_batches(rows, 8, seed, epoch)]

    assert order(1, 1) == order(1, 1)
    assert order(1, 1) != order(1, 2) and order(1, 1) != order(2, 1)
    # An epoch's steps are fixed, or a run could not go on where it stopped.
    assert len({len(order(seed, epoch)) for seed in (1, 2) for epoch in range(20)}) == 1


def test_they_keep_to_the_memory_and_have_little_padding(many):
    rows = training(many)
    padded = tokens = 0
    for numbers in context_batches(rows, 8, 1, 1):
        batch = batch_of(rows, numbers, share=True, widths=CLOSE_WIDTHS)
        contexts = len(batch.inputs["context_words"])
        lengths = rows.lengths[numbers]
        assert contexts == len(set(batch.windows))
        assert contexts * lengths.max() <= 8 * AVERAGE_CONTEXT or contexts == 1
        assert len(numbers) * lengths.max() <= 8 * AVERAGE_CONTEXT * QUESTIONS or contexts == 1
        padded += batch.inputs["context_mask"].size
        tokens += batch.inputs["context_mask"].sum()
    assert tokens > 0.9 * padded  # with few contexts; on SQuAD less is padding


@pytest.mark.parametrize("contexts", [10, 16, 20])
def test_on_squad_less_than_a_twentieth_is_padding(real_squad, contexts):
    """With as many contexts as the models' recipes have."""
    rows = training(preprocess(read_squad(real_squad("train-v1.1.json"))))
    padded = tokens = 0
    for numbers in context_batches(rows, contexts, 1, 1):
        lengths = rows.lengths[numbers]
        _, firsts = np.unique(rows.windows(numbers), return_index=True)
        padded += len(firsts) * widths_of(lengths, CLOSE_WIDTHS.contexts).max()
        tokens += lengths[firsts].sum()
        assert len(numbers) * lengths.max() <= contexts * AVERAGE_CONTEXT * QUESTIONS
    assert padded - tokens < 0.05 * padded


def test_a_context_with_very_many_questions_is_read_again_for_some():
    data = make_data([30, 5], [(0, 3, 0, 0)] * 205 + [(1, 3, 0, 0)])
    batches = context_batches(training(data), 2, 1, 1)
    assert_array_equal(np.sort(np.concatenate(batches)), np.arange(206))
    assert max(map(len, batches)) * 30 <= 2 * AVERAGE_CONTEXT * QUESTIONS
    alone = context_batches(training(make_data([600], [(0, 3, 0, 0)] * 205)), 13, 1, 1)
    assert sorted(map(len, alone)) == [5, *[MAX_QUESTIONS] * 10]


@pytest.mark.parametrize("batch_size", [1, 4, 100])
def test_no_batch_of_contexts_is_larger_than_the_memory(batch_size, many):
    most = min(batch_size, MAX_CONTEXTS) * AVERAGE_CONTEXT * QUESTIONS
    long = training(make_data([2000, 30], [(0, 3, 0, 0)] * 200 + [(1, 3, 0, 0)] * 200), 2000)
    for rows in (training(many), long):
        batches = context_batches(rows, batch_size, 1, 1)
        assert_array_equal(np.sort(np.concatenate(batches)), np.arange(len(rows)))
        for numbers in batches:
            assert len(numbers) * rows.lengths[numbers].max() <= most or len(numbers) == 1
    assert most <= 19_200
