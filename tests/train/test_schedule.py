"""The learning rate of each step, by hand, and what is refused."""

import pytest

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.train.schedule import check_schedule, learning_rate


def rates(num_steps, **options):
    config = Config(learning_rate=0.5, num_epochs=1, **options)
    return [learning_rate(config, done, num_steps) for done in range(num_steps)]


def test_constant_is_the_rate_itself_in_each_step():
    assert rates(3) == [0.5, 0.5, 0.5]
    assert learning_rate(Config(), 1_000_000, 0) == 0.001  # of a run without an end


def test_linear_falls_from_the_rate_to_what_is_one_step_before_0():
    assert rates(4, schedule="linear") == [0.5, 0.375, 0.25, 0.125]


def test_the_warm_up_rises_to_the_rate_and_its_steps_do_not_count_in_the_fall():
    assert rates(6, schedule="linear", warmup_steps=2) == [0.25, 0.5, 0.5, 0.375, 0.25, 0.125]
    assert rates(4, warmup_steps=2) == [0.25, 0.5, 0.5, 0.5]


def test_linear_needs_the_length_of_the_run():
    with pytest.raises(InputError, match=r"^--schedule: linear .* needs --num_epochs, got 0$"):
        check_schedule(Config(schedule="linear"))
    check_schedule(Config(schedule="linear", num_epochs=1))
    check_schedule(Config())


def test_a_warm_up_as_long_as_the_run_is_refused_where_the_rate_is_to_fall_after_it():
    config = Config(schedule="linear", num_epochs=2, warmup_steps=10)
    check_schedule(config, 11)
    line = "^--warmup_steps: expected less than 10, the steps of --num_epochs=2, got 10$"
    with pytest.raises(InputError, match=line):
        check_schedule(config, 10)
    check_schedule(Config(warmup_steps=10), 10)
