"""What training promises: its numbers, when it saves, and that a stop changes nothing.

Real runs are processes of their own. What happens when is tested with a stand-in for the step
and for the dev score, so that a thousand steps take no time.
"""

import csv
import errno
import io
import itertools
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from numpy.testing import assert_array_equal
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from squad_reader import cli
from squad_reader.config import make_config
from squad_reader.errors import InputError
from squad_reader.predict.checkpoints import read_arrays, read_config
from squad_reader.predict.reader import reader_of
from squad_reader.train.evaluation import Evaluation
from squad_reader.train.lock import locked
from squad_reader.train.loop import Trainer, train
from squad_reader.train.progress import COLUMNS
from squad_reader.train.state import TrainingState, new_state
from squad_reader.train.training_data import TrainingData

MAIN = Path(__file__).parent.parent.parent / "code" / "main.py"
CLOCKS = ("seconds", "train/examples_per_second")  # all that differs between equal runs


def table(folder):
    """metrics.csv as a list of dicts of text, without what depends on the clock."""
    with open(folder / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [{name: row[name] for name in row if name not in CLOCKS} for row in rows]


def losses(folder):
    return [row["train/loss"] for row in table(folder) if row["train/loss"]]


# --- a whole run ------------------------------------------------------------------------------


def test_a_run_leaves_the_promised_files(small_experiment):
    names = {path.name.split(".tfevents")[0] for path in small_experiment.iterdir()}
    assert names == {
        *("flags.json", "log.txt", "metrics.csv", "events.out"),
        *("checkpoints", "best_checkpoint", "cache", ".lock"),
    }


def test_the_table_has_a_line_for_each_step_and_each_score(small_experiment):
    rows = table(small_experiment)
    assert list(rows[0]) == [name for name in COLUMNS if name not in CLOCKS]
    steps = [int(row["step"]) for row in rows if row["train/loss"]]
    assert steps == list(range(1, len(steps) + 1))
    scored = [int(row["step"]) for row in rows if row["dev/f1"]]
    assert scored == sorted({*range(5, len(steps) + 1, 5), len(steps)})
    for row in rows:
        filled = {name for name, value in row.items() if value} - {"step", "epoch"}
        training = {f"train/{x}" for x in ("loss", "grad_norm", "param_norm", "learning_rate")}
        scores = {name for name in COLUMNS if name.startswith("dev/") or "one_ref" in name}
        assert filled == (scores if row["dev/f1"] else training)


def test_two_epochs_are_each_question_twice(small_experiment):
    """Batches of at most 20 questions, of 20 where a width has that many."""
    epochs = [int(row["epoch"]) for row in table(small_experiment) if row["train/loss"]]
    assert set(epochs) == {1, 2}
    assert epochs == sorted(epochs)
    assert epochs.count(1) == epochs.count(2)
    facts = read_config(small_experiment / "best_checkpoint")
    assert epochs.count(1) >= math.ceil(facts["trained_on"]["questions"] / 20)


def test_tensorboard_reads_the_promised_numbers_and_answers(small_experiment):
    events = EventAccumulator(str(small_experiment))
    events.Reload()
    expected = {name for name in COLUMNS if "/" in name}
    assert set(events.Tags()["scalars"]) == expected
    assert events.Tags()["tensors"] == ["dev/answers"]
    from_table = [row for row in table(small_experiment) if row["dev/f1"]]
    assert [e.step for e in events.Scalars("dev/f1")] == [int(row["step"]) for row in from_table]
    for event, row in zip(events.Scalars("dev/f1"), from_table, strict=True):
        assert event.value == np.float32(row["dev/f1"])
    text = events.Tensors("dev/answers")[-1].tensor_proto.string_val[0].decode()
    assert text.startswith("| question | answer | gold answers |\n|---|---|---|\n| ")


def test_the_log_tells_of_data_model_steps_and_scores(small_experiment):
    text = (small_experiment / "log.txt").read_text(encoding="utf-8")
    for part in (" questions on ", "weights that train", "step 1, train/loss ", ": dev F1 "):
        assert part in text
    assert "done: " in text.splitlines()[-1]


def test_the_best_checkpoint_is_that_of_the_best_dev_score(small_experiment):
    scored = [row for row in table(small_experiment) if row["dev/f1"]]
    best = max(scored, key=lambda row: float(row["dev/f1"]))  # the first of equals
    facts = read_config(small_experiment / "best_checkpoint")
    assert facts["step"] == int(best["step"])
    assert facts["dev_scores"] == {
        name: float(best[name]) for name in COLUMNS if name.startswith("dev/") or "one_ref" in name
    }


def test_the_flags_are_written_down(small_experiment, fixtures_dir):
    config = make_config(json.loads((small_experiment / "flags.json").read_text()))
    assert (config.model_options.hidden_size, config.num_epochs, config.eval_every) == (12, 2, 5)
    assert config.train_path == str(fixtures_dir / "small-train-v1.1.json")


# --- stop and go on -----------------------------------------------------------------------------

STOPS = [signal.SIGTERM, signal.SIGKILL, signal.SIGINT]


def run_until(flags, folder, num_lines, number):
    """Run until the table has so many lines, then send a signal; gives (status, stdout)."""
    with subprocess.Popen(
        [sys.executable, str(MAIN), *flags], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        begin = time.monotonic()
        while time.monotonic() < begin + 120 and process.poll() is None:
            if (folder / "metrics.csv").exists() and len(losses(folder)) >= num_lines:
                break
            time.sleep(0.01)
        process.send_signal(number)
        out = process.communicate(timeout=120)[0].decode()
    return process.returncode, out


@pytest.fixture(scope="module")
def stopped(tmp_path_factory, small_flags, run_main):
    """A run that was stopped three times, a longer one without a stop, and what the stops gave."""
    folder, plain = tmp_path_factory.mktemp("stopped"), tmp_path_factory.mktemp("plain")
    flags, results = [*small_flags(folder), "--eval_every=4", "--save_every=2"], {}
    for number in STOPS:
        num_lines = len(losses(folder)) if results else 0
        results[number] = run_until(flags, folder, num_lines + 3, number)
    flags = [*small_flags(plain), "--eval_every=4", "--save_every=1", "--keep=0"]
    done = run_main(*flags, f"--num_epochs={table(folder)[-1]['epoch']}")
    assert done.returncode == 0, done.stderr
    return folder, plain, results


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_cleanly_and_says_how_to_go_on(stopped, number):
    status, out = stopped[2][number]
    assert status == 0
    assert out.splitlines()[-1].startswith("stopped at step ")
    assert out.endswith("; the same command goes on from there\n")


def test_the_next_run_goes_on_from_the_step_of_the_stop(stopped):
    step = stopped[2][signal.SIGTERM][1].split("stopped at step ")[1].split(";")[0]
    assert f"going on from step {step}, " in stopped[2][signal.SIGKILL][1]


def test_the_run_after_a_kill_goes_on_from_the_last_checkpoint(stopped):
    assert stopped[2][signal.SIGKILL][0] == -signal.SIGKILL
    step = int(stopped[2][signal.SIGINT][1].split("going on from step ")[1].split(",")[0])
    assert step >= 4 and step % 2 == 0


def test_stopped_three_times_gives_the_same_numbers_to_the_last_digit(stopped):
    rows = table(stopped[0])
    assert rows == table(stopped[1])[: len(rows)]
    assert len({row["step"] for row in rows}) >= 9


def test_stopped_three_times_gives_the_same_weights_and_state(stopped):
    step = losses_and_steps(stopped[0])[-1][0]
    for stem in ("weights", "training_state"):
        a, b = (read_arrays(folder / "checkpoints" / step, stem) for folder in stopped[:2])
        assert a.keys() == b.keys()
        for key in a:
            # Keras' GRU has a seed (seed, count) for a dropout of its own, not used here.
            if not (key.startswith("seed/") and a[key][1] == b[key][1] == 0):
                assert_array_equal(a[key], b[key], key)


def losses_and_steps(folder):
    return [(row["step"], row["train/loss"]) for row in table(folder) if row["train/loss"]]


def test_tensorboard_shows_each_step_once(stopped):
    events = EventAccumulator(str(stopped[0]))
    events.Reload()
    shown = [(str(event.step), event.value) for event in events.Scalars("train/loss")]
    assert shown == [(step, np.float32(loss)) for step, loss in losses_and_steps(stopped[0])]


def test_the_same_seed_gives_the_same_losses_however_often_it_is_scored(stopped, small_experiment):
    few, many = losses(small_experiment), losses(stopped[1])
    number = min(len(few), len(many))
    assert number >= 9
    assert few[:number] == many[:number]


# --- a run with stand-ins -----------------------------------------------------------------------


def run(options, **others):
    trainer = Trainer(make_config({**options, **others}))
    trainer.run()
    return trainer


def saved(options):
    folder = Path(options["train_dir"]) / "checkpoints"
    return sorted(int(path.name) for path in folder.iterdir())


def test_num_epochs_is_honoured(script, options):
    for epochs in (1, 3):
        trainer = run(options, num_epochs=epochs)
        assert script.steps == trainer.step == epochs * trainer.data.steps_per_epoch


def test_the_same_command_after_the_end_does_no_step_and_no_harm(script, options):
    run(options)
    steps, scored, kept = script.steps, len(script.scored), saved(options)
    before = read_arrays(Path(options["train_dir"]) / "checkpoints" / str(kept[-1]))
    run(options)
    assert (script.steps, len(script.scored), saved(options)) == (steps, scored, kept)
    after = read_arrays(Path(options["train_dir"]) / "checkpoints" / str(kept[-1]))
    assert before.keys() == after.keys()


def test_scores_are_due_every_so_many_steps_and_at_the_end(script, options):
    trainer = run(options, eval_every=5)
    last, per_epoch = trainer.step, trainer.data.steps_per_epoch
    expected = sorted({*range(5, last + 1, 5), last})
    assert script.scored == [(step, (step - 1) // per_epoch + 1) for step in expected]


@pytest.mark.parametrize("keep, number", [(1, 1), (2, 2), (0, 1000)])
def test_checkpoints_are_saved_every_so_many_steps_and_at_the_end(script, options, keep, number):
    last = run(options, keep=keep).step
    assert saved(options) == sorted({*range(3, last + 1, 3), last})[-number:]


def test_the_last_checkpoint_is_saved_once(script, options):
    trainer = run(options, save_every=1)
    assert sorted(path.name for path in trainer.experiment.newest_first()[0].glob("*.npz")) == [
        f"{stem}-{trainer.step}.npz" for stem in ("training_state", "weights")
    ]


def test_a_loss_that_is_not_known_is_null_in_the_checkpoint(script, options):
    script.scores = itertools.repeat({"dev/f1": 1.0, "dev/em": 0.0, "dev/loss": math.nan})
    trainer = run(options)
    text = (trainer.experiment.best / "config.json").read_text()
    assert '"dev/loss": null' in text and "NaN" not in text


def test_print_every_thins_out_the_lines(script, options):
    last = run(options, print_every=4).step
    steps = [int(row["step"]) for row in table(Path(options["train_dir"])) if row["train/loss"]]
    assert steps == list(range(4, last + 1, 4))


@pytest.mark.parametrize("print_every", [1, 2])
def test_the_rate_is_of_whole_steps_without_scores_and_saving(
    script, options, monkeypatch, print_every
):
    """By a clock that goes 3 s in making a batch, 2 s in a step, 100 s in a score or a save."""
    now = [0.0]

    def slow(function, seconds):
        def slowly(*args, **kwargs):
            now[0] += seconds
            return function(*args, **kwargs)

        return slowly

    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(TrainingData, "batch", slow(TrainingData.batch, 3))
    monkeypatch.setattr(TrainingState, "train_step", slow(TrainingState.train_step, 2))
    monkeypatch.setattr(Evaluation, "run", slow(Evaluation.run, 100))
    monkeypatch.setattr(TrainingState, "save", slow(TrainingState.save, 100))
    trainer = run(options, print_every=print_every, eval_every=3, save_every=1)
    with open(trainer.experiment.folder / "metrics.csv", newline="") as file:
        cells = [row["train/examples_per_second"] for row in csv.DictReader(file)]
    questions = sum(float(cell) for cell in cells if cell) * 5 * print_every
    assert trainer.step % print_every == 0
    assert questions == pytest.approx(2 * len(trainer.data.rows))


def test_only_a_better_score_becomes_the_best_checkpoint(script, options):
    f1s = iter([3.0, 5.0, 5.0, 4.0, 1.0, 1.0, 1.0, 1.0])
    script.scores = ({"dev/f1": f1, "dev/em": -f1} for f1 in f1s)
    trainer = run(options, eval_every=2)
    facts = read_config(trainer.experiment.best)
    assert (facts["step"], facts["best_score"]) == (4, 5.0)


def test_the_best_may_be_by_exact_match(script, options):
    f1s = iter([3.0, 5.0, 5.0, 1.0, 4.0, 4.0, 4.0, 4.0])
    script.scores = ({"dev/f1": f1, "dev/em": 10 - f1} for f1 in f1s)
    trainer = run(options, eval_every=2, best_by="em")
    facts = read_config(trainer.experiment.best)
    assert (facts["step"], facts["best_score"]) == (8, 9.0)


def test_the_best_score_is_remembered_by_the_next_run(script, options):
    script.scores = iter([{"dev/f1": 9.0, "dev/em": 0.0}] + [{"dev/f1": 8.0, "dev/em": 0.0}] * 9)
    script.at_step[6] = lambda: os.kill(os.getpid(), signal.SIGTERM)
    run(options)
    trainer = run(options)
    assert len(script.scored) > 1
    assert read_config(trainer.experiment.best)["step"] == 4
    assert trainer.best_score == 9.0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("step", [1, 3, 4, 5, 12])
def test_a_signal_in_any_step_stops_after_it_and_no_step_is_lost_or_done_twice(
    script, options, capsys, step, number
):
    script.at_step[step] = lambda: os.kill(os.getpid(), number)
    handler = signal.getsignal(number)
    first = run(options, num_epochs=4)
    assert signal.getsignal(number) is handler
    assert (first.step, saved(options)) == (step, [step])
    line = f"stopped at step {step}; the same command goes on from there"
    assert line in capsys.readouterr().out.splitlines()
    second = run(options, num_epochs=4)
    assert script.steps == second.step == 4 * second.data.steps_per_epoch
    assert [step for step, _ in script.scored] == list(range(4, second.step + 1, 4))


def test_a_score_that_a_stop_put_off_is_of_the_epoch_that_its_step_ended(script, options):
    script.at_step[10] = lambda: os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(2):
        trainer = run(options, num_epochs=3, eval_every=5)
    assert trainer.data.steps_per_epoch == 5
    assert script.scored == [(5, 1), (10, 2), (15, 3)]


def test_more_signals_while_a_stop_is_saved_lose_nothing(script, options, monkeypatch):
    def save(*args, save=TrainingState.save, **kwargs):
        for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
            os.kill(os.getpid(), number)
        save(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGINT)

    script.at_step[2] = lambda: os.kill(os.getpid(), signal.SIGINT)
    monkeypatch.setattr(TrainingState, "save", save)
    run(options)
    assert saved(options) == [2]


def test_a_screen_that_is_gone_is_no_reason_to_stop_or_not_to_save(script, options, monkeypatch):
    class Gone(io.StringIO):
        def write(self, _):
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(sys, "stdout", Gone())
    monkeypatch.setattr(sys, "stderr", Gone())
    run(options)
    assert saved(options) and script.steps == 10


def test_a_signal_while_the_dev_set_is_read_puts_the_score_off(script, options):
    script.at_step[4] = lambda: os.kill(os.getpid(), signal.SIGTERM)
    run(options)
    assert script.scored == []
    run(options)
    assert script.scored[0] == (4, 1)


@pytest.mark.parametrize(
    "evaluate_at, save_at, told",
    [
        (99, 99, "nothing was saved so far: begin another --experiment_name with a smaller --lea"),
        (2, 99, "only best_checkpoint is saved so far: begin another --experiment_name with a sm"),
        (2, 4, "the checkpoint of step 4 is kept: go on from it with a smaller --learning_rate, "),
    ],
)
def test_what_is_kept_when_the_loss_is_no_number_is_told_truly(
    script, options, evaluate_at, save_at, told
):
    script.losses = iter([1.0] * 5 + [math.nan])
    with pytest.raises(InputError) as error:
        run(options, eval_every=evaluate_at, save_every=save_at)
    assert f" at step 6; {told}" in str(error.value)


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_the_run_and_keeps_the_last_checkpoint(script, options, loss):
    script.losses = iter([1.0] * 4 + [loss])
    with pytest.raises(
        InputError, match=rf"^the loss became {loss} .* at step 5; .*--learning_rat"
    ):
        run(options)
    assert saved(options) == [3]


def test_a_gradient_that_is_no_number_ends_the_run_before_it_is_saved(script, options, monkeypatch):
    norms = iter([1.0] * 2 + [math.nan])
    monkeypatch.setattr(TrainingState, "gradient_norm", lambda _: next(norms))
    monkeypatch.setattr(TrainingState, "norms", lambda _: {})
    with pytest.raises(InputError, match=r"^the loss became 1.0 and the .* norm nan at step 3; "):
        run(options)
    assert saved(options) == []


def test_going_on_with_another_model_is_refused(script, options):
    run(options)
    with pytest.raises(InputError, match="--hidden_size: .* was begun with 3, got 4; "):
        run(options, hidden_size=4)


def damage(checkpoint):
    (weights,) = checkpoint.glob("weights-*.npz")
    weights.write_bytes(b"")


def test_going_on_from_damaged_checkpoints_alone_is_refused(script, options):
    trainer = run(options)
    damage(trainer.experiment.newest_first()[0])
    with pytest.raises(InputError, match="damaged"):
        run(options)


def test_a_damaged_checkpoint_is_passed_over_for_an_older_one(script, options, caplog):
    old, newest = reversed(run(options, keep=2).experiment.newest_first())
    damage(newest)
    assert run(options, keep=2).experiment.newest_first()[0] == newest
    assert "damaged" in caplog.text and "going on from an older checkpoint" in caplog.text
    assert int(old.name) < int(newest.name)
    log = (Path(options["train_dir"]) / "log.txt").read_text()
    assert f"going on from step {old.name}," in log
    run(options)  # the newest is whole again
    log = (Path(options["train_dir"]) / "log.txt").read_text()
    assert f"going on from step {newest.name}," in log


def test_a_stop_before_a_damaged_checkpoint_is_reached_again_loses_nothing(script, options):
    options["save_every"] = 4
    old, newest = reversed(run(options, keep=2).experiment.newest_first())
    damage(newest)
    script.at_step[script.steps + 1] = lambda: os.kill(os.getpid(), signal.SIGTERM)
    step = run(options).step
    assert (step, saved(options)) == (int(old.name) + 1, [int(old.name) + 1, int(newest.name)])
    run(options)
    log = (Path(options["train_dir"]) / "log.txt").read_text()
    assert f"going on from step {step}," in log


def test_training_data_without_an_answer_are_refused(script, options, write_squad):
    path = write_squad([("One.", [("?", None)])])
    with pytest.raises(
        InputError, match=rf"^{path}: expected answers of at most --context_len=600 tokens"
    ):
        run(options, train_path=str(path))


def test_dev_data_without_a_question_are_refused(script, options, write_squad):
    path = write_squad([("One.", [])])
    with pytest.raises(InputError, match=rf"^{path}: expected questions to score, got none"):
        run(options, dev_path=str(path))


def test_dev_data_whose_gold_answers_are_not_known_are_refused(script, options, tmp_path):
    rows = [{"id": i, "context": "One.", "question": "?", "answers": None} for i in (7, 8)]
    (tmp_path / "rows").write_text(json.dumps(rows))
    line = 'rows: expected "answers" of every question, to score, got none of question "7" '
    with pytest.raises(InputError, match=line):
        run(options, dev_path=str(tmp_path / "rows"))


# --- every option changes something -------------------------------------------------------------


@pytest.fixture(scope="module")
def eager():
    """No graph is traced: a few steps of one model take less than its trace."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def first_losses(eager, fixtures_dir, tmp_path_factory):
    """Gives a function: options -> the losses of the first two steps on six short questions."""
    context = "Zörtk saw the red dog and the Qwxyz saw the cat."
    qas = [
        {"id": f"q{i}", "question": question, "answers": [{"text": gold, "answer_start": place}]}
        for i, (question, gold, place) in enumerate(
            [
                ("Who saw the dog?", "Zörtk", 0),
                ("What did the very old Zörtk see?", "red dog", 14),
                ("Which?", "the cat", 40),
            ]
            * 2
        )
    ]
    content = {"data": [{"title": "T", "paragraphs": [{"context": context, "qas": qas}]}]}
    path = tmp_path_factory.mktemp("losses") / "train.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    base = {
        "train_path": str(path),
        "dev_path": str(path),
        "glove_path": str(fixtures_dir / "glove.small.50d.txt"),
        "embedding_size": 50,
        "hidden_size": 3,
        "batch_size": 6,
    }

    def first_losses(**others):
        config = make_config({**base, **others})
        data = TrainingData(config)
        state = new_state(config, data)
        return [state.train_step(data.batch(data.batches(epoch)[0])) for epoch in (1, 2)]

    return first_losses


@pytest.fixture(scope="module")
def base_losses(first_losses):
    return first_losses()


def test_the_same_options_give_the_same_losses(first_losses, base_losses):
    assert first_losses() == base_losses


@pytest.mark.parametrize(
    "name, value, first_step",
    [
        ("seed", 43, True),
        ("hidden_size", 4, True),
        ("dropout", 0.5, True),
        ("trained_words", 5, True),
        ("context_len", 8, True),
        ("question_len", 2, True),
        ("batch_size", 4, True),
        ("learning_rate", 0.01, False),
        ("max_gradient_norm", 1e-9, False),
    ],
)
def test_an_option_changes_the_losses(first_losses, base_losses, name, value, first_step):
    """The first one, or where it comes in with the first update, the one after."""
    losses = first_losses(**{name: value})
    assert (base_losses[0] != losses[0]) == first_step
    assert base_losses[1] != losses[1]


def test_a_huge_learning_rate_is_refused_in_the_end(eager, options):
    """At which step depends on the processor."""
    with pytest.raises(InputError, match="^the loss became .* a smaller --learning_rate"):
        train(make_config({**options, "learning_rate": 1e38}))


def test_two_runs_at_once_in_one_folder_are_refused(script, options):
    config = make_config({**options, "num_epochs": 1})
    with locked(options["train_dir"]):
        with pytest.raises(InputError, match="another run is training in"):
            train(config)
        assert not (Path(options["train_dir"]) / "flags.json").exists()
    train(config)


@pytest.mark.parametrize("name, part", [("train_path", "--train_path"), ("dev_path", "--dev_path")])
def test_going_on_with_other_data_is_refused(script, options, fixtures_dir, name, part):
    run(options, num_epochs=1)
    with pytest.raises(InputError, match=part):
        run({**options, name: str(fixtures_dir / "tiny-v1.1.json")}, num_epochs=2)
    run(options, num_epochs=2)


def test_going_on_with_another_glove_is_refused(script, options, tmp_path):
    run(options, num_epochs=1)
    lines = Path(options["glove_path"]).read_text("utf-8").splitlines()
    other = tmp_path / "other.txt"
    other.write_text("".join(f"{line.split()[0]} {'0.5 ' * 50}".rstrip() + "\n" for line in lines))
    with pytest.raises(InputError, match="--glove_path"):
        run({**options, "glove_path": str(other)}, num_epochs=2)


def test_wrong_places_of_answers_in_the_training_file_are_told(script, options, tmp_path, caplog):
    content = json.loads(Path(options["train_path"]).read_text("utf-8"))
    question = content["data"][0]["paragraphs"][0]["qas"][0]
    question["answers"][0]["answer_start"] += 1
    (tmp_path / "train.json").write_text(json.dumps(content), encoding="utf-8")
    run({**options, "train_path": str(tmp_path / "train.json")}, num_epochs=1)
    assert question["id"] in caplog.text and "train.json" in caplog.text


def test_a_damaged_table_is_kept_under_another_name(script, options):
    run(options, num_epochs=1)
    table_path = Path(options["train_dir"]) / "metrics.csv"
    table_path.write_text("no table\n1\n")
    run(options, num_epochs=2)
    assert table_path.with_suffix(".damaged.csv").read_text() == "no table\n1\n"
    assert table_path.read_text().startswith("step,")


def test_more_trained_words_than_there_are_may_be_asked_for(script, options):
    trainer = run(options, trained_words=100_000)
    facts = read_config(trainer.experiment.best)
    assert facts["model"]["trained_words"] == 100_000 > len(facts["trained_word_list"]) > 0
    given = {"ckpt_load_dir": str(trainer.experiment.best), "trained_words": 100_000}
    config = cli.reading_config({**given, "glove_path": options["glove_path"]})
    weights = reader_of(config).members[0].scorer.word_vectors.trained
    assert weights.shape[0] == 1 + len(facts["trained_word_list"])
