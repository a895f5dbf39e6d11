"""The command as its user runs it: a process of its own, files in and out."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from most_memory import run_measured

from squad_reader import cli
from squad_reader.data.json_file import read_json
from squad_reader.flags import make_parser
from squad_reader.score.evaluation import main as evaluate

MAIN = Path(__file__).parents[2] / "code" / "main.py"


@pytest.fixture(scope="module")
def files(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    made.write(folder / "data.json", made.small_data())
    for name, answers in (("a", made.FIRST), ("b", made.SECOND), ("c", made.SECOND)):
        made.write(folder / f"{name}.json", answers)
        lists = {each: [{"text": text, "probability": 0.5}] for each, text in answers.items()}
        made.write(folder / f"{name}_nbest.json", lists)
    made.write(folder / "foreign.json", {"x": "y"})
    made.write(folder / "part.json", {"q5": "y"})
    return folder


def run(*flags, python=(), **kwargs):
    command = [sys.executable, *python, str(MAIN), *flags]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **kwargs)


READ = ["report", "--json_in_path=data.json", "--resamples=100", "--predictions"]


def test_files_in_a_report_out_without_tensorflow(files):
    flags = ["--nbest", "a_nbest.json", "-", "--names", "A", "B", "--out=all"]
    flags += ["--group", "S=a.json,b.json,c.json", "--group", "T=b.json"]
    done = run(*READ, "a.json", "b.json", *flags, python=["-X", "importtime"], cwd=files)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"Wrote {os.path.join('all', 'index.html')}\n")
    assert "B" in done.stdout and "S, 3 seeds" in done.stdout and "T, 1 seed:" in done.stdout
    loaded = set(re.findall(r"\|\s+(\w+)", done.stderr))
    assert "numpy" in loaded and not loaded & {"tensorflow", "keras", "nltk", "onnxruntime"}
    contents = json.loads((files / "all" / "report.json").read_text("utf-8"))
    assert [each["name"] for each in contents["readers"]] == ["A", "B"]
    assert list(contents["nbest"]) == ["A"]
    assert (files / "all" / "index.html").exists()


def test_groups_need_no_other_predictions(files, monkeypatch, capsys):
    monkeypatch.chdir(files)
    assert cli.main([*READ[:-1], "--group", "S=a.json,b.json", "--out=groups"]) == 0
    assert "S, first seed" in capsys.readouterr().out


def test_the_mode_is_the_same_as_the_command(files):
    first = run(*READ, "a.json", "b.json", "--out=one", cwd=files)
    second = run("--mode=report", *READ[1:], "a.json", "b.json", "--out=two", cwd=files)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    for name in ("report.json", "index.html", "figures/scores.svg"):
        assert (files / "one" / name).read_bytes() == (files / "two" / name).read_bytes()


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib", "scipy"])
def test_without_the_extra_one_line_says_how_to_install_it(files, missing):
    program = "import sys; sys.modules[sys.argv[1]] = None; from squad_reader import cli"
    program += "; raise SystemExit(cli.main(sys.argv[2:]))"
    command = [sys.executable, "-c", program, missing, *READ, "a.json", "--out=without"]
    env = {**os.environ, "PYTHONPATH": str(MAIN.parent)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=files, env=env)
    assert (done.returncode, done.stdout) == (2, "")
    told = "main.py: error: --mode=report: expected pip install '.[report]', got: "
    assert done.stderr.startswith(told) and missing in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (files / "without").exists()


def test_where_no_list_of_fonts_can_be_kept_nothing_is_said_of_it(files):
    kept = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR"}
    places = dict.fromkeys(("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(files / "a.json"))
    done = run(*READ, "a.json", "--out=fonts", cwd=files, env={**kept, **places})
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has such a device")
@pytest.mark.parametrize("flags", [[], ["--markdown"]], ids=["text", "Markdown"])
def test_a_table_that_does_not_fit_on_the_disk_is_an_error(files, flags):
    with open("/dev/full", "wb") as full:
        command = [sys.executable, str(MAIN), *READ, "a.json", "--out=full", *flags]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=files)
    assert done.returncode == 1
    assert done.stderr == b"main.py: error: No space left on device\n"


def test_the_f1_and_em_are_those_of_evaluate_to_the_last_digit(made, tmp_path, capsys):
    data, golds = made.large_data(60, 20)
    paths = [made.write(tmp_path / "data.json", data)]
    paths.append(made.write(tmp_path / "p.json", made.answers_like(golds, 1, 0.3)))
    assert evaluate(paths) == 0
    official = json.loads(capsys.readouterr().out)
    done = run(*READ, "p.json", "--markdown", cwd=tmp_path)
    assert done.stdout.startswith("| reader |"), done.stderr
    assert done.stderr == f"Wrote {os.path.join('report', 'index.html')}\n"
    contents = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))
    found = contents["readers"][0]
    for key in ("f1", "exact_match"):
        assert found[key]["over_clusters"]["mean"] == official[key]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ([], "--predictions: --mode=report needs it, got none"),
        (["foreign.json"], "foreign.json: expected answers to the 5 questions"),
        (["a_nbest.json"], "a_nbest.json: expected the answer to"),
        (["none.json"], "none.json: cannot be read"),
        (["data.json"], "data.json: expected the answer to"),
        (["part.json", "b.json"], "b.json: expected answers to the questions that part.json"),
        (["a.json", "--names", "A", "B"], "--names: expected 1, as many as files, got 2"),
        (["a.json", "--nbest", "-", "-"], "--nbest: expected 1, as many as --predictions"),
        (["a.json", "--nbest", "a.json"], "a.json: question"),
        (["a.json", "--nbest", "data.json"], "data.json: question"),
        (["a.json", "--group", "A"], "--group: expected a new name and files"),
        (["a.json", "--group", "A=b.json", "A=b.json"], "--group: expected a new name"),
        (["a.json", "--group", "A=foreign.json"], "foreign.json: expected answers"),
        (["a.json", "--group", "A=a.json,b.json,./a.json"], "a file for each seed of A, got ./a"),
        (["a.json", "--resamples=99"], "--resamples must be at least 100, got 99"),
        (["a.json", "--glove_path=none.txt"], "--glove_path: expected a file"),
        (["a.json", "--out=a.json"], "--out: cannot write"),
    ],
)
def test_bad_input_is_one_line(files, flags, told, monkeypatch, capsys):
    monkeypatch.chdir(files)
    given = ["--predictions"] if flags else []
    assert cli.main([*READ[:-1], "--out=bad", *given, *flags]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and told in printed.err and printed.err.count("\n") == 1
    assert not (files / "bad").exists()


def test_by_default_ten_thousand_resamples_are_drawn(files, monkeypatch, capsys):
    monkeypatch.chdir(files)
    flags = [flag for flag in READ if not flag.startswith("--resamples")]
    assert cli.main([*flags, "a.json", "--out=default"]) == 0
    contents = json.loads((files / "default" / "report.json").read_text("utf-8"))
    assert contents["data"]["resamples"] == 10_000
    printed = capsys.readouterr().out
    assert ", 10,000 resamples" in printed and "paragraphs,10000 resamples,seed " in printed


def test_words_with_a_vector_are_told_from_the_others(made, fixtures_dir, read, tmp_path):
    """The vectors have "king" and not "qqxx"; 40 and 35 questions, of which no group is merged."""
    context = "The king met qqxx."
    qas = [made.question(f"{i}", "Who?", context, "king" if i < 40 else "qqxx") for i in range(75)]
    made.write(tmp_path / "data.json", made.dataset([("T", [(context, qas)])]))
    made.write(tmp_path / "p.json", {f"{i}": "king" for i in range(75)})
    flags = [f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}", "--out=words"]
    done = run(*READ, "p.json", *flags, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = read((tmp_path / "words" / "index.html").read_text("utf-8"))
    rows = page.tables["Gold answer’s words that have a vector"]
    assert [row[:3] for row in rows[1:]] == [
        ["yes", "40", "100.0 (too few)"],
        ["no", "35", "0.0 (too few)"],
    ]
    assert (tmp_path / "words" / "figures" / "by_in_vocabulary.svg").exists()


@pytest.mark.parametrize("content", [{"version": "1.1", "data": []}, {"data": 3}, []])
def test_data_without_questions_is_one_line(made, tmp_path, content, capsys):
    data, answers = made.write(tmp_path / "d.json", content), made.write(tmp_path / "p.json", {})
    flags = [f"--json_in_path={data}", f"--out={tmp_path / 'o'}", "--predictions", answers]
    assert cli.main(["report", *flags]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_flags_of_several_values():
    given = make_parser().parse_flags(["report", "--predictions", "a", "~/b", "--predictions", "c"])
    assert given["predictions"] == ["a", os.path.expanduser("~/b"), "c"]


@pytest.fixture
def dev_sized(request, made, tmp_path):
    """A data file as large as SQuAD's dev set, or that one, and the first gold answers."""
    if request.param == "made":
        data, golds = made.data_of_the_size_of_dev()
        return made.write(tmp_path / "data.json", data), golds
    path = request.getfixturevalue("real_squad")("dev-v1.1.json")
    paragraphs = [p for article in read_json(str(path))["data"] for p in article["paragraphs"]]
    return path, {q["id"]: q["answers"][0]["text"] for p in paragraphs for q in p["qas"]}


@pytest.mark.slow
@pytest.mark.parametrize("dev_sized", ["made", "real"], indirect=True)
def test_all_of_dev_and_five_files_in_time_and_memory(dev_sized, made, tmp_path):
    path, golds = dev_sized
    assert len(golds) == 10_570
    paths = [made.write(tmp_path / f"{i}.json", made.answers_like(golds, i, 0.6)) for i in range(5)]
    flags = ["report", f"--json_in_path={path}", f"--out={tmp_path / 'out'}", "--predictions"]
    start = time.monotonic()
    _, most = run_measured(MAIN, *flags, *paths)
    assert time.monotonic() - start < 30
    assert 20_000 < most < 500_000
    contents = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert contents["data"]["clusters"] == {"unit": "articles", "number": 48, "warning": ""}
