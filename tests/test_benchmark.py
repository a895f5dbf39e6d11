"""The benchmark runs to its end: what it measures is of the machine."""

import subprocess
import sys
from pathlib import Path

import pytest
from ask_speed import LONG, write_long_text

from squad_reader.data.squad_json import read_squad

BENCHMARK = Path(__file__).parent.parent / "scripts" / "benchmark.py"
SECTIONS = {
    "preprocess": ["preprocessing train and dev, first time", "preprocessing train and dev, from"],
    "glove": ["GloVe for the ", "GloVe for the "] * 2,
    "train": ["training baseline, "],
    "eval": ["official_eval on dev-v1.1.json by baseline, whole process, "] * 2,
    "ask": [
        "ask by baseline, first answer, whole process | ",
        "ask by baseline, first answer on 1 MB of text, whole process | ",
        "ask by baseline, one more question on ",
        "ask by baseline, all 30 questions of dev-v1.1.json | ",
    ],
    "serve": [
        "serve by baseline, 16 clients, 30 requests | ",
        "serve by baseline, memory after 30 requests | ",
    ],
}


@pytest.fixture(scope="module")
def data(fixtures_dir, tmp_path_factory):
    """A folder with the small data set under SQuAD's names, and vectors of 100 numbers."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("train", "dev"):
        (folder / f"{name}-v1.1.json").symlink_to(fixtures_dir / f"small-{name}-v1.1.json")
    lines = (fixtures_dir / "glove.small.50d.txt").read_text("utf-8").splitlines()
    twice = (f"{line} {line.split(' ', 1)[1]}\n" for line in lines)
    (folder / "glove.6B.100d.txt").write_text("".join(twice), "utf-8")
    return folder


def benchmark(data, *flags):
    command = [
        sys.executable,
        str(BENCHMARK),
        f"--data_dir={data}",
        "--steps=2",
        "--requests=30",
        *flags,
    ]
    return subprocess.run(command, capture_output=True, text=True)


def rows(data, *flags):
    done = benchmark(data, *flags)
    assert done.returncode == 0, done.stderr
    return done.stdout[done.stdout.index("| what |") :].splitlines()[2:]


def test_the_long_text_has_its_length_and_the_paragraphs_of_the_file(fixtures_dir, tmp_path):
    data = read_squad(fixtures_dir / "tiny-v1.1.json")
    question = write_long_text(tmp_path / "long.txt", fixtures_dir / "tiny-v1.1.json")
    text = (tmp_path / "long.txt").read_bytes()
    assert LONG - 4 < len(text) <= LONG
    assert text.decode().startswith("\n\n".join(data.contexts))
    assert question in [example.question for example in data.examples]


@pytest.mark.parametrize(
    ("flag", "line"),
    [
        ("--data_dir=none", "--data_dir: expected train-v1.1.json and dev-v1.1.json in none"),
        ("--glove_path=none", "--glove_path: expected a file, but there is none at none"),
        ("--steps=0", "--steps must be at least 1, got 0"),
        ("--model=better", "--model must be one of "),
    ],
)
def test_a_wrong_flag_is_one_line(data, flag, line):
    done = benchmark(data, flag)
    assert done.returncode == 2 and done.stdout == ""
    (told,) = done.stderr.splitlines()
    assert told.startswith(f"benchmark.py: error: {line}")


def test_a_part_that_fails_tells_why_before_the_line_of_the_benchmark(data, tmp_path):
    (tmp_path / "dev.json").write_text("{}")
    (tmp_path / "train.json").write_text("{}")
    glove = f"--glove_path={data / 'glove.6B.100d.txt'}"
    done = benchmark(tmp_path, glove, "--only=preprocess")
    assert done.returncode == 2 and done.stdout == ""
    first, last = done.stderr.splitlines()
    assert first.startswith("benchmark.py: error: ") and 'expected a key "data"' in first
    assert last.startswith("benchmark.py: error: exit status 2 from: ")


@pytest.mark.slow
def test_another_reader_is_measured_too(data):
    flags = ("--only", "train", "eval", "--model=fusion", "--batch_by=contexts")
    train, *answers = rows(data, *flags)
    assert train.startswith("| training fusion by contexts, ")
    assert len(answers) == 2 and all(" by fusion, whole process" in row for row in answers)


@pytest.mark.slow
def test_the_service_is_measured_with_other_threads(data):
    load, _ = rows(data, "--only=serve", "--threads=1")
    assert load.startswith("| serve by baseline, --threads=1, 16 clients, 30 requests | ")


@pytest.mark.slow
def test_the_shipped_reader_is_measured_by_its_name(data):
    found = rows(data, "--only=ask", "--ckpt_load_dir=shipped")
    assert len(found) == 4 and all(row.startswith("| ask, ") for row in found)


@pytest.mark.slow
@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_prints_its_rows(data, section):
    table = rows(data, f"--only={section}")
    assert len(table) == len(SECTIONS[section])
    for row, begin in zip(table, SECTIONS[section], strict=True):
        assert row.startswith(f"| {begin}") and row.count("|") == 4
