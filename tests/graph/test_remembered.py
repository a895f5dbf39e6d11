"""A scorer that remembers contexts: equal numbers, each read once, bounded memory."""

import threading

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from squad_reader.graph.remembered import RememberingScorer


class Stub(RememberingScorer):
    """Of a context's token it "reads" its word's number twice; it notes what it is asked."""

    def __init__(self, most_tokens):
        super().__init__({}, {}, most_tokens=most_tokens)
        self.asked = []

    def _run(self, step, known, names=()):
        assert step == "context"
        self.asked += [int(mask.sum()) for mask in known["context_mask"]]
        values = known["words"][known["context_words"]]
        return {"read_one": values, "read_two": 2 * values}


def known_of(*contexts):
    """Inputs of contexts, each a list of word numbers; the table is another one for each batch."""
    width = max(map(len, contexts)) + 1
    mask = np.arange(width) < np.array([len(each) for each in contexts])[:, None]
    table, words = np.zeros((1, 2), np.float32), np.zeros(mask.shape, np.int32)
    for row, numbers in enumerate(contexts):
        words[row, : len(numbers)] = np.arange(len(numbers)) + len(table)
        table = np.concatenate([table, np.repeat(np.float32(numbers), 2).reshape(-1, 2)])
    return {"words": table, "context_words": words, "context_mask": mask}


def test_a_context_is_read_once_also_beside_others_and_wider():
    scorer = Stub(100)
    for contexts in ([[3, 1]], [[3, 1], [5, 2, 2]], [[5, 2, 2], [3, 1, 9], [3, 1]]):
        known = known_of(*contexts)
        found = scorer.read_contexts(known)
        for row, numbers in enumerate(contexts):
            expected = np.repeat(np.float32(numbers), 2).reshape(-1, 2)
            assert_array_equal(found["read_one"][row, : len(numbers)], expected)
            assert_array_equal(found["read_two"][row, : len(numbers)], 2 * expected)
            assert not found["read_one"][row, len(numbers) :].any()
    assert scorer.asked == [2, 3, 3]


def test_other_numbers_of_a_token_are_another_context():
    scorer = Stub(100)
    for value in (0.0, 1.0):
        known = {**known_of([3, 1]), "context_capital": np.full((1, 3), value)}
        scorer.read_contexts(known)
    assert scorer.asked == [2, 2]


@pytest.mark.parametrize("most", [1, 5, 11])
def test_memory_is_bounded_and_the_latest_stay(most):
    scorer = Stub(most)
    for number in range(50):
        scorer.read_contexts(known_of([number] * (1 + number % 5)))
        assert (
            sum(len(each["read_one"]) for each in scorer._kept.values()) == scorer._tokens <= most
        )
    scorer.asked.clear()
    scorer.read_contexts(known_of([49] * 5))
    assert scorer.asked == ([] if most >= 5 else [5])


def test_an_empty_context_is_read_too():
    found = Stub(10).read_contexts(known_of([], [1]))
    assert found["read_one"].shape == (2, 2, 2) and not found["read_one"][0].any()


def test_many_threads_get_their_own():
    scorer, wrong = Stub(20), []

    def ask(number):
        for turn in range(50):
            numbers = [number, turn % 3]
            found = scorer.read_contexts(known_of(numbers))["read_one"][0, :2, 0].tolist()
            wrong.extend([found] * (found != numbers))

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and scorer._tokens <= 20
