"""What `Config` promises: the flags and defaults of 2018, and refusal of what is out of range."""

import dataclasses
import json

import pytest

from squad_reader.config import Config, changed, group_of, names_in, option_type, to_json
from squad_reader.errors import InputError

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
POSITIVE = (
    "hidden_size embedding_size context_len question_len batch_size print_every save_every "
    "eval_every num_examples num_best"
).split()
NOT_NEGATIVE = "num_epochs keep max_answer_len trained_words seed".split()


@pytest.mark.parametrize("name", FLAGS_OF_2018)
def test_a_flag_of_2018_keeps_its_name_its_default_and_its_type(name):
    value = getattr(Config(), name)
    assert value == FLAGS_OF_2018[name]
    assert type(value) is type(FLAGS_OF_2018[name]) is option_type(name)


@pytest.mark.parametrize("item", dataclasses.fields(Config), ids=lambda item: item.name)
def test_every_option_has_a_group_and_says_what_it_is(item):
    assert group_of(item.name) in {"run", "model", "data", "train", "prediction", "paths"}
    assert len(item.metadata["help"]) > 5
    assert "%" not in item.metadata["help"]  # argparse would take it for a place-holder
    assert type(item.default) is option_type(item.name)


@pytest.mark.parametrize("name", POSITIVE)
def test_a_count_of_at_least_one_is_refused_at_zero_and_taken_at_one(name):
    with pytest.raises(InputError, match=rf"^--{name} must be at least 1, got 0$"):
        Config(**{name: 0})
    assert getattr(Config(**{name: 1}), name) == 1


@pytest.mark.parametrize("name", NOT_NEGATIVE)
def test_a_count_that_may_be_zero_is_refused_below(name):
    with pytest.raises(InputError, match=rf"^--{name} must be at least 0, got -1$"):
        Config(**{name: -1})
    assert getattr(Config(**{name: 0}), name) == 0


@pytest.mark.parametrize("value", [1.5, 1.0, -0.01, NAN, INFINITY])
def test_dropout_is_refused_outside_zero_to_one(value):
    with pytest.raises(InputError, match=rf"^--dropout must be in \[0, 1\), got {value}$"):
        Config(dropout=value)


@pytest.mark.parametrize("value", [0.0, 0.999])
def test_dropout_is_taken_inside_zero_to_one(value):
    assert Config(dropout=value).dropout == value


@pytest.mark.parametrize("name", ["learning_rate", "max_gradient_norm"])
@pytest.mark.parametrize("value", [0.0, -1.0, NAN, INFINITY])
def test_a_rate_is_refused_where_it_is_not_a_positive_number(name, value):
    with pytest.raises(InputError, match=rf"^--{name} must be above 0, got {value}$"):
        Config(**{name: value})


@pytest.mark.parametrize(
    "name, choices",
    [
        ("mode", "train, show_examples, official_eval, export"),
        ("best_by", "f1, em"),
        ("span", "joint, independent"),
        ("model", "baseline"),
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
    assert changed(config, {"batch_size": 3}) == Config(batch_size=3)
    assert config == Config()
    with pytest.raises(InputError, match="--batch_size"):
        changed(config, {"batch_size": 0})


def test_json_holds_every_option_and_comes_back_the_same():
    config = Config(experiment_name="ünï", learning_rate=1e-4)
    assert Config(**json.loads(to_json(config))) == config


def test_groups_partition_the_options():
    groups = ["run", "model", "data", "train", "prediction", "paths"]
    names = [name for group in groups for name in names_in(group)]
    assert sorted(names) == sorted(item.name for item in dataclasses.fields(Config))
    assert names_in("data") == ["context_len", "question_len"]
