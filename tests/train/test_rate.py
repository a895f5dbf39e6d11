"""Questions a second over whole steps, with a stand-in for the clock."""

import pytest

from squad_reader.train import rate as module
from squad_reader.train.rate import Rate


@pytest.fixture
def clock(monkeypatch):
    """A list whose only number is the time."""
    now = [100.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: now[0])
    return now


def test_it_counts_from_step_to_step(clock):
    rate = Rate()
    clock[0] += 2
    rate.add(30)
    assert rate.take() == 15.0
    clock[0] += 1  # the lines of the log are written
    clock[0] += 3
    rate.add(20)
    assert rate.take() == 5.0


def test_several_steps_are_counted_together(clock):
    rate = Rate()
    for questions, seconds in ((30, 1), (10, 4)):
        clock[0] += seconds
        rate.add(questions)
    assert rate.take() == 8.0


def test_a_pause_does_not_count(clock):
    rate = Rate()
    clock[0] += 2
    rate.add(30)
    with pytest.raises(KeyError), rate.paused():
        clock[0] += 1000
        raise KeyError
    clock[0] += 1
    assert rate.take() == 10.0
