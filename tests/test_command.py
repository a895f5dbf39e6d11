"""Ctrl-C at any moment of a start: one line, status 130, and nothing left over."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from squad_reader import command

CODE = Path(__file__).parent.parent / "code"

PROGRAM = """
import os, sys
from squad_reader import command, files
command.stop_with("x: stopped")
with files.atomic_write("out") as file:
    print("an answer")  # not yet brought to the pipe
    os.write(2, b"now\\n")
    try:
        while True:
            pass
    except BaseException:
        while True:
            pass  # an import that swallows what comes
"""


def interrupted(command, wait_for=b"", **kwargs):
    """A process that gets two Ctrl-Cs: when it has printed something, or after a moment."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **kwargs
    )
    if wait_for:
        assert process.stderr.readline() == wait_for
    for _ in range(2):
        os.killpg(process.pid, signal.SIGINT)
    return (*process.communicate(timeout=60), process.returncode)


def test_ctrl_c_twice_is_one_line_and_leaves_no_file(tmp_path):
    out, err, status = interrupted(
        [sys.executable, "-c", PROGRAM],
        b"now\n",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CODE)},
    )
    assert (out, err, status) == (b"an answer" + os.linesep.encode(), b"x: stopped\n", 130)
    assert os.listdir(tmp_path) == []


def test_where_somebody_ignores_ctrl_c_it_stays_ignored():
    program = (
        "import os, signal; from squad_reader import command;"
        "signal.signal(signal.SIGINT, signal.SIG_IGN); command.stop_with('x');"
        "os.kill(os.getpid(), signal.SIGINT); print('still here')"
    )
    env = {**os.environ, "PYTHONPATH": str(CODE)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=env)
    assert (done.returncode, done.stderr) == (0, b"") and b"still here" in done.stdout


# Two Ctrl-Cs in the middle of an import, in an import that swallows exceptions.
AT_IMPORT = """
import importlib, os, signal, sys
class Finder:
    def find_spec(name, *_):
        if name == module:
            try:
                for _ in range(2):
                    os.kill(os.getpid(), signal.SIGINT)
            except BaseException:
                pass
module, function = sys.argv[1:3]
sys.argv[1:3] = []
sys.meta_path.insert(0, Finder)
from squad_reader import command
sys.exit(getattr(command, function)())
"""


@pytest.mark.parametrize(
    "function, mode, module",
    [
        ("main", "train", "squad_reader.cli"),
        ("main", "train", "argparse"),
        ("main", "train", "tensorflow"),
        ("main", "official_eval", "keras"),
        ("main", "official_eval", "numpy"),
        ("main", "show_examples", "tensorflow"),
        ("main", "export", "squad_reader.predict.export"),
        ("download", "", "squad_reader.data.fetch"),
        ("download", "", "hashlib"),
    ],
)
def test_ctrl_c_while_a_command_starts_is_one_line(fixtures_dir, tmp_path, function, mode, module):
    flags = [f"--mode={mode}", f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}"] * bool(mode)
    if mode:
        data = fixtures_dir / "small-dev-v1.1.json"
        flags += [f"--{name}_path={data}" for name in ("train", "dev", "json_in")]
        flags += [f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"]
        flags += [f"--train_dir={tmp_path / 'e'}", f"--export_dir={tmp_path / 'x'}"]
    done = subprocess.run(
        [sys.executable, "-c", AT_IMPORT, module, function, *flags],
        cwd=tmp_path,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(CODE)},
    )
    more = b"; the same command goes on from there" if function == "download" else b""
    name = b"download" if function == "download" else b"main.py"
    assert (done.returncode, done.stderr) == (130, name + b": stopped" + more + b"\n")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("hang_up", [signal.SIG_DFL, signal.SIG_IGN])
def test_a_closed_terminal_stops_too_but_not_under_nohup(hang_up):
    old = signal.signal(signal.SIGHUP, hang_up)
    stopping = command.stop_signals()
    signal.signal(signal.SIGHUP, old)
    closed = [signal.SIGHUP] if hang_up == signal.SIG_DFL else []
    assert stopping == [signal.SIGINT, signal.SIGTERM, *closed]


def test_a_signal_to_stop_is_told_as_long_as_the_block_runs():
    came, before = [], signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyError), command.on_stop_signals(lambda number, _: came.append(number)):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        raise KeyError
    assert came == [signal.SIGTERM, signal.SIGINT]
    assert signal.getsignal(signal.SIGTERM) is before
