"""The edition for Python 2.7 where it belongs: in an environment like the image cs224n-dfp:v4.

Expected values come from the package on Python 3: the same commands, and the same bytes.
"""

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import measure_noise
import pytest
from numpy.testing import assert_allclose

from squad_reader.data.squad_json import read_squad
from squad_reader.data.tokenizer import tokenize
from squad_reader.train.lock import locked

ROOT = Path(__file__).parent.parent.parent
MAIN = ROOT / "code" / "main.py"
pytestmark = pytest.mark.slow


def eval_flags(fixtures_dir, checkpoint, json_in, json_out):
    return [
        "--mode=official_eval",
        f"--ckpt_load_dir={checkpoint}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--json_in_path={json_in}",
        f"--json_out_path={json_out}",
    ]


def test_the_hard_questions_get_the_golden_answers(run_v4, fixtures_dir, tmp_path):
    golden = fixtures_dir / "golden_checkpoint"
    flags = eval_flags(fixtures_dir, golden, fixtures_dir / "tiny-v1.1.json", tmp_path / "out.json")
    done = run_v4(*flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Wrote 22 answers to {tmp_path / 'out.json'}\n"
    expected = (fixtures_dir / "golden_predictions.json").read_bytes()
    assert (tmp_path / "out.json").read_bytes() == expected


def test_rows_with_whole_numbers_as_ids_get_the_golden_answers(
    run_v4, flat_rows, fixtures_dir, tmp_path
):
    """And without gold answers they do not serve as a dev set."""
    rows, path = flat_rows(fixtures_dir / "tiny-v1.1.json"), tmp_path / "rows.jsonl"
    rows = [{**row, "id": number, "answers": None} for number, row in enumerate(rows)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    flags = eval_flags(fixtures_dir, fixtures_dir / "golden_checkpoint", path, tmp_path / "o.json")
    done = run_v4(*flags)
    assert done.returncode == 0, done.stderr
    golden = json.loads((fixtures_dir / "golden_predictions.json").read_text("utf-8"))
    answers = json.loads((tmp_path / "o.json").read_text("utf-8"))
    assert answers == {str(number): text for number, text in enumerate(golden.values())}
    done = run_v4(
        "--mode=train",
        f"--train_dir={tmp_path / 'run'}",
        f"--train_path={fixtures_dir / 'small-train-v1.1.json'}",
        f"--dev_path={path}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        "--embedding_size=50",
    )
    assert done.returncode == 2
    assert done.stderr == (
        f'main.py: error: {path}: expected "answers" of every question, to score, got none of '
        'question "0" (the first of 22 such, of 22 questions)\n'
    )


def test_an_export_needs_no_glove(run_v4, run_main, fixtures_dir, tmp_path):
    golden, glove = fixtures_dir / "golden_checkpoint", fixtures_dir / "glove.small.50d.txt"
    done = run_main(
        "--mode=export",
        f"--ckpt_load_dir={golden}",
        f"--glove_path={glove}",
        f"--export_dir={tmp_path / 'export'}",
    )
    assert done.returncode == 0, done.stderr
    flags = eval_flags(
        fixtures_dir, tmp_path / "export", fixtures_dir / "tiny-v1.1.json", tmp_path / "out.json"
    )
    done = run_v4(*(flag for flag in flags if not flag.startswith("--glove_path")))
    assert done.returncode == 0, done.stderr
    expected = (fixtures_dir / "golden_predictions.json").read_bytes()
    assert (tmp_path / "out.json").read_bytes() == expected


@pytest.mark.parametrize(
    "name, span",
    [("dev-v1.1.json", "joint"), ("tiny-dev.json", "joint"), ("tiny-dev.json", "independent")],
)
def test_squad_gets_the_answers_of_the_package(
    run_v4, run_main, fixtures_dir, real_squad, tmp_path, name, span
):
    """All bytes: no span of the golden reader is near the edge, see test_equal_answers.py."""
    files = {"v4": tmp_path / "v4.json", "package": tmp_path / "package.json"}
    golden, data = fixtures_dir / "golden_checkpoint", real_squad(name)
    for edition, run in (("v4", run_v4), ("package", run_main)):
        done = run(*eval_flags(fixtures_dir, golden, data, files[edition]), f"--span={span}")
        assert done.returncode == 0, done.stderr
    assert files["v4"].read_bytes() == files["package"].read_bytes()


PICKLES = """
from __future__ import print_function
import os, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from squad_reader.errors import InputError
from squad_reader.files import sha256_of
from v4 import checkpoint
class Code(object):
    def __reduce__(self):
        return os.mkdir, (os.path.join(sys.argv[2], "ran"),)
array, files = np.array([Code()], dtype=object), {}
np.savez(os.path.join(sys.argv[2], "a.npz"), a=array)
np.save(os.path.join(sys.argv[2], "b.npy"), array)
for name in ("a.npz", "b.npy"):
    sum_of = sha256_of(os.path.join(sys.argv[2], name))
    files[name[0]] = {"file": name, "sha256": sum_of}
for read, stem in ((checkpoint.read_arrays, "a"), (checkpoint.read_array, "b")):
    try:
        read(sys.argv[2], {"files": files}, stem)
    except InputError as error:
        print(error)
"""


def test_what_a_checkpoint_holds_is_never_run(v4_python, tmp_path):
    command = [str(v4_python), "-c", PICKLES, str(ROOT / "code"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("expected NumPy arrays, got: Object arrays cannot be loaded") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npy"]


DIGEST = r"""
from __future__ import print_function, unicode_literals
import gzip, hashlib, io, json, sys
sys.path.insert(0, sys.argv[1])
from squad_reader.data.tokenizer import tokenize
content = open(sys.argv[2], "rb").read()
if content[:2] == b"\x1f\x8b":
    content = gzip.GzipFile(fileobj=io.BytesIO(content)).read()
content = json.loads(content.decode("utf-8"))
digest = hashlib.sha256()
for article in content["data"]:
    for paragraph in article["paragraphs"]:
        for text in [paragraph["context"]] + [item["question"] for item in paragraph["qas"]]:
            for word, start, end in tokenize(text):
                digest.update(("%s %d %d " % (word, start, end)).encode("utf-8"))
print(digest.hexdigest())
"""


@pytest.mark.parametrize("name", ["dev-v1.1.json", "train-v1.1.json"])
def test_every_text_of_squad_is_tokenized_alike(v4_python, real_squad, name):
    command = [str(v4_python), "-c", DIGEST, str(ROOT / "code"), str(real_squad(name))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    data, digest, questions = read_squad(real_squad(name)), hashlib.sha256(), {}
    for example in data.examples:
        questions.setdefault(example.context_index, []).append(example.question)
    for i, context in enumerate(data.contexts):
        for text in [context, *questions.get(i, [])]:
            for token in tokenize(text):
                digest.update("{} {} {} ".format(*token).encode())
    assert done.stdout.strip() == digest.hexdigest()


@pytest.fixture(scope="module")
def trained(run_v4, small_flags, tmp_path_factory):
    """An experiment that this edition trained in two goes: its folder and what it printed."""
    folder = tmp_path_factory.mktemp("v4 expérience")
    flags = [*small_flags(folder), "--eval_every=5", "--save_every=5", "--learning_rate=0.01"]
    outputs = []
    for epochs in (1, 8):
        done = run_v4(*flags, f"--num_epochs={epochs}")
        assert done.returncode == 0, done.stderr
        outputs.append(done.stdout)
    return folder, outputs


@pytest.fixture(scope="module")
def trained_by_the_package(run_main, small_flags, tmp_path_factory):
    """An experiment of the package, with words whose vectors train."""
    folder = tmp_path_factory.mktemp("package")
    done = run_main(*small_flags(folder), "--trained_words=3", "--num_epochs=2")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("by", ["trained", "trained_by_the_package"])
def test_both_editions_give_a_checkpoint_the_same_log_probabilities(
    request, by, v4_python, fixtures_dir, tmp_path
):
    """Not the same answers: what was trained here may hold spans near the edge of the rule."""
    experiment = request.getfixturevalue(by)
    folder = experiment[0] if by == "trained" else experiment
    small_dev, checkpoint = fixtures_dir / "small-dev-v1.1.json", folder / "best_checkpoint"
    flags = eval_flags(fixtures_dir, checkpoint, small_dev, "unused.json")[1:4]
    default = measure_noise.SETTINGS[0]
    ours = measure_noise.measure(default, flags, tmp_path / "ours.npz")
    theirs = measure_noise.measure(default, flags, tmp_path / "theirs.npz", str(v4_python))
    for name in ("start", "end"):
        assert_allclose(theirs[name], ours[name], rtol=0, atol=1e-3)


def test_its_dev_score_is_the_official_one(trained, run_v4, fixtures_dir, tmp_path):
    folder, _ = trained
    small_dev, out = fixtures_dir / "small-dev-v1.1.json", tmp_path / "out.json"
    flags = eval_flags(fixtures_dir, folder / "best_checkpoint", small_dev, out)
    done = run_v4(*flags, "--batch_size=20")  # as in the training, so that all numbers are equal
    assert done.returncode == 0, done.stderr
    evaluate = [sys.executable, str(ROOT / "code" / "evaluate.py"), str(small_dev), str(out)]
    scores = json.loads(subprocess.run(evaluate, capture_output=True, check=True).stdout)
    config = json.loads((folder / "best_checkpoint" / "config.json").read_text("utf-8"))
    assert config["dev_scores"]["dev/f1"] == scores["f1"]
    assert config["dev_scores"]["dev/em"] == scores["exact_match"]


def test_a_second_go_goes_on_where_the_first_stopped(trained):
    folder, outputs = trained
    with open(folder / "metrics.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["train/loss"]]
    assert [int(row["step"]) for row in rows] == list(range(1, len(rows) + 1))
    losses = [float(row["train/loss"]) for row in rows]
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5])
    assert "done: " in outputs[0] and "done: " in outputs[1]
    assert len(list((folder / "checkpoints").iterdir())) == 1  # --keep=1
    assert list(folder.glob("events.out.*")) and "dev F1" in (folder / "log.txt").read_text()


def test_the_package_does_not_go_on_with_its_run(trained, run_main, small_flags):
    done = run_main(*small_flags(trained[0]), "--num_epochs=9", "--learning_rate=0.01")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "training_state" in done.stderr.strip().splitlines()[-1]


def test_it_does_not_go_on_with_a_run_of_the_package(small_experiment, run_v4, small_flags):
    done = run_v4(*small_flags(small_experiment), "--num_epochs=4")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "Python 3" in done.stderr


def test_sigterm_saves_and_the_same_command_goes_on(v4_python, small_flags, tmp_path):
    command = [str(v4_python), str(MAIN), *map(str, small_flags(tmp_path / "run"))]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    metrics = tmp_path / "run" / "metrics.csv"
    for _ in range(600):
        if metrics.exists() and len(metrics.read_text().splitlines()) > 3:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and b"stopped at step" in output
    assert list((tmp_path / "run" / "checkpoints").iterdir())


def test_a_score_that_a_stop_broke_off_is_measured_when_the_run_goes_on(
    run_v4, small_flags, tmp_path
):
    flags = [*small_flags(tmp_path), "--num_epochs=1"]
    assert run_v4(*flags).returncode == 0
    (folder,) = (tmp_path / "checkpoints").iterdir()
    path, step = folder / "config.json", folder.name
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "scored_step": 0}))
    done = run_v4(*flags, "--num_epochs=2", f"--eval_every={step}")
    assert done.returncode == 0, done.stderr
    log = (tmp_path / "log.txt").read_text("utf-8")
    assert log.count(f" step {step}, epoch 1: dev F1") == 2


def test_it_does_not_go_on_with_other_data(run_v4, small_flags, fixtures_dir, tmp_path):
    run, other = tmp_path / "run", tmp_path / "other"
    flags = [*small_flags(run), "--trained_words=2"]
    done = run_v4(*flags, "--num_epochs=1")
    assert done.returncode == 0, done.stderr
    config = json.loads((run / "best_checkpoint" / "config.json").read_text("utf-8"))
    assert config["dev"]["file"] == "small-dev-v1.1.json" and config["steps_per_epoch"] > 0
    other.mkdir()
    train, word = fixtures_dir / "small-train-v1.1.json", config["trained_word_list"][1]
    text = re.sub(rf"\b{word}\b", word[::-1], train.read_text("utf-8"), flags=re.IGNORECASE)
    (other / train.name).write_text(text, "utf-8")
    before = {path: path.read_bytes() for path in run.rglob("*.*") if path.is_file()}
    done = run_v4(*flags, "--num_epochs=2", f"--train_path={other / train.name}")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "--train_path or --glove_path: the run was begun with trained_word_list" in done.stderr
    assert {path: path.read_bytes() for path in before} == before
    done = run_v4(*flags, "--num_epochs=2")
    assert done.returncode == 0, done.stderr


def test_without_a_checkpoint_to_go_on_from_the_best_and_the_table_are_kept(
    run_v4, small_flags, tmp_path
):
    flags = [*small_flags(tmp_path), "--num_epochs=1"]
    assert run_v4(*flags).returncode == 0
    shutil.rmtree(tmp_path / "checkpoints")
    path, table = tmp_path / "best_checkpoint" / "config.json", tmp_path / "metrics.csv"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "best_score": 99.5}))
    before, rows = path.read_bytes(), table.read_bytes()
    done = run_v4(*flags)
    assert done.returncode == 0, done.stderr
    assert "beginning anew; the best so far is kept: dev f1 99.50, of step " in done.stdout
    assert "best 99.50" in done.stdout.splitlines()[-1]
    assert path.read_bytes() == before
    assert (tmp_path / "metrics.before.csv").read_bytes() == rows


def test_two_runs_at_once_in_one_folder_are_refused(run_v4, small_flags, tmp_path):
    """Also where the other one is of the package."""
    flags = [*small_flags(tmp_path / "lauf-é"), "--num_epochs=1"]
    with locked(str(tmp_path / "lauf-é")):
        done = run_v4(*flags)
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("main.py: error: --train_dir: another run is training in ")
    assert [path.name for path in (tmp_path / "lauf-é").iterdir()] == [".lock"]
    assert run_v4(*flags).returncode == 0


@pytest.mark.parametrize(
    "flags, part",
    [
        (["--mode=show_examples"], "--mode"),
        (["--mode=official_eval"], "--json_in_path"),
        (["--mode=official_eval", "--json_in_path=x", "--ckpt_load_dir=y"], "config.json"),
        (["--mode=train"], "--experiment_name"),
        (["--mode=train", "--train_dir=x", "--ckpt_load_dir=y"], "--ckpt_load_dir"),
        (["--mode=train", "--train_dir=x", "--train_path=none"], "--train_path"),
        (["--hidden_size=1.5"], "--hidden_size"),
        (["--help_me"], "--help_me"),
    ],
)
def test_bad_input_is_one_clear_line(run_v4, tmp_path, flags, part):
    done = run_v4(*flags, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("main.py: error: ") and part in line


@pytest.mark.parametrize("every, kept", [(1, "the last checkpoint is kept"), (9, "none was saved")])
def test_a_loss_that_becomes_nan_tells_what_is_kept(run_v4, small_flags, tmp_path, every, kept):
    flags = ["--learning_rate=1e30", "--max_gradient_norm=1e30", f"--save_every={every}"]
    done = run_v4(*small_flags(tmp_path / "run"), *flags)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith(kept)


def test_a_dev_set_of_misplaced_answers_has_scores_and_no_loss(
    run_v4, small_flags, fixtures_dir, tmp_path
):
    text = (fixtures_dir / "small-dev-v1.1.json").read_text("utf-8")
    dev = tmp_path / "dev.json"
    dev.write_text(re.sub(r'"answer_start": \d+', '"answer_start": null', text), "utf-8")
    done = run_v4(*small_flags(tmp_path / "run"), f"--dev_path={dev}", "--num_epochs=1")
    assert done.returncode == 0 and "Warning" not in done.stderr
    config = json.loads((tmp_path / "run" / "best_checkpoint" / "config.json").read_text("utf-8"))
    assert config["dev_scores"]["dev/loss"] is None


def test_questions_whose_answers_no_window_holds_are_left_out_of_the_training_and_counted(
    run_v4, small_flags, write_squad, tmp_path
):
    text = "One two three four five six."
    train = write_squad([(text, [("?", "two three"), ("?", "five")])])
    flags = [*small_flags(tmp_path / "run"), f"--train_path={train}", "--num_epochs=1"]
    done = run_v4(*flags, "--context_len=1")
    assert done.returncode == 0, done.stderr
    line = "1 of 2 questions are not trained on: their answers are longer than --context_len 1\n"
    assert line in done.stdout and line in (tmp_path / "run" / "log.txt").read_text("utf-8")
    config = json.loads((tmp_path / "run" / "best_checkpoint" / "config.json").read_text("utf-8"))
    assert config["trained_on"]["questions"] == 1
    write_squad([(text, [("?", "two three")])])
    done = run_v4(*small_flags(tmp_path / "other"), f"--train_path={train}", "--context_len=1")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "--context_len 1 tokens, got none" in done.stderr.splitlines()[-1]


def test_another_model_is_refused(run_v4, fixtures_dir, tmp_path):
    config = json.loads((fixtures_dir / "golden_checkpoint" / "config.json").read_text("utf-8"))
    config["model"]["model"] = "better"
    (tmp_path / "config.json").write_text(json.dumps(config))
    flags = eval_flags(fixtures_dir, tmp_path, fixtures_dir / "tiny-v1.1.json", tmp_path / "o.json")
    done = run_v4(*flags)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "better" in line and "baseline and fusion" in line
    assert not (tmp_path / "o.json").exists()


TWO_SIGNALS = """
import os, signal, sys
class Finder(object):
    def find_module(self, name, *_):
        if name == "tensorflow":
            for _ in range(2):
                os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder())
from squad_reader.command import main
sys.exit(main())
"""


def test_ctrl_c_twice_while_it_starts_is_one_line(v4_python, fixtures_dir, tmp_path):
    golden = fixtures_dir / "golden_checkpoint"
    flags = eval_flags(fixtures_dir, golden, fixtures_dir / "tiny-v1.1.json", tmp_path / "out.json")
    done = subprocess.run(
        [str(v4_python), "-c", TWO_SIGNALS, *flags],
        capture_output=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(MAIN.parent)},
    )
    assert (done.returncode, done.stderr) == (130, b"main.py: stopped\n")
    assert os.listdir(tmp_path) == []


def test_it_saves_although_nobody_reads_what_it_prints(v4_python, small_flags, tmp_path):
    reader, writer = os.pipe()
    command = [str(v4_python), str(MAIN), *small_flags(tmp_path), "--eval_every=100000"]
    process = subprocess.Popen(command, stdout=writer, stderr=writer)
    os.close(writer)
    end = time.monotonic() + 120
    while not (tmp_path / "metrics.csv").exists() or (
        (tmp_path / "metrics.csv").read_bytes().count(b"\n") < 3
    ):
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)
    os.close(reader)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=60) == 0
    assert list((tmp_path / "checkpoints").iterdir())


def test_what_cannot_be_written_is_told_before_the_work(run_v4, fixtures_dir, tmp_path):
    golden = fixtures_dir / "golden_checkpoint"
    for name in ("阅" * 90, "file/out.json"):
        (tmp_path / "file").touch()
        flags = eval_flags(fixtures_dir, golden, fixtures_dir / "tiny-v1.1.json", tmp_path / name)
        done = run_v4(*flags)
        assert done.returncode == 2 and done.stderr.count("\n") == 1
        assert done.stderr.startswith("main.py: error: --json_out_path: ")
