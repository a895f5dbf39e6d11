"""Mode ask, from outside and in parts: places, marks, JSON, the prompt, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from squad_reader.predict.answers import Answer
from squad_reader.serve.ask import as_lines, sentence_around
from squad_reader.serve.text_reader import Found

MAIN = Path(__file__).parents[2] / "code" / "main.py"
TEXT = "Gate opens at 9. Ferry leaves at 10.\n\nZorn met Alma in “Riga”."


@pytest.fixture(scope="module")
def checkpoint(fixtures_dir, tmp_path_factory):
    """A folder that can be written to, with the golden checkpoint."""
    folder = tmp_path_factory.mktemp("checkpoint")
    for path in (fixtures_dir / "golden_checkpoint").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture(scope="module")
def ask(checkpoint, fixtures_dir):
    """Runs `main.py ask` with these flags and this standard input."""
    glove = fixtures_dir / "glove.small.50d.txt"

    def run(*flags, stdin=""):
        where = [f"--ckpt_load_dir={checkpoint}", f"--glove_path={glove}"]
        return subprocess.run(
            [sys.executable, str(MAIN), "ask", *flags, *where],
            input=stdin,
            capture_output=True,
            text=True,
        )

    run("What?", f"--text={TEXT}")  # makes the graphs, and says so
    return run


def test_the_answer_is_marked_in_its_sentence_and_has_a_probability(ask, tmp_path):
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    done = ask("Who met Alma?", f"--context={tmp_path / 'text.txt'}")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    first, sentence = done.stdout.splitlines()
    share, answer = first.split("%  ")
    assert 0 < float(share) <= 100
    assert sentence.startswith(" " * 8) and f"{{{answer}}}" in sentence
    assert sentence.replace("{", "").replace("}", "").strip() in TEXT


def test_json_has_the_places_of_the_answers(ask):
    done = ask("Who met Alma?", "--context=-", "--json", "--num_best=3", stdin=TEXT)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["question"] == "Who met Alma?" and len(found["answers"]) == 3
    assert found["passages_read"] == found["passages"] == 1
    for answer in found["answers"]:
        assert TEXT[answer["char_start"] : answer["char_end"]] == answer["text"]


def test_without_a_question_each_line_is_one_until_an_empty_one(ask):
    done = ask(f"--text={TEXT}", "--json", stdin="Who met Alma?\nWhen?\n\nNever asked?\n")
    assert done.returncode == 0, done.stderr
    asked = [json.loads(line)["question"] for line in done.stdout.splitlines()]
    assert asked == ["Who met Alma?", "When?"]


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["Who?"], "--context or --text: expected a text to answer from, got neither"),
        (["", "--text=a"], "--question: expected a question, got an empty one"),
        ([" ", "--text=a"], "--question: expected a question, got an empty one"),
        (["Who?", "--context=none.txt"], "--context: expected a text file, but none.txt: No such"),
        (["Who?", "--text= \n "], "--context: expected a text with a word, got an empty one"),
        (["--context=-"], "--question: expected one, as --context=- takes standard input"),
        (["Who?", "--text=a", "--jsn"], "unknown flag --jsn; did you mean --json?"),
    ],
)
def test_bad_input_is_one_line(ask, flags, line):
    done = ask(*flags, stdin="a")
    assert done.returncode == 2 and done.stdout == ""
    (told,) = done.stderr.splitlines()
    assert line in told


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("9", "Gate opens at 9."),
        ("9. Ferry", "Gate opens at 9. Ferry leaves at 10."),
        ("10", "Ferry leaves at 10."),
        ("“Riga”.", "Zorn met Alma in “Riga”."),
        ("Zorn", "Zorn met Alma in “Riga”."),
    ],
)
def test_a_sentence_holds_the_whole_answer(answer, sentence):
    start = TEXT.index(answer)
    found = sentence_around(TEXT, Answer(answer, start, start + len(answer), 1.0))
    assert TEXT[slice(*found)] == sentence


def test_the_lines_tell_how_many_passages_were_read(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = as_lines(TEXT, Found([Answer("9", 14, 15, 0.5)], 64, 1000))
    assert lines == [
        " 50.0%  9",
        "        Gate opens at {9}.",
        "Read 64 of 1,000 passages, by the question's words.",
    ]
