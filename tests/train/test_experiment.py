"""The folder of an experiment: which checkpoint is the latest, which are kept, what is refused."""

import json

import pytest

from squad_reader.config import Config, make_config, names_in, values_of
from squad_reader.errors import InputError
from squad_reader.train.experiment import Experiment
from squad_reader.train.record import FIXED, FREE, Record, fixed_options, run_options


@pytest.fixture
def begin(tmp_path):
    """Gives a function that opens the experiment with some options, as a run does."""

    def begin(**options):
        config = make_config({"train_dir": str(tmp_path / "a" / "b"), **options})
        experiment = Experiment(config)
        experiment.write_flags(Record(run_options(config), [], None))
        return experiment

    return begin


def add_checkpoint(experiment, step, whole=True):
    folder = experiment.checkpoints / str(step)
    folder.mkdir()
    (folder / f"weights-{step}.npz").touch()
    if whole:
        (folder / "config.json").touch()


def steps(experiment):
    return sorted(int(path.name) for path in experiment.checkpoints.iterdir())


def test_the_folder_and_its_flags_are_there_at_once(begin, tmp_path):
    experiment = begin(batch_size=7)
    assert experiment.folder == tmp_path / "a" / "b"
    flags = json.loads((experiment.folder / "flags.json").read_text())
    assert make_config(flags) == Config(train_dir=str(experiment.folder), batch_size=7)


def test_the_latest_checkpoint_is_the_one_of_the_highest_step(begin):
    experiment = begin()
    assert experiment.newest_first() == []
    for step in (9, 10, 2):
        add_checkpoint(experiment, step)
    assert experiment.newest_first()[0] == experiment.checkpoints / "10"


def test_an_unfinished_checkpoint_does_not_count_and_pushes_none_out(begin):
    experiment = begin()
    add_checkpoint(experiment, 1)
    add_checkpoint(experiment, 2, whole=False)
    assert experiment.newest_first()[0] == experiment.checkpoints / "1"
    experiment.delete_old(1, latest=1)
    assert (experiment.checkpoints / "1" / "config.json").exists()


def test_what_is_left_of_an_unfinished_checkpoint_is_deleted_to_make_room(begin):
    experiment = begin()
    add_checkpoint(experiment, 1)
    add_checkpoint(experiment, 2, whole=False)
    (experiment.checkpoints / "mine").mkdir()
    experiment.delete_unfinished()
    assert sorted(path.name for path in experiment.checkpoints.iterdir()) == ["1", "mine"]


@pytest.mark.parametrize("keep, left", [(1, [10]), (2, [9, 10]), (5, [1, 9, 10]), (0, [1, 9, 10])])
def test_the_latest_are_kept(begin, keep, left):
    experiment = begin()
    for step in (1, 10, 9):
        add_checkpoint(experiment, step)
    experiment.delete_old(keep, latest=10)
    assert steps(experiment) == left


def test_a_later_one_that_was_passed_over_does_not_push_out_the_one_just_saved(begin):
    experiment = begin()
    for step in (5, 7, 10):
        add_checkpoint(experiment, step)
    experiment.delete_old(1, latest=7)
    assert steps(experiment) == [7, 10]


def test_a_folder_with_another_name_is_left_alone(begin):
    experiment = begin()
    (experiment.checkpoints / "mine").mkdir()
    (experiment.checkpoints / "mine" / "config.json").touch()
    add_checkpoint(experiment, 3)
    assert experiment.newest_first()[0] == experiment.checkpoints / "3"
    experiment.delete_old(1, latest=3)
    assert (experiment.checkpoints / "mine" / "config.json").exists()


OTHER = {
    "model": None,  # there is only one so far
    "hidden_size": 7,
    "embedding_size": 7,
    "dropout": 0.5,
    "trained_words": 7,
    "context_len": 7,
    "question_len": 7,
    "seed": 7,
    "batch_size": 7,
    "max_gradient_norm": 0.5,
    "best_by": "em",
    "max_answer_len": 7,
    "span": "independent",
    "schedule": "linear",
    "warmup_steps": 7,
    "ema": 0.5,
    "batch_by": "contexts",
    "teacher": "another",
    "teacher_share": 0.25,
}


def test_each_fixed_option_is_tried_here():
    assert set(fixed_options(Config())) == set(OTHER)


@pytest.mark.parametrize("name", [name for name in OTHER if name != "model"])
def test_going_on_with_another_value_is_refused_with_both(begin, name):
    add_checkpoint(begin(), 1)
    with pytest.raises(InputError) as error:
        begin(**{name: OTHER[name]})
    old = values_of(Config())[name]
    assert f"--{name}: the experiment in " in str(error.value)
    old = "none" if old == "" else old
    assert f" was begun with {old}, got {OTHER[name]}; " in str(error.value)


def test_what_was_refused_changed_nothing(begin):
    experiment = begin()
    add_checkpoint(experiment, 1)
    before = (experiment.folder / "flags.json").read_bytes()
    with pytest.raises(InputError):
        begin(batch_size=7)
    assert (experiment.folder / "flags.json").read_bytes() == before


def test_other_values_may_change(begin):
    add_checkpoint(begin(), 1)
    begin(num_epochs=3, save_every=7, print_every=2, keep=0, learning_rate=0.5)


@pytest.mark.parametrize("schedule, is_fixed", [("constant", False), ("linear", True)])
def test_the_length_of_the_run_is_fixed_where_the_schedule_depends_on_it(begin, schedule, is_fixed):
    add_checkpoint(begin(schedule=schedule, num_epochs=2), 1)
    if not is_fixed:
        begin(num_epochs=3)
        return
    line = "^--num_epochs: .* was begun with 2, over which its learning rate falls, got 3; "
    with pytest.raises(InputError, match=line):
        begin(schedule=schedule, num_epochs=3)


@pytest.mark.parametrize("name", ["schedule", "warmup_steps", "ema"])
def test_a_run_of_a_version_without_an_option_had_its_default(begin, name):
    experiment = begin()
    add_checkpoint(experiment, 1)
    path = experiment.folder / "flags.json"
    flags = json.loads(path.read_text())
    del flags[name]
    path.write_text(json.dumps(flags))
    old = values_of(Config())[name]
    with pytest.raises(InputError, match=f"^--{name}: .* was begun with {old}, got {OTHER[name]}"):
        begin(**{name: OTHER[name]})
    path.write_text(json.dumps(flags))
    begin()


def test_an_option_of_training_is_either_fixed_or_free():
    assert set(FIXED) & set(FREE) == set()
    assert set(names_in("train")) <= {*FIXED, *FREE}


def test_before_the_first_checkpoint_all_may_change(begin):
    begin()
    assert json.loads((begin(hidden_size=7).folder / "flags.json").read_text())["hidden_size"] == 7


def test_lines_in_a_table_are_results_too(begin):
    """Killed before the first checkpoint and the first score."""
    folder = begin().folder
    (folder / "metrics.csv").write_text("step,epoch\n")
    begin(hidden_size=7)
    (folder / "metrics.csv").write_text("step,epoch\n1,1\n")
    begin(hidden_size=7)
    for name in ("hidden_size", "learning_rate"):
        with pytest.raises(InputError, match=rf"^--{name}: .* was begun with .*, got 9"):
            begin(**{"hidden_size": 7, name: 9})


def test_results_of_a_run_that_nothing_is_known_of_are_not_replaced(begin):
    folder = begin().folder
    (folder / "metrics.csv").write_text("step,epoch\n1,1\n")
    (folder / "flags.json").unlink()
    with pytest.raises(InputError, match="holds results, but no flags.json"):
        begin()


@pytest.mark.parametrize(
    "part", [{"changes": 1}, {"changes": [{"step": 1}]}, {"begun_from": {"folder": "x"}}]
)
def test_flags_that_no_run_writes_are_refused(begin, part):
    experiment = begin()
    add_checkpoint(experiment, 1)
    path = experiment.folder / "flags.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **part}))
    with pytest.raises(InputError, match=rf"^{path}: expected '{[*part][0]}' as a run writes it"):
        begin()


def test_a_file_in_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=rf"^--train_dir: cannot make {tmp_path}/file"):
        Experiment(Config(train_dir=str(tmp_path / "file")))
