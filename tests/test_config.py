"""What `Config` promises: the flags and defaults of 2018, and refusal of what is out of range."""

import dataclasses
import json

import pytest

from squad_reader import registry
from squad_reader.config import (
    Config,
    make_config,
    model_values,
    names_in,
    values_of,
)
from squad_reader.errors import InputError
from squad_reader.flags import check_given
from squad_reader.options import check, option, option_names, option_type, options_of
from squad_reader.predict.stored_options import complete_model

# From the 2018 code's code/main.py, `tf.app.flags.DEFINE_*`.
FLAGS_OF_2018 = {
    "gpu": 0,
    "mode": "train",
    "experiment_name": "",
    "num_epochs": 0,
    "learning_rate": 0.001,
    "max_gradient_norm": 5.0,
    "dropout": 0.15,
    "batch_size": 100,
    "hidden_size": 200,
    "context_len": 600,
    "question_len": 30,
    "embedding_size": 100,
    "print_every": 1,
    "save_every": 500,
    "eval_every": 500,
    "keep": 1,
    "train_dir": "",
    "glove_path": "",
    "data_dir": "",
    "ckpt_load_dir": "",
    "json_in_path": "",
    "json_out_path": "predictions.json",
}
NAN, INFINITY = float("nan"), float("inf")
NAMES = ", ".join(registry.names())
POSITIVE = (
    "hidden_size embedding_size context_len question_len batch_size print_every save_every "
    "eval_every num_examples num_best"
).split()
NOT_NEGATIVE = "num_epochs keep max_answer_len trained_words seed".split()


KINDS = [Config, *(registry.architecture(name).options for name in registry.names())]
ITEMS = [(kind, item) for kind in KINDS for item in options_of(kind)]
FLOATS = [item for kind, item in ITEMS if option_type(kind, item.name) is float]


@pytest.mark.parametrize("name", FLAGS_OF_2018)
def test_a_flag_of_2018_keeps_its_name_its_default_and_its_type(name):
    value = values_of(Config())[name]
    assert value == FLAGS_OF_2018[name]
    assert type(value) is type(FLAGS_OF_2018[name])


@pytest.mark.parametrize("kind, item", ITEMS, ids=lambda part: getattr(part, "name", ""))
def test_every_option_has_a_group_and_says_what_it_is(kind, item):
    groups = {"run", "model", "data", "train", "prediction", "serve", "report", "paths"}
    assert item.metadata["group"] in (groups if kind is Config else {"model"})
    assert len(item.metadata["help"]) > 5
    assert "%" not in item.metadata["help"]  # argparse would take it for a place-holder
    assert type(item.default) is option_type(kind, item.name)


@pytest.mark.parametrize("bounds", [{"low": 0.0}, {"high": 1.0}, {"low": 0.0, "high": 1.0}])
def test_nan_is_outside_of_all_bounds(bounds):
    item = option("train", 0.5, "a share", **bounds)
    item.name = "share"
    check(item, 0.5)
    with pytest.raises(InputError, match="--share must be .* got nan"):
        check(item, NAN)


@pytest.mark.parametrize("item", FLOATS, ids=lambda item: item.name)
def test_no_option_may_be_nan(item):
    with pytest.raises(InputError, match=f"--{item.name} must be .* got nan"):
        check(item, NAN)


@pytest.mark.parametrize("name", POSITIVE)
def test_a_count_of_at_least_one_is_refused_at_zero_and_taken_at_one(name):
    with pytest.raises(InputError, match=rf"^--{name} must be at least 1, got 0$"):
        make_config({name: 0})
    assert values_of(make_config({name: 1}))[name] == 1


@pytest.mark.parametrize("name", NOT_NEGATIVE)
def test_a_count_that_may_be_zero_is_refused_below(name):
    with pytest.raises(InputError, match=rf"^--{name} must be at least 0, got -1$"):
        make_config({name: -1})
    assert values_of(make_config({name: 0}))[name] == 0


@pytest.mark.parametrize("value", [1.5, 1.0, -0.01, NAN, INFINITY])
def test_dropout_is_refused_outside_zero_to_one(value):
    with pytest.raises(InputError, match=rf"^--dropout must be in \[0, 1\), got {value}$"):
        make_config({"dropout": value})


@pytest.mark.parametrize("value", [0.0, 0.999])
def test_dropout_is_taken_inside_zero_to_one(value):
    assert make_config({"dropout": value}).model_options.dropout == value


@pytest.mark.parametrize("name", ["learning_rate", "max_gradient_norm"])
@pytest.mark.parametrize("value", [0.0, -1.0, NAN, INFINITY])
def test_a_rate_is_refused_where_it_is_not_a_positive_number(name, value):
    with pytest.raises(InputError, match=rf"^--{name} must be above 0, got {value}$"):
        Config(**{name: value})


@pytest.mark.parametrize(
    "name, choices",
    [
        ("mode", "train, show_examples, official_eval, export, ask, serve, report"),
        ("best_by", "f1, em"),
        ("span", "joint, independent"),
        ("model", NAMES),
    ],
)
def test_a_choice_outside_its_list_is_refused_with_the_list(name, choices):
    with pytest.raises(InputError, match=rf"^--{name} must be one of {choices}, got 'no'$"):
        Config(**{name: "no"})


def test_no_gpu_is_minus_one_and_nothing_below():
    assert Config(gpu=-1).gpu == -1
    with pytest.raises(InputError, match="--gpu must be at least -1, got -2"):
        Config(gpu=-2)


def test_a_config_cannot_be_changed_in_place():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().batch_size = 3


def test_a_changed_copy_is_checked_again_and_leaves_the_original():
    config = Config()
    assert dataclasses.replace(config, batch_size=3) == Config(batch_size=3)
    assert config == Config()
    with pytest.raises(InputError, match="--batch_size"):
        dataclasses.replace(config, batch_size=0)


def test_json_holds_every_option_and_comes_back_the_same():
    config = Config(experiment_name="ünï", learning_rate=1e-4)
    assert make_config(json.loads(json.dumps(values_of(config)))) == config
    config = make_config({"hidden_size": 7, "seed": 3, "predictions": ["a", "b"]})
    assert make_config(json.loads(json.dumps(values_of(config)))) == config


def test_groups_partition_the_options():
    groups = ["run", "model", "data", "train", "prediction", "serve", "report", "paths"]
    names = [name for group in groups for name in names_in(group)]
    assert sorted(names) == sorted(option_names(Config))
    assert names_in("data") == ["context_len", "question_len"]


# --- options that a model has of its own ----------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Own:
    """Options of a made-up model; `shape` came later than the first checkpoints."""

    units: int = option("model", 7, "units of it", low=1)
    shape: str = option("model", "new", "a choice", choices=("old", "new"), missing="old")


@pytest.fixture
def own(monkeypatch):
    """The name of a made-up model that is registered for one test."""
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
    training = {"batch_size": 3, "learning_rate": 0.5}
    made_up = registry.Architecture("made up", "none", Own, lambda _: [], object, training)
    registry.register("own", made_up)
    return "own"


def test_each_model_has_its_own_options_and_defaults_of_training(own):
    config = make_config({"model": own, "units": 9, "learning_rate": 0.25})
    assert config.model_options == Own(units=9)
    assert (config.batch_size, config.learning_rate, config.print_every) == (3, 0.25, 1)
    assert make_config({"model": own}).learning_rate == 0.5
    assert make_config({}).batch_size == Config().batch_size == 100


@pytest.mark.parametrize("model, name", [("own", "hidden_size"), ("baseline", "units")])
def test_an_option_of_another_model_is_refused(own, model, name):
    with pytest.raises(InputError, match=f"^--{name}: --model={model} has no such option"):
        make_config({"model": model, name: 1})


def test_a_value_of_its_own_that_is_out_of_range_is_refused(own):
    with pytest.raises(InputError, match="^--units must be at least 1, got 0$"):
        make_config({"model": own, "units": 0})


def test_a_flag_is_checked_by_the_model_that_is_named_or_else_by_any(own):
    @dataclasses.dataclass(frozen=True)
    class Wide:
        hidden_size: int = option("model", 0, "units; 0 for none", low=0)

    registry.register("wide", registry.Architecture("made up", "none", Wide, list, object))
    check_given({"hidden_size": 0})  # a checkpoint may be of the model that allows it
    check_given({"hidden_size": 0, "model": "wide"})
    for refused in ({"hidden_size": 0, "model": "baseline"}, {"hidden_size": -1}):
        with pytest.raises(InputError, match="^--hidden_size must be at least"):
            check_given(refused)


def test_what_a_checkpoint_says_comes_back(own):
    config = make_config({"model": own, "units": 9, "embedding_size": 50})
    values = model_values(config)
    assert values == {"model": "own", "embedding_size": 50, "units": 9, "shape": "new"}
    assert complete_model(json.loads(json.dumps(values)), "x") == values
    assert make_config(values) == config


def test_a_key_that_is_missing_in_an_old_checkpoint_means_what_was_before(own):
    found = complete_model({"model": "own", "embedding_size": 50}, "x")
    assert found == {"model": "own", "embedding_size": 50, "units": 7, "shape": "old"}


@pytest.mark.parametrize(
    "stored, line",
    [
        ({"model": "own", "colour": 3}, "x: expected options that the model own has, got colour"),
        (
            {"model": "none"},
            f"x: expected a model that is known here ({NAMES}, own), got 'none'; run the file that "
            "registers it, or call squad_reader.register",
        ),
        ({"model": "own", "units": "7"}, "x: expected units to be int, got '7'"),
        ({"model": "own", "units": True}, "x: expected units to be int, got True"),
        ({"model": "own", "units": 0}, "x: --units must be at least 1, got 0"),
        ({"model": 7}, "x: expected model to be str, got 7"),
    ],
)
def test_what_a_checkpoint_cannot_mean_is_refused(own, stored, line):
    with pytest.raises(InputError) as error:
        complete_model(stored, "x")
    assert str(error.value) == line
