"""The models by name: lines of the package, and `register` for others."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from squad_reader import registry
from squad_reader.config import make_config, names_in
from squad_reader.errors import InputError
from squad_reader.flags import make_parser
from squad_reader.options import option
from squad_reader.train.schedule import check_schedule

CODE = Path(__file__).parent.parent / "code"
MODELS = CODE / "squad_reader" / "model"


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))


def made_up(**fields):
    """A made-up architecture whose options are these fields, name -> default."""
    kind = dataclasses.make_dataclass(
        "Options",
        [(name, type(value), option("model", value, "made up")) for name, value in fields.items()],
        frozen=True,
    )
    return registry.Architecture("made up", "none", kind, lambda _: [], object)


def test_each_folder_of_a_model_is_registered_and_has_its_two_files():
    folders = {path.parent for path in MODELS.glob("*/options.py")}
    assert {path.name for path in folders} == set(registry.names())
    for folder in folders:
        assert (folder / "model.py").is_file()


@pytest.mark.parametrize("name", registry.names())
def test_what_a_model_says_of_itself(name):
    model = registry.architecture(name)
    assert model.summary and model.paper
    assert set(model.training) <= set(names_in("train"))
    assert model.model_class().__doc__


@pytest.mark.parametrize("name", [name for name in registry.names() if name != "baseline"])
def test_a_models_own_recipe_is_complete_and_stops_by_itself(name):
    config = make_config({"model": name})
    assert config.num_epochs > 0 and config.eval_every > 0
    check_schedule(config)


@pytest.mark.parametrize("name", [name for name in registry.names() if name != "baseline"])
def test_a_models_own_recipe_does_not_score_twice_at_its_end(name):
    """The last step has a score anyway; one that is due just before it would cost time alone."""
    config = make_config({"model": name})
    steps = config.num_epochs * 1825  # SQuAD's, in batches of 10 contexts
    assert steps % config.eval_every in (0, *range(config.eval_every // 2, config.eval_every))


def test_the_baseline_keeps_the_defaults_of_the_original():
    assert registry.architecture("baseline").training == {}
    assert make_config({}).num_epochs == 0


@pytest.mark.parametrize("name", registry.names())
def test_what_help_needs_of_a_model_is_in_the_standard_library(name):
    program = (
        f"import sys; sys.path.insert(0, {str(CODE)!r})\n"
        "from squad_reader import registry\n"
        f"registry.architecture({name!r})\n"
        "print(*sorted({'numpy', 'keras', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


def test_a_registered_model_is_known_and_may_be_replaced():
    first, second = made_up(units=1), made_up(units=2)
    registry.register("mine", first)
    assert registry.architecture("mine") is first and registry.names()[-1] == "mine"
    registry.register("mine", second)
    assert registry.architecture("mine") is second


def test_an_unknown_model_is_refused_with_those_that_there_are():
    with pytest.raises(InputError, match="^--model must be one of .*baseline.*, got 'none'$"):
        registry.architecture("none")
    registry.register("mine", made_up())
    with pytest.raises(InputError, match="mine"):
        registry.architecture("none")


def test_two_models_may_share_an_option_only_if_it_is_of_one_type():
    registry.register("mine", made_up(hidden_size=3))  # as the baseline has it
    with pytest.raises(ValueError, match="option 'hidden_size': expected int as in model"):
        registry.register("other", made_up(hidden_size="large"))


def test_an_option_that_all_models_have_is_not_a_models_own():
    registry.register("mine", made_up(batch_size=3))
    for use in (make_parser, lambda: make_config({"model": "mine"})):
        with pytest.raises(ValueError, match="model 'mine': all models have 'batch_size'"):
            use()


def test_a_default_that_is_not_allowed_is_refused():
    @dataclasses.dataclass(frozen=True)
    class Options:
        units: int = option("model", 0, "units", low=1)

    with pytest.raises(InputError, match="--units must be at least 1, got 0"):
        registry.register("mine", registry.Architecture("", "", Options, list, object))
