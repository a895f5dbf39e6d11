"""What people see of long work: a bar on a terminal, a few lines elsewhere, and never an error."""

import errno
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from squad_reader import bars as module
from squad_reader import screen
from squad_reader.bars import BYTES, Bars
from squad_reader.screen import say

CODE = Path(__file__).parent.parent / "code"


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Broken(io.StringIO):
    """A stream that was closed by its reader."""

    def __init__(self, error, terminal=False):
        super().__init__()
        self.error, self.terminal, self.tried = error, terminal, 0

    def isatty(self):
        return self.terminal

    def write(self, _):
        self.tried += 1
        raise self.error

    flush = lambda self: self.write("")  # noqa: E731


ERRORS = [
    BrokenPipeError(errno.EPIPE, "Broken pipe"),
    OSError(errno.EIO, "Input/output error"),
    OSError(errno.ENOSPC, "No space left on device"),
    ValueError("I/O operation on closed file"),
]


@pytest.fixture
def clock(monkeypatch):
    """Sets the time, in seconds."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr(module, "now", lambda: Clock.now)
    return Clock


def test_a_file_gets_a_first_line_one_every_30_seconds_and_a_last_one(clock):
    stream = io.StringIO()
    with Bars("batches", stream=stream) as bars:
        for _ in bars.each("answering", range(1200), 1200):
            clock.now += 0.125  # two and a half minutes
    lines = stream.getvalue().splitlines()
    assert lines[0] == "answering: 1,200 batches"
    assert lines[1] == "answering: 240 of 1,200 batches (20%), 8.0 batches/s, 0:00:30"
    assert lines[-1] == "answering: 1,200 of 1,200 batches (100%), 8.0 batches/s, 0:02:30"
    assert len(lines) == 1 + 5 and "\r" not in stream.getvalue()


def test_many_short_epochs_are_not_many_lines(clock):
    stream = io.StringIO()
    with Bars("questions", keep=False, stream=stream) as bars:
        for epoch in range(1, 81):
            bars.begin(f"epoch {epoch}", 80)
            for _ in range(4):
                clock.now += 0.25
                bars.update(20)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "epoch 1: 80 questions"
    assert lines[-1] == "epoch 80: 80 of 80 questions (100%), 80.0 questions/s, 0:01:20"
    assert len(lines) == 2 + 2


def test_what_was_there_before_is_no_part_of_the_rate(clock):
    stream = io.StringIO()
    with Bars(BYTES, stream=stream) as bars:
        bars.begin("glove.6B.zip", 862_000_000, 800_000_000)
        clock.now += 3661
        bars.update(36_610_000)
    assert stream.getvalue().splitlines() == [
        "glove.6B.zip: 862.0 MB",
        "glove.6B.zip: 836.6 of 862.0 MB (97%), 0.0 MB/s, 1:01:01",
    ]


def test_a_piece_of_work_of_unknown_size_has_its_lines_too(clock):
    stream = io.StringIO()
    with Bars("words", stream=stream) as bars:
        bars.begin("glove")
        clock.now += 2
        bars.update(10)
    assert stream.getvalue() == "glove:\nglove: 10 words, 5.0 words/s, 0:00:02\n"


def test_a_terminal_gets_a_bar_that_stays_and_epochs_leave_none(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for keep, last in ((True, "\n"), (False, "\r")):
        stream = Terminal()
        with Bars("questions", keep=keep, stream=stream) as bars:
            for epoch in (1, 2):
                bars.begin(f"epoch {epoch}", 20)
                bars.update(20)
        assert "epoch 2:   0%" in stream.getvalue()
        assert ("epoch 2: 100%" in stream.getvalue()) is keep
        assert stream.getvalue().endswith(last)
        assert stream.getvalue().count("\n") == (2 if keep else 0)


def test_a_line_beside_a_bar_takes_its_place_and_the_bar_comes_again():
    stream = Terminal()
    with Bars("questions", stream=stream) as bars:
        bars.begin("epoch 1", 20)
        before = stream.getvalue()
        say("a line", stream)
        after = stream.getvalue()[len(before) :]
    assert after.startswith("\r") and "epoch 1" in after.split("a line\n")[1]
    assert "epoch 1" not in after.split("a line\n")[0]


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_no_trouble_with_printing_stops_the_work(error, terminal):
    stream, done = Broken(error, terminal), []
    with Bars("batches", stream=stream) as bars:
        for item in bars.each("answering", range(3), 3):
            say("a line", stream)
            done.append(item)
    assert done == [0, 1, 2] and stream.tried >= 5


def test_python_s_streams_may_be_none(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    say("a line")
    with Bars("batches") as bars:
        assert list(bars.each("answering", [1], 1)) == [1]
    screen.prepare()
    screen.settle()


PROGRAM = """
import logging, os, sys
from squad_reader import bars, screen
screen.prepare()
sys.stdin.readline()  # until the other end is closed
for _ in range(3):
    screen.say("a line")
    screen.say("a line", sys.stderr)
    logging.warning("a warning")
with bars.Bars("batches") as one:
    list(one.each("answering", range(3), 3))
os.close(int(sys.argv[1]))  # so far it came
screen.settle()
"""


def start(output, done):
    command = [sys.executable, "-c", PROGRAM, str(done)]
    env = {**os.environ, "PYTHONPATH": str(CODE)}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=env, pass_fds=[done]
    )


@pytest.mark.parametrize("kind", ["pipe", "terminal"])
def test_a_process_whose_reader_is_gone_ends_as_if_it_were_there(kind):
    reader, writer = os.pipe() if kind == "pipe" else pty.openpty()
    done_reader, done = os.pipe()
    process = start(writer, done)
    os.close(writer)
    os.close(done)
    os.close(reader)
    process.stdin.write(b"\n")
    process.stdin.close()
    assert os.read(done_reader, 1) == b""
    os.close(done_reader)
    assert process.wait(timeout=60) == 0


def test_what_is_for_a_closed_stream_goes_nowhere_else(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    say("a line", sys.stderr)
    assert capsys.readouterr().out == ""


def test_a_full_disk_under_stdout_loses_lines_alone():
    with open("/dev/full" if os.path.exists("/dev/full") else os.devnull, "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from squad_reader import screen as s; s.say('x'); s.settle()"],
            stdout=full,
            stderr=full,
            env={**os.environ, "PYTHONPATH": str(CODE)},
        )
    assert done.returncode == 0


@pytest.mark.parametrize("setting", ["ascii", "cp1252", "ascii:strict"])
def test_letters_that_the_encoding_lacks_are_escaped(setting):
    program = (
        "import sys; from squad_reader import screen; screen.prepare();"
        "print('caf\\xe9 \\u4e2d'); print('\\u4e2d', file=sys.stderr)"
    )
    env = {**os.environ, "PYTHONPATH": str(CODE), "PYTHONIOENCODING": setting}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=env)
    cafe = b"caf\xe9" if setting == "cp1252" else b"caf\\xe9"
    ending = os.linesep.encode()
    assert (done.stdout, done.stderr) == (cafe + b" \\u4e2d" + ending, b"\\u4e2d" + ending)
    assert done.returncode == 0
