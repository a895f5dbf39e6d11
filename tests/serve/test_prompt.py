"""The prompt of mode ask on a terminal: questions come back with the arrow keys."""

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

CODE = Path(__file__).parents[2] / "code"
RUN = "import sys; {}; from squad_reader.command import main; sys.exit(main())"
QUESTION, TEXT = "Who met Alma?", "Zorn met Alma in Riga."
ANSWERED = b'"passages": 1'  # ends a line of JSON
PROMPT, UP, END = b"question: ", b"\x1b[A", b"\x04"
SECONDS = 60


class Terminal:
    """`ask --json` on a terminal of its own, which is typed on here.

    Args:
        before: Python that the process runs first.
        stdout: a file for what it prints; None for the terminal.
    """

    def __init__(self, before, stdout=None):
        self.shown, self.seen, (self.ours, theirs) = b"", 0, pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN.format(before), "ask", f"--text={TEXT}", "--json"],
            cwd=CODE,
            stdin=theirs,
            stdout=theirs if stdout is None else stdout,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm", "INPUTRC": os.devnull},
        )
        os.close(theirs)

    def wait_for(self, text):
        """Until a text is shown after the one that was waited for last."""
        end = time.monotonic() + SECONDS
        while (place := self.shown.find(text, self.seen)) < 0:
            assert time.monotonic() < end, self.shown
            if select.select([self.ours], [], [], 1.0)[0]:
                self.shown += os.read(self.ours, 10_000)
        self.seen = place + len(text)

    def type(self, keys):
        os.write(self.ours, keys)

    def answered(self):
        """The lines of JSON that were shown."""
        lines = self.shown.decode().splitlines()
        return [json.loads(line) for line in lines if line.startswith('{"question"')]

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)


@pytest.fixture
def terminal():
    """Gives a function that makes a Terminal."""
    made = []

    def make(before="pass", **options):
        made.append(Terminal(before, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_the_last_question_comes_back_with_an_arrow(terminal):
    pytest.importorskip("readline")
    screen = terminal()
    screen.wait_for(PROMPT)
    screen.type(QUESTION.encode() + b"\n")
    screen.wait_for(ANSWERED)
    screen.wait_for(PROMPT)
    screen.type(UP + b"\n")
    screen.wait_for(ANSWERED)
    screen.wait_for(PROMPT)
    first, second = screen.answered()
    assert first == second and first["question"] == QUESTION
    screen.type(END)
    assert screen.process.wait(SECONDS) == 0


def test_without_the_module_of_the_history_it_asks_all_the_same(terminal):
    """As on Windows."""
    screen = terminal("sys.modules['readline'] = None")
    screen.wait_for(PROMPT)
    screen.type(QUESTION.encode() + b"\n")
    screen.wait_for(ANSWERED)
    screen.wait_for(PROMPT)
    assert [each["question"] for each in screen.answered()] == [QUESTION]
    screen.type(b"\n")
    assert screen.process.wait(SECONDS) == 0


def test_the_prompt_is_not_among_the_answers_in_a_file(terminal, tmp_path):
    path = tmp_path / "out.jsonl"
    with path.open("wb") as file:
        screen = terminal(stdout=file)
    for _ in range(2):
        screen.wait_for(PROMPT)
        screen.type(QUESTION.encode() + b"\n")
    screen.wait_for(PROMPT)
    screen.type(END)
    assert screen.process.wait(SECONDS) == 0
    answered = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [each["question"] for each in answered] == [QUESTION] * 2
