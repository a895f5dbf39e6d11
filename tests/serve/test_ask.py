"""Mode ask, from outside and in parts: places, marks, JSON, the prompt, and what is refused."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_up import stub_reader

from squad_reader.config import Config
from squad_reader.predict.answers import Answer
from squad_reader.serve import ask as ask_mode
from squad_reader.serve.ask import LONG_TEXT, as_lines, sentence_around
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
    """Runs `main.py ask` with these flags, standard input (text, or bytes) and encoding."""
    glove = fixtures_dir / "glove.small.50d.txt"
    where = [f"--ckpt_load_dir={checkpoint}", f"--glove_path={glove}"]

    def run(*flags, stdin="", encoding="utf-8", mode="ask"):
        done = subprocess.run(
            [sys.executable, str(MAIN), mode, *flags, *where],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )
        done.stdout, done.stderr = done.stdout.decode(encoding), done.stderr.decode(encoding)
        return done

    run.flags = where
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


def test_the_mode_with_flags_alone_is_the_same(ask, tmp_path):
    (tmp_path / "text.txt").write_text(TEXT, encoding="utf-8")
    where = f"--context={tmp_path / 'text.txt'}"
    done = ask("--question=Who met Alma?", where, mode="--mode=ask")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert done.stdout == ask("Who met Alma?", where).stdout != ""


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_piped_questions_are_utf_8_whatever_the_locale(ask, bom):
    questions = ["Who met Alma in “Riga”?", "Żagań?", "Where?"]
    stdin = bom + "\r\n".join(questions).encode()
    done = ask(f"--text={TEXT}", "--json", stdin=stdin, encoding="cp1252")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert [json.loads(line)["question"] for line in done.stdout.splitlines()] == questions


def test_a_piped_question_may_begin_like_a_file_of_another_form(ask):
    questions = ["<html lang=en> means what?", "%PDF- is what?"]
    done = ask(f"--text={TEXT}", "--json", stdin="\n".join(questions))
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert [json.loads(line)["question"] for line in done.stdout.splitlines()] == questions


def test_a_piped_question_that_is_no_utf_8_is_one_line(ask):
    done = ask(f"--text={TEXT}", "--json", stdin=b"Who met Alma?\nWho \xff?\nWhen?\n")
    assert done.returncode == 2
    assert [json.loads(line)["question"] for line in done.stdout.splitlines()] == ["Who met Alma?"]
    (told,) = done.stderr.splitlines()
    assert "standard input, line 2: expected text in UTF-8, got byte 0xff at place 4" in told


def test_letters_that_the_output_cannot_have_are_escaped(ask):
    text = "Łódź 🚲"
    done = ask("Where?", "--text=Łódź", encoding="cp1252")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert "100.0%  \\u0141ód\\u017a" in done.stdout
    done = ask("Where?", f"--text={text}", "--json", "--num_best=9", encoding="cp1252")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    answers = json.loads(done.stdout)["answers"]
    assert {answer["text"] for answer in answers} == {"Łódź", "🚲", text}


@pytest.mark.parametrize("ending", ["", ">&-"], ids=["pipe", "closed"])
def test_an_output_that_nobody_reads_is_no_traceback(ask, ending):
    command = [sys.executable, str(MAIN), "ask", f"--text={TEXT}", *ask.flags]
    process = subprocess.Popen(
        ["sh", "-c", f'exec "$@" {ending}', "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    _, told = process.communicate(b"Who met Alma?\n" * 20, timeout=60)
    expected = b"main.py: error: --mode=ask: expected a stdout to print on, got a closed one\n"
    assert (process.returncode, told) == ((2, expected) if ending else (1, b""))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has such a device")
@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["lines", "JSON"])
def test_an_answer_that_does_not_fit_on_the_disk_is_an_error(ask, flags):
    command = [sys.executable, str(MAIN), "ask", "Who met Alma?", f"--text={TEXT}", *ask.flags]
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*command, *flags], stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert done.stderr == b"main.py: error: No space left on device\n"


def test_where_nobody_reads_the_answers_no_further_question_is_answered(monkeypatch):
    class Closed(io.StringIO):
        def flush(self):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Who?\nWhere?\nWhen?\n")))
    monkeypatch.setattr(sys, "stdout", Closed())
    with pytest.raises(BrokenPipeError):
        ask_mode.ask(Config(text=TEXT, json=True), stub_reader({}), 1)
    assert sys.stdout.getvalue().count("question") == 1


LONG = "\n\n".join([f"Gate {i} opens at 9. " + "Zorn met Alma in Riga. " * 48 for i in range(17)])


def test_only_a_long_text_is_ranked_and_shows_how_far_it_is(ask):
    short = ask("Who met Alma?", f"--text={TEXT}", "--json")
    done = ask("Who met Alma?", "--context=-", "--json", stdin=LONG)
    passages = [json.loads(each.stdout)["passages"] for each in (short, done)]
    assert passages[0] < LONG_TEXT <= passages[1]
    assert short.stderr == ""
    assert done.stderr.startswith("reading: ") and "(100%)" in done.stderr


def test_the_library_that_ranks_is_imported_only_where_a_text_is_long(ask):
    code = "import sys; from squad_reader import cli; cli.main(sys.argv[1:])\n"
    code += "print('rank_bm25' in sys.modules)"
    loaded = []
    for text in (TEXT, "\n\n".join([LONG] * 5)):
        flags = ["ask", "Who met Alma?", "--context=-", *ask.flags]
        command = [sys.executable, "-c", code, *flags]
        done = subprocess.run(command, input=text.encode(), capture_output=True, cwd=MAIN.parent)
        assert done.returncode == 0, done.stderr
        loaded.append(done.stdout.split()[-1])
    assert loaded == [b"False", b"True"]


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["Who?"], "--context or --text: expected a text to answer from, got neither"),
        (["", "--text=a"], "--question: expected a question, got an empty one"),
        ([" ", "--text=a"], "--question: expected a question, got an empty one"),
        (["\u200b", "--text=a"], "--question: expected a question, got an empty one"),
        (["Who?", "--context=none.txt"], "--context: expected a text file, but none.txt: No such"),
        (["Who?", "--text=a", "--context=b"], "--context or --text: expected one text to answer"),
        (["Who?", "--text= \n "], "--text: expected a text with a word, got an empty one"),
        (["--context=-"], "--question: expected one, as --context=- takes standard input"),
        (["Who?", "--text=a", "--jsn"], "unknown flag --jsn; did you mean --json?"),
    ],
)
def test_bad_input_is_one_line(ask, flags, line):
    done = ask(*flags, stdin="a")
    assert done.returncode == 2 and done.stdout == ""
    (told,) = done.stderr.splitlines()
    assert line in told


def test_an_empty_file_is_named_by_its_flag(ask):
    done = ask("Who?", "--context=-", stdin=" \n")
    assert done.returncode == 2
    assert "--context: expected a text with a word, got an empty one" in done.stderr


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


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # As pdftotext writes it: with an end of line anywhere, and blank lines between paragraphs.
        (
            "The lamp was lit\nby Doyle for\r\n41 winters. Then not.",
            "The lamp was lit by {Doyle} for 41 winters.",
        ),
        ("Lamps\n\n  It was\n  Doyle\n\f\nTail", "It was {Doyle}"),
        ("Oil.\r\n \r\nIt was Doyle\r\n\r\nTail", "It was {Doyle}"),
        # Not at the end of a short word.
        (
            "In St. Ives Dr. Doyle of the U.S. lit lamps. Tail",
            "In St. Ives Dr. {Doyle} of the U.S. lit lamps.",
        ),
        ("Opens at 9. It was Doyle at 10. Tail", "It was {Doyle} at 10."),
        ("He asked “Who?” Doyle lit lamps! Tail", "{Doyle} lit lamps!"),
        ("Steps:\n1. Doyle lit it\n2. it burned", "Steps: 1. {Doyle} lit it 2. it burned"),
        (" \n Doyle \n", "{Doyle}"),
        ("x" * 2000 + " " + "y " * 300 + "Doyle" + " z" * 900, "y " * 300 + "{Doyle}" + " z" * 499),
    ],
)
def test_a_sentence_ends_at_its_mark_or_at_a_blank_line(text, sentence, monkeypatch):
    monkeypatch.setenv("COLUMNS", "9999")
    start = text.index("Doyle")
    found = Found([Answer("Doyle", start, start + 5, 0.5)], 1, 1)
    assert as_lines(text, found) == [" 50.0%  Doyle", " " * 8 + sentence]


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(1.0, "100.0%"), (0.9996, ">99.9%"), (0.9995, ">99.9%"), (0.9994, " 99.9%"), (0.04, "  4.0%")],
)
def test_only_what_is_certain_is_a_hundred_percent(probability, shown):
    lines = as_lines("9", Found([Answer("9", 0, 1, probability)], 1, 1))
    assert lines[0] == f"{shown}  9"


def test_a_question_that_is_too_long_is_told_of(capsys):
    for question in ("Who " * 34, "Who?"):
        ask_mode.ask(Config(text=TEXT, question=question), stub_reader({}), 1)
    told = "read the first 30 of the question's 34 tokens\n"
    assert capsys.readouterr().err == told


def test_cutting_a_text_that_takes_a_while_is_told_of(capsys, monkeypatch):
    monkeypatch.setattr(ask_mode, "LONG_CHARS", 1_000)
    for text in ("word " * 200, "word"):
        ask_mode.ask(Config(text=text, question="Who?"), stub_reader({}), 1)
    assert capsys.readouterr().err == "Cutting a text of 1,000 characters into passages\n"


def test_of_two_that_read_the_same_the_answer_is_marked_by_its_place(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    found = Found([Answer("9", 16, 17, 0.5)], 1, 1)
    assert as_lines("Gate 9 opens at 9.", found)[1] == "        Gate 9 opens at {9}."


def test_what_would_act_on_the_terminal_is_shown_and_not_sent(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    text = "in \x1b[2JRiga\u202e\n2"
    lines = as_lines(text, Found([Answer(text[3:], 3, len(text), 0.5)], 1, 1))
    assert lines == [" 50.0%  ␛[2JRiga\ufffd 2", "        in {␛[2JRiga\ufffd 2}"]


def test_the_lines_tell_how_many_passages_were_read(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    lines = as_lines(TEXT, Found([Answer("9", 14, 15, 0.5)], 64, 1000))
    assert lines == [
        " 50.0%  9",
        "        Gate opens at {9}.",
        "Read 64 of 1,000 passages, by the question's words.",
    ]
