"""The state of a training run: its names, the old ones, averaged weights; all of it comes back."""

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from made_up import small_baseline
from numpy.testing import assert_array_equal

from squad_reader.config import make_config
from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import get_weights, read_arrays, read_facts
from squad_reader.train.evaluation import Evaluation
from squad_reader.train.loop import Trainer, train
from squad_reader.train.old_state import with_names
from squad_reader.train.state import TrainingState, new_state
from squad_reader.train.training_data import TrainingData


def make_state(**options):
    model, config = small_baseline(**options)
    return TrainingState(config, model)


# --- names ----------------------------------------------------------------------------------------


def test_every_part_has_the_name_of_its_weight_or_layer():
    state = make_state(ema=0.5)
    weights = [weight.path for weight in state.model.trainable_variables]
    assert set(state.arrays()) == {
        *("optimizer/iterations", "optimizer/learning_rate"),
        *(f"optimizer/{r}/{w}" for r in ("momentum", "velocity", "average") for w in weights),
        *("seed/qa_model/encoder/input_dropout", "seed/qa_model/encoder/output_dropout"),
        *(f"seed/qa_model/encoder/{d}/gru_cell" for d in ("forward", "backward")),
        "seed/qa_model/attention/output_dropout",
    }


def test_no_seed_is_left_out_and_the_second_model_of_a_process_has_the_same_names():
    state = make_state()
    seeds = [name for name in state.arrays() if name.startswith("seed/")]
    assert len(seeds) == len(state.model.non_trainable_variables)
    assert list(make_state().arrays()) == list(state.arrays())


def test_two_parts_of_one_name_are_noticed():
    state = make_state()
    state.model.encoder.output_dropout.name = "input_dropout"
    with pytest.raises(ValueError, match="one name"):
        state.arrays()


@pytest.mark.parametrize(
    "damage, got", [(lambda a, n: a.pop(n), "None"), (lambda a, n: a.update({n: a[n][:1]}), "(1,)")]
)
def test_a_part_that_is_missing_or_of_another_shape_is_named(damage, got):
    name = "optimizer/velocity/qa_model/blend/bias"
    arrays = make_state().arrays()
    damage(arrays, name)
    with pytest.raises(InputError) as error:
        make_state().set_arrays(arrays, "file")
    assert str(error.value) == f"file: expected {name} of shape (4,), got {got}"


# --- a run of version 0.1 -------------------------------------------------------------------------


@pytest.fixture
def old_run(options, fixtures_dir):
    """A copy of a run that was stopped at step 8; gives the options to go on."""
    shutil.copytree(fixtures_dir / "run_of_0_1", options["train_dir"])
    others = {"num_epochs": 0, "hidden_size": 4, "trained_words": 3}
    return {**options, **others, "eval_every": 5, "save_every": 5}


def test_the_numbers_of_version_0_1_get_the_names_that_they_stood_for(old_run):
    """The moments tell: the second is 0 where the first is, and each has its weight's shape."""
    folder = Path(old_run["train_dir"]) / "checkpoints" / "8"
    weights, old = read_arrays(folder), read_arrays(folder, "training_state")
    state = with_names(old)
    expected = {f"optimizer/{r}/{path}" for r in ("momentum", "velocity") for path in weights}
    expected |= {"optimizer/iterations", "optimizer/learning_rate"}
    assert expected == {name for name in state if name.startswith("optimizer/")}
    assert state["optimizer/iterations"] == 8
    assert state["optimizer/learning_rate"] == np.float32(0.001)
    for path, weight in weights.items():
        momentum, velocity = (state[f"optimizer/{r}/{path}"] for r in ("momentum", "velocity"))
        assert momentum.shape == velocity.shape == weight.shape
        assert velocity.min() >= 0 and momentum.any()
        assert ((velocity > 0) >= (momentum != 0)).all()
    # A seed is (seed, how often it was used); those of the model are 42 and more, by layer.
    used = {name: tuple(state[f"seed/qa_model/{name}"]) for name in LAYERS}
    assert {name: seed for name, (seed, _) in used.items()} == LAYERS
    assert all(count > 0 for _, count in used.values())
    assert with_names(state) == state


LAYERS = {
    "encoder/input_dropout": 142,
    "encoder/output_dropout": 143,
    "attention/output_dropout": 242,
}


def test_a_run_of_version_0_1_goes_on_with_its_own_next_losses(old_run, fixtures_dir):
    path = fixtures_dir / "run_of_0_1" / "next_losses.json"
    (expected,) = json.loads(path.read_text()).values()
    trainer = Trainer(make_config(old_run))
    assert trainer.step == 8
    found = []
    for step in range(8, 8 + len(expected)):
        numbers = trainer.data.batches(trainer.data.epoch(step))[step % 5]
        found.append(trainer.state.train_step(trainer.data.batch(numbers)))
    trainer.progress.close()
    assert found == pytest.approx(expected, rel=1e-5)


# --- averaged weights -----------------------------------------------------------------------------


def batches(data):
    return [data.batch(numbers) for epoch in (1, 2) for numbers in data.batches(epoch)]


def test_the_averages_are_those_of_numpy(options):
    """Decays of the first steps: 0, 1/10, 2/11, 3/12, ...; then that of the option."""
    config = make_config({**options, "ema": 0.2})
    data = TrainingData(config)
    state, expected = new_state(config, data), None
    for batch, decay in zip(batches(data), (0, 1 / 10, 2 / 11, 0.2, 0.2), strict=False):
        state.train_step(batch)
        weights = get_weights(state.model)
        old = expected or weights
        expected = {path: decay * old[path] + (1 - decay) * new for path, new in weights.items()}
    averages = state.optimizer.averages()
    assert averages.keys() == expected.keys()
    for path, array in expected.items():
        assert np.asarray(averages[path]) == pytest.approx(array, rel=1e-5, abs=1e-7)
        assert not np.array_equal(array, weights[path])


def test_without_averages_nothing_is_added():
    state = make_state()
    assert state.optimizer.averages() == {}
    assert not [name for name in state.arrays() if "average" in name]
    before = get_weights(state.model)
    with state.scored_weights():
        for path, array in get_weights(state.model).items():
            assert_array_equal(array, before[path])


def test_after_scoring_the_weights_are_those_that_train_however_it_ends():
    state = make_state(ema=0.5)
    before = {path: np.array(array) for path, array in get_weights(state.model).items()}
    with pytest.raises(KeyError), state.scored_weights():
        for array in get_weights(state.model).values():
            assert not array.any()  # as the averages begin
        raise KeyError
    for path, array in get_weights(state.model).items():
        assert_array_equal(array, before[path])


# --- a whole run with all of it -------------------------------------------------------------------


class Killed(BaseException):
    """Nothing is done after it, as after `kill -9`."""


def run(options, kill_at=None):
    """Losses and rates of the steps, and the weights that each dev score saw."""
    losses, scored = [], {}

    def train_step(state, batch, real=TrainingState.train_step):
        if len(losses) == kill_at:
            raise Killed
        losses.append((real(state, batch), state.learning_rate()))
        return losses[-1][0]

    def evaluate(evaluation, step, *_):
        scored[step] = {
            p: np.array(a) for p, a in get_weights(evaluation.reader.members[0].scorer).items()
        }
        return {"dev/f1": float(step), "dev/em": 0.0}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TrainingState, "train_step", train_step)
        patch.setattr(Evaluation, "run", evaluate)
        with contextlib.suppress(Killed):
            Trainer(make_config(options)).run()
    return losses, scored


@pytest.fixture(scope="module")
def runs(tmp_path_factory, small_data):
    """A straight run with all of it; one that was killed in step 7; that one, begun again."""
    folder = tmp_path_factory.mktemp("runs")
    options = {
        **{**small_data, "hidden_size": 3, "batch_size": 20, "dropout": 0.3},
        **{"schedule": "linear", "warmup_steps": 3, "ema": 0.5},
        **{"num_epochs": 2, "save_every": 4, "eval_every": 3},
    }
    straight, killed = ({**options, "train_dir": str(folder / name)} for name in ("a", "b"))
    return folder, run(straight), run(killed, kill_at=6), run(killed)


@pytest.mark.slow
def test_a_killed_run_with_schedule_and_averages_goes_on_bit_for_bit(runs):
    folder, (losses, scored), (first, _), (second, scored_later) = runs
    assert first == losses[:6] and second == losses[4:]
    assert len(losses) == 10
    rates = [0.001 * x for x in (1 / 3, 2 / 3, 1, 1, 6 / 7, 5 / 7, 4 / 7, 3 / 7, 2 / 7, 1 / 7)]
    assert [rate for _, rate in losses] == pytest.approx(rates, rel=1e-6)
    assert list(scored_later) == [6, 9, 10]
    for step, weights in scored_later.items():
        assert_same(weights, scored[step])
    for stem in ("weights", "training_state"):
        a, b = (read_arrays(folder / name / "checkpoints" / "10", stem) for name in ("a", "b"))
        unused = [name for name in a if name.startswith("seed/") and name.endswith("gru_cell")]
        for name in unused:  # of Keras' GRU, for a dropout of its own
            assert a.pop(name)[1] == b.pop(name)[1] == 0
        assert_same(a, b)


def assert_same(arrays, others):
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        assert_array_equal(array, others[name], name)


@pytest.mark.slow
def test_the_best_checkpoint_has_exactly_the_weights_that_were_scored(runs):
    folder, (_, scored), *_ = runs
    assert read_facts(folder / "a" / "best_checkpoint").step == 10
    best, trained = (read_arrays(folder / "a" / n) for n in ("best_checkpoint", "checkpoints/10"))
    assert_same(best, scored[10])
    assert any(not np.array_equal(best[path], trained[path]) for path in best)


def test_a_schedule_without_an_end_is_refused_before_anything_is_made(options):
    with pytest.raises(InputError, match="^--schedule: "):
        train(make_config({**options, "schedule": "linear", "num_epochs": 0}))
    assert not Path(options["train_dir"]).exists()
