"""A window that holds only a part of an answer is no place to learn it: no false target.

These run under Python 3, without TensorFlow.
"""

from types import SimpleNamespace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from v4.batches import Rows, num_too_long
from v4.vectors import Vocabulary


def rows_of(length, answer, context_len, training):
    """Rows of one question on a context of the words "0", "1", ...; word w has the id w + 2."""
    words = [str(i) for i in range(length)]
    data = SimpleNamespace(
        words=words,
        context_words=np.arange(length),
        context_offsets=np.array([0, length]),
        context_of=np.array([0]),
        question_words=np.array([0]),
        question_offsets=np.array([0, 1]),
        start_pos=np.array([answer[0]]),
        end_pos=np.array([answer[1]]),
    )
    vectors = {word: np.zeros(1, np.float32) for word in words}
    return Rows(data, Vocabulary(words, vectors, [], 1), context_len, 5, training)


def targets(rows):
    """The answer of each row, counted from its context's first token; None if there is none."""
    if not len(rows):
        return []
    batch = rows.batch(np.arange(len(rows)))
    found = []
    for i, (start, end) in enumerate(zip(batch.start_pos, batch.end_pos, strict=True)):
        ids = batch.context_ids[start : end + 1, i]
        assert (start < 0) == (end < 0) and (start < 0 or ids.all())  # none of it is padding
        found.append(None if start < 0 else (int(ids[0]) - 2, int(ids[-1]) - 2))
    return found


def test_an_answer_at_tokens_8_to_11_is_no_target_of_the_window_0_to_9():
    rows = rows_of(20, (8, 11), 10, training=False)
    assert rows.starts.tolist() == [0, 5, 10]
    assert targets(rows) == [None, (8, 11), None]


def test_an_answer_longer_than_the_window_is_not_trained_on_and_counted():
    for answer, count in (((8, 17), 0), ((8, 18), 1), ((-1, -1), 0)):
        rows = rows_of(20, answer, 10, training=True)
        assert num_too_long(rows.data, 10) == count
        assert targets(rows) == ([answer] if answer == (8, 17) else [])


@given(st.data(), st.integers(1, 30), st.integers(1, 12), st.booleans())
def test_a_target_is_the_whole_answer_where_the_window_holds_it_and_none_elsewhere(
    data, length, context_len, training
):
    start = data.draw(st.integers(0, length - 1))
    answer = start, data.draw(st.integers(start, length - 1))
    rows = rows_of(length, answer, context_len, training)
    windows = zip(rows.starts, rows.starts + rows.lengths, strict=True)
    holds = [begin <= answer[0] and answer[1] < end for begin, end in windows]
    assert targets(rows) == [answer if whole else None for whole in holds]
    if training:
        assert holds == [True] * (answer[1] - answer[0] < context_len)
