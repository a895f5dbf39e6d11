"""README.md: its Python is run as it stands there, its tables name files that are there."""

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from squad_reader import cli

ROOT = Path(__file__).parent.parent
GLOVE = ROOT / "tests" / "fixtures" / "glove.small.50d.txt"
TEXT = (ROOT / "README.md").read_text("utf-8")


def section(title):
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)[1]


def blocks(title):
    """The fenced blocks of a section, in order."""
    return re.findall(r"^```\w*\n(.*?)^```$", section(title), re.M | re.S)


@pytest.mark.parametrize("number", [0, 1], ids=["Reader", "TextReader"])
def test_the_reader_answers_as_shown(number, monkeypatch):
    program, shown = blocks("In Python")[2 * number :][:2]
    monkeypatch.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, {})
    assert printed.getvalue() == shown


def test_the_first_answer_is_as_shown(capsys):
    shown = re.search(r"^```\n\$ scripts/ask (.*?)^```$", TEXT, re.M | re.S)[1]
    command, answer = re.fullmatch(r'(.*"\n)(.*)', shown, re.S).groups()
    assert cli.main(["ask", *shlex.split(command.replace("\\\n", ""))]) == 0
    assert capsys.readouterr().out == answer


def test_the_slim_install_names_what_answering_and_serving_need():
    (line,) = re.findall(r"^pip install --no-deps \. && pip install (.*)$", TEXT, re.M)
    lists = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse((ROOT / "setup.py").read_text("utf-8")).body
        if isinstance(node, ast.Assign) and node.targets[0].id in ("ANSWER", "SERVE")
    }
    wanted = [Requirement(each).name for each in lists["ANSWER"] + lists["SERVE"]]
    assert sorted(line.split()) == sorted(wanted)


@pytest.mark.slow
def test_a_model_of_ones_own_trains_and_answers(tmp_path, small_flags, run_main):
    program = tmp_path / "my_model.py"
    program.write_text(blocks("A model of your own")[0], encoding="utf-8")
    folder, env = tmp_path / "mine", {**os.environ, "PYTHONPATH": str(ROOT / "code")}
    flags = [*small_flags(folder), "--model=mine", "--num_epochs=1", "--capital=2.5"]
    trained = run_main(*flags, main=program, env=env)
    assert trained.returncode == 0, trained.stderr
    answer = (
        "import my_model, squad_reader\n"
        f"reader = squad_reader.Reader.load({str(folder / 'best_checkpoint')!r}, {str(GLOVE)!r})\n"
        "print(reader.members[0].scorer.options.capital)\n"
        "print(reader.answer('Ann met Bo.', 'Who?')[0].text in 'Ann met Bo.')\n"
    )
    command = [sys.executable, "-c", answer]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path)
    assert done.stdout.split() == ["2.5", "True"], done.stderr


@pytest.mark.parametrize("head", ["| to change |", "| 2018 |"])
def test_the_tables_name_files_that_are_there(head):
    folder = package = ROOT / "code" / "squad_reader"
    table = section("To change this, open that").split(head)[1].split("\n\n")[0]
    cells = (row.split("|")[2] for row in table.splitlines()[2:])
    names = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    files = [name for name in names if name.endswith((".py", "/"))]
    assert len(files) > 10
    for name in files:  # of `data/glove.py`, `rows.py` the second is in the folder of the first
        places = (package, folder, package / "model" / "baseline", ROOT)
        path = next((place / name for place in places if (place / name).exists()), None)
        assert path, name
        folder = path.parent
