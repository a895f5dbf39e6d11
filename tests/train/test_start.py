"""Where a run starts, what it keeps of what is there, and what is refused.

Steps and scores are stand-ins; a kill is an exception that no code of the package catches.
"""

import csv
import errno
import io
import itertools
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from squad_reader import cli
from squad_reader.config import make_config, values_of
from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import read_arrays, read_config
from squad_reader.train.loop import Trainer


class Killed(BaseException):
    """Nothing is done after it, as after `kill -9`."""


def kill():
    raise Killed


def run(options, **others):
    trainer = Trainer(make_config({**options, **others}))
    trainer.run()
    return trainer


def run_and_kill(script, step, options, **others):
    """Do this many more steps, and be killed in the next one."""
    script.at_step[script.steps + step + 1] = kill
    with pytest.raises(Killed):
        run(options, **others)


def f1s(*values):
    """These dev scores, and then zeros."""
    numbers = itertools.chain(values, itertools.repeat(0.0))
    return ({"dev/f1": number, "dev/em": 0.0} for number in numbers)


@pytest.fixture
def folder(options):
    return Path(options["train_dir"])


def log(folder):
    return (folder / "log.txt").read_text(encoding="utf-8")


def flags_of(folder):
    return json.loads((folder / "flags.json").read_text(encoding="utf-8"))


def best(folder):
    facts = read_config(folder / "best_checkpoint")
    return facts["step"], facts["best_score"]


def steps(folder):
    return [path.name for path in sorted((folder / "checkpoints").iterdir())]


def rates(folder):
    with open(folder / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["train/learning_rate"]]
    return [np.float32(row["train/learning_rate"]) for row in rows]


def content(folder):
    """All that a refused command must leave as it is."""
    kept = ("flags.json", "log.txt", "metrics.csv", "checkpoints/*/*", "best_checkpoint/*")
    return {path: path.read_bytes() for name in kept for path in folder.glob(name)}


def refused(options, folder, match, **others):
    before = content(folder)
    with pytest.raises(InputError, match=match) as error:
        run(options, **others)
    assert "\n" not in str(error.value)
    assert content(folder) == before


# --- the best checkpoint --------------------------------------------------------------------------


@pytest.fixture
def killed(script, options, folder):
    """Scores of 1, 2, 3 and 9 at steps 2, 4, 6 and 8; saved at step 5; killed in step 10."""
    script.scores = f1s(1.0, 2.0, 3.0, 9.0)
    options.update(eval_every=2, save_every=5)
    run_and_kill(script, 9, options)
    assert (steps(folder), best(folder)) == (["5"], (8, 9.0))
    return folder


def test_a_worse_score_after_a_kill_does_not_replace_the_best_checkpoint(script, options, killed):
    script.scores = f1s(3.0, 4.0, 5.0)
    run_and_kill(script, 2, options)
    assert best(killed) == (8, 9.0)
    assert "the best so far is kept: dev f1 9.00, of step 8" in log(killed)
    run_and_kill(script, 4, options)
    assert best(killed) == (8, 9.0)


def test_a_better_score_after_a_kill_does(script, options, killed):
    script.scores = f1s(3.0, 9.5, 5.0, 5.0)
    assert run(options).best_score == 9.5
    assert best(killed) == (8, 9.5)


def test_a_best_checkpoint_that_was_taken_away_is_made_anew(script, options, killed):
    shutil.rmtree(killed / "best_checkpoint")
    script.scores = f1s(3.0, 4.0, 1.0, 1.0)
    run(options)
    assert best(killed) == (8, 4.0)


def test_a_best_checkpoint_of_other_data_is_not_replaced(script, options, killed):
    path = killed / "best_checkpoint" / "config.json"
    facts = read_config(path.parent)
    path.write_text(json.dumps({**facts, "trained_on": {"file": "x.json", "questions": 1}}))
    refused(options, killed, "^--train_path: .*best_checkpoint")


@pytest.mark.parametrize("name", ["train_path", "dev_path"])
def test_other_data_under_the_same_name_is_refused(script, options, killed, tmp_path, name):
    """With as many questions, all of the same lengths: one letter of a context is another."""
    path = Path(options[name])
    other = tmp_path / path.name
    text = path.read_text("utf-8")
    assert '"context": "' in text
    other.write_text(text.replace('"context": "A', '"context": "E'), "utf-8")
    assert other.read_bytes() != path.read_bytes()
    refused(options, killed, f"^--{name}: the run was begun with .*sha256", **{name: str(other)})
    for facts in (killed / "checkpoints" / "5", killed / "best_checkpoint"):
        without_sums(facts / "config.json")
    run_and_kill(script, 1, options, **{name: str(other)})  # nothing is known of it


def without_sums(path):
    """As versions wrote it that did not write the sums of the data."""
    facts = json.loads(path.read_text("utf-8"))
    for name in ("trained_on", "dev"):
        del facts[name]["sha256"]
    path.write_text(json.dumps(facts), "utf-8")


# --- results of another run -----------------------------------------------------------------------


@pytest.mark.parametrize("name, value", [("hidden_size", 4), ("learning_rate", 0.5), ("seed", 1)])
def test_without_checkpoints_the_results_of_another_run_stay(options, killed, name, value):
    shutil.rmtree(killed / "checkpoints")
    (killed / "checkpoints").mkdir()
    old = values_of(make_config(options))[name]
    refused(options, killed, f"^--{name}: .* with {old}, got {value}; ", **{name: value})
    (killed / "flags.json").unlink()
    refused(options, killed, f"^--{name}: .* with {old}, got {value}; ", **{name: value})


@pytest.mark.parametrize("name, value", [("hidden_size", 4), ("learning_rate", 0.5), ("seed", 1)])
def test_without_flags_another_run_is_known_by_its_checkpoints(options, killed, name, value):
    (killed / "flags.json").unlink()
    old = values_of(make_config(options))[name]
    refused(options, killed, f"^--{name}: .* with {old}, got {value}; ", **{name: value})


def test_without_flags_the_same_command_goes_on_and_writes_them(script, options, killed):
    before = flags_of(killed)
    (killed / "flags.json").unlink()
    run_and_kill(script, 1, options)
    assert flags_of(killed) == before
    assert "going on from step 5, " in log(killed)


def test_without_checkpoints_the_same_command_begins_anew_and_loses_nothing(
    script, options, killed
):
    table = (killed / "metrics.csv").read_bytes()
    shutil.rmtree(killed / "checkpoints")
    script.scores = f1s(3.0, 4.0)
    run_and_kill(script, 5, options)
    assert "no checkpoint to go on from: beginning anew; the best so far is kept" in log(killed)
    assert best(killed) == (8, 9.0)
    assert (killed / "metrics.before.csv").read_bytes() == table


def make_old(folder):
    """As versions wrote it that did not write the options of a run into its checkpoints."""
    path = folder / "config.json"
    facts = read_config(folder)
    for name in ("options", "changes", "begun_from"):
        facts.pop(name, None)
    path.write_text(json.dumps(facts))


def test_a_checkpoint_of_an_older_version_goes_on(script, options, killed):
    for folder in (killed / "checkpoints" / "5", killed / "best_checkpoint"):
        make_old(folder)
    refused(options, killed, "^--batch_size: .* was begun with 20, got 7; ", batch_size=7)
    faster = {"learning_rate": 0.5}
    run_and_kill(script, 1, options, **faster)
    (change,) = flags_of(killed)["changes"]
    assert change == {"step": 5, "option": "learning_rate", "from": 0.001, "to": 0.5}
    (killed / "flags.json").unlink()
    refused(
        options,
        killed,
        "^--learning_rate: .*checkpoints/5 was trained with 0.001, got 0.5",
        **faster,
    )
    run_and_kill(script, 1, options)
    assert "changes" not in flags_of(killed)


# --- options that may change ----------------------------------------------------------------------


def test_another_learning_rate_is_used_and_written_down_with_its_step(script, options, folder):
    first = run(options, num_epochs=1).step
    second = run(options, num_epochs=2, learning_rate=0.0005)
    changes = [
        {"step": first, "option": "learning_rate", "from": 0.001, "to": 0.0005},
        {"step": first, "option": "num_epochs", "from": 1, "to": 2},
    ]
    assert flags_of(folder)["learning_rate"] == 0.0005
    assert flags_of(folder)["changes"] == changes
    facts = read_config(folder / "checkpoints" / str(second.step))
    assert facts["changes"] == changes and facts["options"]["learning_rate"] == 0.0005
    assert f"--learning_rate is 0.0005 from here on, it was 0.001 (step {first})" in log(folder)
    rest = second.step - first
    assert rates(folder) == [np.float32(0.001)] * first + [np.float32(0.0005)] * rest


def test_how_tensorflow_adds_may_change_and_is_written_down(script, options, folder, monkeypatch):
    monkeypatch.delenv("TF_ENABLE_ONEDNN_OPTS", raising=False)
    first = run(options, num_epochs=1).step
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    last = run(options, num_epochs=2, threads=3)
    changes = [c for c in last.record.changes if c["option"] != "num_epochs"]
    assert changes == [
        {"step": first, "option": "threads", "from": 0, "to": 3},
        {"step": first, "option": "TF_ENABLE_ONEDNN_OPTS", "from": "", "to": "0"},
    ]
    assert flags_of(folder)["changes"] == last.record.changes
    told = f"TF_ENABLE_ONEDNN_OPTS is 0 from here on, it was not set (step {first})"
    assert f"--threads is 3 from here on, it was 0 (step {first})" in log(folder)
    assert told in log(folder) and f"--{told}" not in log(folder)
    assert run(options, num_epochs=2, threads=3).record.changes == last.record.changes


def test_a_second_change_is_added_to_the_first_and_no_change_adds_nothing(script, options, folder):
    for rate, epochs in ((0.001, 1), (0.0005, 2), (0.0005, 3), (0.01, 4)):
        last = run(options, learning_rate=rate, num_epochs=epochs)
    changes = [c for c in last.record.changes if c["option"] == "learning_rate"]
    per_epoch = last.data.steps_per_epoch
    assert [(c["step"], c["from"], c["to"]) for c in changes] == [
        (per_epoch, 0.001, 0.0005),
        (3 * per_epoch, 0.0005, 0.01),
    ]
    assert flags_of(folder)["changes"] == last.record.changes


def test_from_an_older_checkpoint_only_its_own_changes_count(script, options, folder, caplog):
    """Saved at 3 and 5; another rate from 5 on; saved at 6, 9 and 10, which get damaged."""
    options["keep"] = 0
    run(options, num_epochs=1)
    run(options, num_epochs=2, learning_rate=0.0005)
    for step in steps(folder):
        if step != "3":
            (folder / "checkpoints" / step / f"weights-{step}.npz").write_bytes(b"")
    run(options, num_epochs=2, learning_rate=0.0005)
    rates_then = [c for c in flags_of(folder)["changes"] if c["option"] == "learning_rate"]
    assert [c["step"] for c in rates_then] == [3]
    assert rates(folder)[:4] == [np.float32(0.001)] * 3 + [np.float32(0.0005)]


# --- a run that begins from a checkpoint ----------------------------------------------------------

TRAINED_WORDS = 5


@pytest.fixture
def origin(script, options, tmp_path):
    """The best checkpoint of another run, with other random weights and some trained words."""
    first = {**options, "train_dir": str(tmp_path / "first")}
    run(first, seed=7, trained_words=TRAINED_WORDS, question_len=12)
    return tmp_path / "first" / "best_checkpoint"


@pytest.fixture
def from_origin(origin, options, monkeypatch):
    """Gives a function: flags -> (status, stderr) of a command that begins from the origin."""
    monkeypatch.setattr(cli, "_prepare", lambda *_, **__: None)
    model = ("hidden_size", "embedding_size")
    base = {name: value for name, value in options.items() if name not in model}

    def command(capsys, **others):
        flags = {"mode": "train", **base, "ckpt_load_dir": origin, **others}
        given = [f"--{name}={value}" for name, value in flags.items() if value is not None]
        capsys.readouterr()
        status = cli.main(given)
        lines = [line for line in capsys.readouterr().err.splitlines() if "error:" in line]
        return status, lines[-1] if lines else ""

    return command


def test_a_new_run_begins_at_step_0_from_the_weights_and_options_of_a_checkpoint(
    script, from_origin, origin, options, folder, capsys
):
    script.steps = 0
    assert from_origin(capsys, save_every=1, keep=0) == (0, "")
    facts, old = read_config(folder / "checkpoints" / "1"), read_config(origin)
    assert facts["begun_from"] == flags_of(folder)["begun_from"]
    assert facts["begun_from"] == {
        "folder": str(origin),
        "step": old["step"],
        "sha256": old["files"]["weights"]["sha256"],
    }
    for name in ("model", "data", "trained_word_list"):
        assert facts[name] == old[name]
    assert len(facts["trained_word_list"]) == TRAINED_WORDS
    assert facts["seed"] == 42 != old["seed"]
    weights, old_weights = read_arrays(folder / "checkpoints" / "1"), read_arrays(origin)
    assert weights.keys() == old_weights.keys()
    for name in weights:  # the stand-in for a step changes none
        assert_array_equal(weights[name], old_weights[name])
    assert f"a new run, from the weights of step {old['step']} in {origin}" in log(folder)


def test_the_words_that_train_are_those_of_the_checkpoint_on_other_data_too(
    from_origin, origin, folder, capsys, fixtures_dir
):
    other = fixtures_dir / "tiny-v1.1.json"
    assert from_origin(capsys, train_path=other, dev_path=other, batch_size=3) == (0, "")
    words = read_config(folder / "best_checkpoint")["trained_word_list"]
    assert words == read_config(origin)["trained_word_list"]
    assert from_origin(capsys, train_path=other, dev_path=other, batch_size=3) == (0, "")


def test_the_same_command_goes_on_from_the_runs_own_checkpoints(
    script, from_origin, origin, options, folder, capsys
):
    assert from_origin(capsys, num_epochs=1)[0] == 0
    steps = script.steps
    assert from_origin(capsys, num_epochs=2)[0] == 0
    assert script.steps == steps + 5
    assert "going on from step 5, epoch 2" in log(folder)
    assert log(folder).count("a new run, ") == 1
    assert read_config(folder / "best_checkpoint")["begun_from"]["folder"] == str(origin)


def test_without_the_flag_it_goes_on_too_and_keeps_its_origin(
    script, from_origin, origin, options, folder, capsys
):
    assert from_origin(capsys, num_epochs=1)[0] == 0
    given = {"trained_words": TRAINED_WORDS, "question_len": 12, "num_epochs": 2}
    trainer = run(options, **given)
    assert trainer.step == 2 * trainer.data.steps_per_epoch
    assert flags_of(folder)["begun_from"]["folder"] == str(origin)


@pytest.mark.parametrize("now", ["gone", "replaced"])
def test_what_became_of_its_origin_does_not_matter_to_a_run_with_checkpoints_of_its_own(
    script, from_origin, origin, options, folder, capsys, now
):
    """The origin may be the best checkpoint of a run that has gone on since."""
    assert from_origin(capsys, num_epochs=1)[0] == 0
    shutil.rmtree(origin)
    if now == "replaced":
        first = {**options, "train_dir": str(origin.parent.parent / "other")}
        run(first, seed=9, trained_words=TRAINED_WORDS, question_len=12)
        shutil.copytree(origin.parent.parent / "other" / "best_checkpoint", origin)
    assert from_origin(capsys, num_epochs=2) == (0, "")
    assert "going on from step 5, epoch 2" in log(folder)
    status, line = from_origin(capsys, num_epochs=3, hidden_size=9)
    assert status == 2 and "--hidden_size: the checkpoint in " in line


def test_another_origin_is_refused(script, from_origin, origin, options, folder, capsys):
    assert from_origin(capsys, num_epochs=1)[0] == 0
    other = origin.parent / "other"
    run({**options, "train_dir": str(other)}, seed=8, trained_words=TRAINED_WORDS, question_len=12)
    before = content(folder)
    status, line = from_origin(capsys, ckpt_load_dir=other / "best_checkpoint")
    assert status == 2
    assert "--ckpt_load_dir: the experiment in " in line and f" in {origin} (sha256 " in line
    assert content(folder) == before


def test_a_run_from_random_weights_does_not_go_on_as_one_from_a_checkpoint(
    script, origin, from_origin, options, folder, capsys
):
    run(options, trained_words=TRAINED_WORDS, question_len=12, num_epochs=1)
    before = content(folder)
    status, line = from_origin(capsys)
    assert status == 2 and "was begun from random weights, got step " in line
    assert content(folder) == before


def test_without_its_checkpoints_it_does_not_begin_anew_from_random_weights(
    from_origin, origin, options, folder, capsys
):
    assert from_origin(capsys, num_epochs=1)[0] == 0
    shutil.rmtree(folder / "checkpoints")
    others = {"trained_words": TRAINED_WORDS, "question_len": 12, "num_epochs": 1}
    with pytest.raises(InputError, match="^--ckpt_load_dir: .* got random weights; "):
        run(options, **others)


@pytest.mark.parametrize(
    "flags, part",
    [
        ({"hidden_size": 4}, "--hidden_size: the checkpoint in"),
        ({"embedding_size": 100}, "--embedding_size: the checkpoint in"),
        ({"trained_words": 7}, "--trained_words: the checkpoint in"),
        ({"ckpt_load_dir": "nothing/here"}, "--ckpt_load_dir: expected a checkpoint folder"),
        ({"glove_path": "other"}, "--glove_path: the vector of "),
        ({"glove_path": "short"}, "--embedding_size is 50, but the vectors in --glove_path"),
    ],
)
def test_what_does_not_fit_the_checkpoint_is_one_line_and_leaves_no_results(
    from_origin, options, folder, tmp_path, capsys, flags, part
):
    lines = Path(options["glove_path"]).read_text("utf-8").splitlines()
    words = [line.split()[0] for line in lines]
    for name, size in (("other", 50), ("short", 49)):
        text = "".join(f"{word}{' 0.5' * size}\n" for word in words)
        (tmp_path / name).write_text(text, encoding="utf-8")
    flags = {k: tmp_path / v if k == "glove_path" else v for k, v in flags.items()}
    status, line = from_origin(capsys, **flags)
    assert status == 2
    assert line.startswith(f"main.py: error: {part}")
    assert not (folder / "metrics.csv").exists()


def test_damaged_weights_to_begin_from_are_refused(from_origin, origin, folder, capsys):
    (weights,) = origin.glob("weights-*.npz")
    weights.write_bytes(b"")
    status, line = from_origin(capsys)
    assert status == 2 and f"{weights}: damaged" in line
    assert not (folder / "metrics.csv").exists()


# --- a full disk ----------------------------------------------------------------------------------


def test_a_disk_that_is_full_between_checkpoints_ends_the_run_and_leaves_it_whole(
    script, options, folder, capfd
):
    trainer = Trainer(make_config(options))

    class Full(io.FileIO):
        def write(self, data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def fill_the_disk():
        trainer.progress._csv.close()
        trainer.progress._csv._file = Full(folder / "metrics.csv", "a")

    script.at_step[5] = fill_the_disk
    with pytest.raises(InputError, match=rf"^cannot write {folder}/metrics.csv: No space left"):
        trainer.run()
    assert "Traceback" not in capfd.readouterr().err
    assert steps(folder) == ["3"]
    assert run(options).step == 2 * trainer.data.steps_per_epoch
    assert "going on from step 3, " in log(folder)
