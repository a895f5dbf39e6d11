"""The commands as a student, or CodaLab, runs them: processes of their own, files in and out."""

import csv
import fcntl
import json
import os
import pty
import shutil
import signal
import stat
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAIN = ROOT / "code" / "main.py"
EVALUATE = ROOT / "code" / "evaluate.py"


def evaluate(data, predictions, script=EVALUATE):
    """What `evaluate.py` prints, as a dict."""
    done = subprocess.run(
        [sys.executable, str(script), str(data), str(predictions)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def eval_flags(fixtures_dir):
    """Flags of official_eval with the golden checkpoint, but for its output."""
    return [
        "--mode=official_eval",
        f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--json_in_path={fixtures_dir / 'small-dev-v1.1.json'}",
    ]


@pytest.fixture(scope="module")
def bundle_run(eval_flags, tmp_path_factory, fixtures_dir, run_main):
    """official_eval as in an uploaded bundle: `code/` alone, read-only, behind a link, no HOME.

    Everything it reads is in the run's folder under a link too; the current folder is that one.
    """
    store, folder = tmp_path_factory.mktemp("store"), tmp_path_factory.mktemp("run")
    bundle = store / "0xbundle"
    shutil.copytree(ROOT / "code", bundle, ignore=shutil.ignore_patterns("__pycache__", "*.egg*"))
    for path in [bundle, *bundle.rglob("*")]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~0o222)
    (folder / "code").symlink_to(bundle)
    (folder / "in.json").symlink_to(fixtures_dir / "small-dev-v1.1.json")
    before = {path: path.stat().st_mtime_ns for path in bundle.rglob("*")}
    flags = [flag for flag in eval_flags if not flag.startswith("--json_in_path")]
    done = run_main(
        *flags,
        "--json_in_path=in.json",
        "--json_out_path=predictions.json",
        main="code/main.py",
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
    )
    after = {path: path.stat().st_mtime_ns for path in bundle.rglob("*")}
    yield done, folder, before == after
    for path in [bundle, *bundle.rglob("*")]:
        path.chmod(stat.S_IMODE(path.stat().st_mode) | 0o200)  # so that pytest can delete it


def test_a_bundle_of_code_alone_answers_all_questions(bundle_run, fixtures_dir):
    done, folder, _ = bundle_run
    assert done.returncode == 0, done.stderr
    answers = json.loads((folder / "predictions.json").read_text(encoding="utf-8"))
    content = json.loads((fixtures_dir / "small-dev-v1.1.json").read_text(encoding="utf-8"))
    ids = [
        question["id"]
        for article in content["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    assert list(answers) == ids
    assert done.stdout == f"Wrote {len(ids)} answers to predictions.json\n"
    assert "Traceback" not in done.stderr


def test_it_writes_its_output_and_nothing_else(bundle_run):
    _, folder, bundle_as_before = bundle_run
    assert sorted(os.listdir(folder)) == ["code", "in.json", "predictions.json"]
    assert bundle_as_before


def test_the_scores_equal_those_of_the_training_to_the_last_digit(
    small_experiment, eval_flags, fixtures_dir, run_main, tmp_path
):
    """On one machine, with batches of the same size: all numbers are the same."""
    flags = [flag for flag in eval_flags if not flag.startswith("--ckpt_load_dir")]
    best, predictions = small_experiment / "best_checkpoint", tmp_path / "p.json"
    run = [f"--ckpt_load_dir={best}", "--batch_size=20", f"--json_out_path={predictions}"]
    done = run_main(*flags, *run)
    assert done.returncode == 0, done.stderr
    scores = evaluate(fixtures_dir / "small-dev-v1.1.json", predictions)
    config = json.loads((best / "config.json").read_text())
    assert scores["f1"] == config["dev_scores"]["dev/f1"]
    assert scores["exact_match"] == config["dev_scores"]["dev/em"]
    with open(small_experiment / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["dev/f1"]]
    (row,) = [row for row in rows if int(row["step"]) == config["step"]]
    assert (float(row["dev/f1"]), float(row["dev/em"])) == (scores["f1"], scores["exact_match"])


def test_the_source_tree_from_another_folder_gives_the_same_bytes(
    bundle_run, eval_flags, fixtures_dir, run_main, tmp_path
):
    """With n-best lists beside it, and other batches."""
    flags = [*eval_flags, "--json_out_path=p.json", "--nbest_out_path=n.json", "--batch_size=3"]
    done = run_main(*flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(os.listdir(tmp_path)) == ["n.json", "p.json"]
    assert (tmp_path / "p.json").read_bytes() == (bundle_run[1] / "predictions.json").read_bytes()
    predictions = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    n_best = json.loads((tmp_path / "n.json").read_text(encoding="utf-8"))
    assert {key: spans[0]["text"] for key, spans in n_best.items()} == predictions
    # `evaluate.py` of the bundle scores them too.
    bundle = bundle_run[1] / "code" / "evaluate.py"
    data = fixtures_dir / "small-dev-v1.1.json"
    assert evaluate(data, tmp_path / "p.json", bundle) == evaluate(data, tmp_path / "p.json")


def test_a_broken_input_is_one_line_and_leaves_the_old_output(eval_flags, run_main, tmp_path):
    (tmp_path / "in.json").write_text('{"data": [{"title": "T"}]}')
    (tmp_path / "p.json").write_text("old")
    flags = [flag for flag in eval_flags if not flag.startswith("--json_in_path")]
    done = run_main(*flags, "--json_in_path=in.json", "--json_out_path=p.json", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    line = done.stderr.splitlines()[-1]
    assert line.startswith("main.py: error: in.json: article 0") and '"paragraphs"' in line
    assert "Traceback" not in done.stderr
    assert (tmp_path / "p.json").read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["in.json", "p.json"]


def test_show_examples_prints_plain_text_into_a_pipe(small_experiment, fixtures_dir, run_main):
    done = run_main(
        "--mode=show_examples",
        f"--train_dir={small_experiment}",
        f"--dev_path={fixtures_dir / 'small-dev-v1.1.json'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        "--num_examples=3",
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    for label in ("context:", "question:", "gold:", "predicted:"):
        assert done.stdout.count(label) == 3


def test_show_examples_of_a_set_without_questions_is_one_line(
    small_experiment, fixtures_dir, run_main, tmp_path
):
    (tmp_path / "empty.json").write_text('{"version": "1.1", "data": []}')
    done = run_main(
        "--mode=show_examples",
        f"--train_dir={small_experiment}",
        f"--dev_path={tmp_path / 'empty.json'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
    )
    assert done.returncode == 2
    assert done.stderr.endswith("empty.json: expected questions to show, got none\n")


@pytest.mark.skipif(os.name != "posix", reason="the shell's way to close them")
def test_closed_streams_change_nothing(eval_flags, bundle_run, tmp_path):
    command = [sys.executable, str(MAIN), *eval_flags, f"--json_out_path={tmp_path / 'p.json'}"]
    done = subprocess.run(["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *command])
    assert done.returncode == 0
    expected = (bundle_run[1] / "predictions.json").read_bytes()
    assert (tmp_path / "p.json").read_bytes() == expected


@pytest.mark.slow
def test_any_encoding_of_the_screen_will_do(eval_flags, run_main, tmp_path, fixtures_dir):
    """Names and texts that it lacks are escaped."""
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"}
    out = tmp_path / "答.json"
    done = run_main(*eval_flags, f"--json_out_path={out}", env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Wrote 30 answers to {tmp_path}/\\u7b54.json\n"
    done = run_main(*eval_flags, f"--json_out_path={tmp_path}/无/a", env=env)
    assert done.returncode == 2 and done.stderr.endswith(f"there is none: {tmp_path}/\\u65e0\n")
    flags = [flag for flag in eval_flags if "json_in" not in flag and "mode" not in flag]
    data = fixtures_dir / "tiny-v1.1.json"  # with letters of many kinds
    flags += ["--mode=show_examples", f"--dev_path={data}", "--num_examples=100"]
    done = run_main(*flags, env=env)
    assert done.returncode == 0 and "\\u" in done.stdout, done.stderr


def training(flags, output, **kwargs):
    """A process that trains until it is stopped, with all that it prints going to one place."""
    command = [sys.executable, str(MAIN), *flags, "--eval_every=100000", "--save_every=100000"]
    process = subprocess.Popen(command, stdin=output, stdout=output, stderr=output, **kwargs)
    os.close(output)
    return process


def wait_for_steps(process, folder, steps=2):
    """Until so many are in the table."""
    end = time.monotonic() + 120
    path = folder / "metrics.csv"
    while not path.exists() or len(path.read_bytes().splitlines()) <= steps:
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.05)


def saved_steps(folder):
    return [path.parent.name for path in folder.glob("checkpoints/*/config.json")]


@pytest.mark.slow
def test_ctrl_c_saves_although_nobody_reads_what_is_printed(small_flags, tmp_path):
    """`train 2>&1 | tee log`: the signal ends tee too."""
    reader, writer = os.pipe()
    process = training(small_flags(tmp_path), writer)
    wait_for_steps(process, tmp_path)
    os.close(reader)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert saved_steps(tmp_path)
    assert "stopped at step" in (tmp_path / "log.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_closed_terminal_saves(small_flags, tmp_path):
    reader, writer = pty.openpty()
    size = struct.pack("HHHH", 30, 100, 0, 0)  # without one tqdm draws no bar
    fcntl.ioctl(writer, termios.TIOCSWINSZ, size)
    process = training(small_flags(tmp_path), writer, start_new_session=True)
    wait_for_steps(process, tmp_path)
    os.close(reader)  # from here on, printing fails
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=60) == 0
    assert saved_steps(tmp_path)


@pytest.mark.slow
def test_training_into_a_file_prints_few_lines(small_flags, run_main, tmp_path):
    done = run_main(*small_flags(tmp_path), "--num_epochs=10", "--eval_every=1000")
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert lines[0] == "epoch 1: 86 questions" and lines[-1].startswith("epoch 10: 86 of 86 ")
    assert len(lines) < 6 and "\r" not in done.stderr
