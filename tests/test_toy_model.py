"""A model with features of its own in one file has all that the package's own models have.

`fixtures/toy_model.py` is run as its author would run it: train, stop, go on, answer, show, export.
"""

import csv
import json
import subprocess
import sys

import pytest

from squad_reader.data.squad_json import read_squad
from squad_reader.predict.checkpoints import read_arrays, read_facts
from squad_reader.predict.reader import Reader

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("register_toy")]
RECIPE = ["--schedule=linear", "--warmup_steps=2", "--ema=0.5", "--num_epochs=2", "--letters=3"]
CLOCKS = ("seconds", "train/examples_per_second")


@pytest.fixture(scope="module")
def toy(fixtures_dir):
    """Gives a function that runs the toy's file with some flags."""

    def toy(*flags):
        command = [sys.executable, fixtures_dir / "toy_model.py", *flags]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return toy


@pytest.fixture(scope="module")
def train(toy, small_flags):
    """Gives a function that trains the toy in a folder, with more flags."""

    def train(folder, *flags):
        shared = [flag for flag in small_flags(folder) if not flag.startswith("--hidden_size")]
        toy(*shared, "--model=toy", *RECIPE, "--eval_every=6", *flags)
        return folder

    return train


@pytest.fixture(scope="module")
def trained(train, tmp_path_factory):
    return train(tmp_path_factory.mktemp("toy"))


def rows(folder):
    """What is logged, without the clocks."""
    with open(folder / "metrics.csv", newline="") as file:
        return [{k: v for k, v in row.items() if k not in CLOCKS} for row in csv.DictReader(file)]


def test_it_trains_and_its_checkpoint_says_what_it_is(trained):
    losses = [float(row["train/loss"]) for row in rows(trained) if row["train/loss"]]
    assert losses[-1] < losses[0]
    facts = read_facts(trained / "best_checkpoint")
    assert facts.model["model"] == "toy" and facts.model["letters"] == 3
    assert facts.options["learning_rate"] == 0.02  # the model's own default of training
    assert len(facts.features["initial"]["letters"]) == 3
    names = read_arrays(trained / "best_checkpoint").keys()
    assert {name.split("/")[1] for name in names} == {"words", "hidden", "start", "end"}


def test_stopped_and_gone_on_it_is_the_same_run(train, trained, tmp_path):
    """`--save_every` puts a checkpoint in mid-epoch; what came later is thrown away."""
    folder = train(tmp_path / "again", "--save_every=7", "--keep=0")
    steps = sorted(int(path.name) for path in (folder / "checkpoints").iterdir())
    last = steps.pop()
    for path in (folder / "checkpoints" / str(last)).iterdir():
        path.unlink()
    train(folder, "--save_every=7", "--keep=0")
    assert "going on from step 7" in (folder / "log.txt").read_text()
    assert rows(folder) == rows(trained)
    for stem in ("weights", "training_state"):
        straight, resumed = (
            read_arrays(each / "checkpoints" / str(last), stem) for each in (trained, folder)
        )
        assert straight.keys() == resumed.keys()
        assert all((straight[name] == resumed[name]).all() for name in straight), stem


@pytest.fixture(scope="module")
def answered(toy, trained, fixtures_dir, tmp_path_factory):
    """Question id -> answer, of the hard questions, and the file."""
    out = tmp_path_factory.mktemp("answers") / "predictions.json"
    toy(
        "--mode=official_eval",
        f"--ckpt_load_dir={trained / 'best_checkpoint'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
        f"--json_out_path={out}",
        f"--nbest_out_path={out.with_suffix('.nbest')}",
    )
    return json.loads(out.read_text(encoding="utf-8")), out


def test_it_answers_every_question_with_a_slice_of_its_context(answered, fixtures_dir):
    data = read_squad(fixtures_dir / "tiny-v1.1.json")
    answers, out = answered
    n_best = json.loads(out.with_suffix(".nbest").read_text(encoding="utf-8"))
    assert list(answers) == [example.id for example in data.examples]
    for example in data.examples:
        context = data.contexts[example.context_index]
        for one in n_best[example.id]:
            assert one["text"] == context[one["char_start"] : one["char_end"]]


def test_exported_it_answers_the_same_without_glove(toy, trained, answered, fixtures_dir, tmp_path):
    toy(
        "--mode=export",
        f"--ckpt_load_dir={trained / 'best_checkpoint'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--export_dir={tmp_path / 'whole'}",
    )
    toy(
        "--mode=official_eval",
        f"--ckpt_load_dir={tmp_path / 'whole'}",
        f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
        f"--json_out_path={tmp_path / 'predictions.json'}",
    )
    assert (tmp_path / "predictions.json").read_bytes() == answered[1].read_bytes()


def test_it_shows_its_answers(toy, trained, fixtures_dir):
    shown = toy(
        "--mode=show_examples",
        f"--ckpt_load_dir={trained / 'best_checkpoint'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--dev_path={fixtures_dir / 'tiny-v1.1.json'}",
        "--num_examples=2",
    )
    assert shown.count("predicted:") == 2


def test_a_reader_answers_with_it_where_its_file_was_imported(trained, answered, fixtures_dir):
    reader = Reader.load(trained / "best_checkpoint", fixtures_dir / "glove.small.50d.txt")
    data = read_squad(fixtures_dir / "tiny-v1.1.json")
    for example in data.examples:
        found = reader.answer(data.contexts[example.context_index], example.question)[0]
        assert found.text == answered[0][example.id]


def test_help_names_it(toy):
    text = toy("--help")
    assert "--model=toy (with a checkpoint" in text and "--toy_size int" in text
    assert "one hidden layer, to show how a model is added" in text
