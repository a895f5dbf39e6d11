"""What tests share: the real data where it is at hand, and a small trained experiment."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from squad_reader import registry
from squad_reader.data.download import find
from squad_reader.model.span_decoder import DISTANCE

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
MAIN = ROOT / "code" / "main.py"
EVALUATE = ROOT / "code" / "evaluate.py"
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]  # measure_noise; made_up


# A shell's background job ignores Ctrl-C, and so would all processes that the tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# And under `nohup` they would not hear that a terminal was closed.
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# Where SQuAD may be: the folder that SQUAD_DIR names, else `scripts/download`'s, or one beside.
SQUAD_DIRS = [ROOT / "data", ROOT.parent / "shared" / "squad"]


@pytest.fixture(scope="session")
def real_squad():
    """Gives a function: train-v1.1.json, dev-v1.1.json or tiny-dev.json -> its path.

    It may be there as `train.json` or with `.gz` too. Where it is missing, the test is skipped.
    """
    given = os.environ.get("SQUAD_DIR")
    folders = [Path(given)] if given else SQUAD_DIRS

    def real_squad(name):
        paths = [path for folder in folders if (path := find(name, folder))]
        if not paths:
            places = " or ".join(map(str, folders))
            pytest.skip(f"{name} is not in {places} (scripts/download, or SQUAD_DIR)")
        return paths[0]

    return real_squad


@pytest.fixture(scope="session")
def fixtures_dir():
    """Folder of the small hand-written data set."""
    return FIXTURES


def _run_main(*flags, main=MAIN, **kwargs):
    command = [sys.executable, str(main), *map(str, flags)]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, **kwargs)


SMALL_DATA = {
    "train_path": str(FIXTURES / "small-train-v1.1.json"),
    "dev_path": str(FIXTURES / "small-dev-v1.1.json"),
    "glove_path": str(FIXTURES / "glove.small.50d.txt"),
    "embedding_size": 50,
}


@pytest.fixture(scope="session")
def small_data():
    """Options that name the small data set: its files, and the size of its vectors."""
    return SMALL_DATA


def _small_flags(experiment):
    return [
        "--mode=train",
        f"--train_dir={experiment}",
        *(f"--{name}={value}" for name, value in SMALL_DATA.items()),
        "--hidden_size=12",
        "--batch_size=20",
    ]


@pytest.fixture(scope="session")
def flat_rows():
    """Gives a function that reads a SQuAD file as rows, of the form that `datasets` has them."""

    def rows(path):
        return [
            {
                "id": question["id"],
                "title": article["title"],
                "context": paragraph["context"],
                "question": question["question"],
                "answers": {
                    key: [answer[key] for answer in question["answers"]]
                    for key in ("text", "answer_start")
                },
            }
            for article in json.loads(path.read_text("utf-8"))["data"]
            for paragraph in article["paragraphs"]
            for question in paragraph["qas"]
        ]

    return rows


@pytest.fixture(scope="session")
def run_main():
    """Runs `code/main.py` in a process of its own; gives its CompletedProcess, text captured."""
    return _run_main


@pytest.fixture(scope="session")
def small_flags():
    """Gives the flags that train a very small reader on the small data set, into a folder."""
    return _small_flags


@pytest.fixture(scope="session")
def small_experiment(tmp_path_factory):
    """Folder of an experiment: a very small reader after a few steps on the small data set."""
    folder = tmp_path_factory.mktemp("experiment")
    done = _run_main(*_small_flags(folder), "--num_epochs=2", "--eval_every=5", "--save_every=5")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def write_squad(tmp_path):
    """Gives a function that writes a SQuAD file of [(context, [(question, answer), ...]), ...].

    The ids are q0, q1, ... in order; an answer is at its first place in the context.
    """

    def write(paragraphs, name="squad.json"):
        content, count = [], 0
        for context, questions in paragraphs:
            qas = []
            for question, answer in questions:
                golds = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
                qas.append({"id": f"q{count}", "question": question, "answers": golds})
                count += 1
            content.append({"title": "T", "paragraphs": [{"context": context, "qas": qas}]})
        path = tmp_path / name
        path.write_text(json.dumps({"version": "1.1", "data": content}), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def by_the_rule():
    """Gives the rule of `span_decoder` as it is said, to compare with.

    A function: place -> log-probability, number -> the first `number` as (place, log-probability).
    """

    def by_the_rule(spans, number):
        left, chosen = dict(spans), []
        while left and len(chosen) < number:
            best = max(left.values())
            place = min(place for place, log_prob in left.items() if log_prob >= best - DISTANCE)
            chosen.append((place, left.pop(place)))
        return chosen

    return by_the_rule


@pytest.fixture(scope="module")
def browser():
    """Chromium, without a window."""
    from browsing import CHROMIUM, MISSING
    from playwright.sync_api import sync_playwright
    from screenshot import start

    assert CHROMIUM, MISSING
    with sync_playwright() as playwright, start(playwright) as browser:
        yield browser


@pytest.fixture
def pages(browser):
    """Opens pages; errors in their consoles fail the test, unless it empties `complaints`."""
    from browsing import Pages

    pages = Pages(browser)
    yield pages
    pages.close()
    assert pages.complaints == []


@pytest.fixture(scope="module")
def register_toy():
    """Registers the model of fixtures/toy_model.py, for the tests of one file."""
    spec = importlib.util.spec_from_file_location("toy_model", FIXTURES / "toy_model.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_registered", dict(registry._registered))
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
        yield
