"""Makes reports of made-up data in this process."""

import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from squad_reader.config import Config
from squad_reader.report.report import report


def _load(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_made, _reading = _load("made"), _load("reading")


@pytest.fixture(scope="session")
def made():
    """The module `made.py` beside this file."""
    return _made


@pytest.fixture(scope="session")
def read():
    """Gives the class `Reading` of `reading.py` beside this file."""
    return _reading.Reading


def _make(folder, data, predictions, nbest=None, no_answer=None, paths=None, **more):
    """A report on readers by name; `nbest` and `no_answer` by the same names.

    `paths` are files that are there, to read in place of `predictions`.
    """
    folder.mkdir(exist_ok=True)
    written = [
        _made.write(folder / f"{i}.json", each) for i, each in enumerate(predictions.values())
    ]
    options = {
        "json_in_path": _made.write(folder / "data.json", data),
        "predictions": paths or written,
        "nbest": _one_each(folder, "n", predictions, nbest),
        "na_prob_file": _one_each(folder, "na", predictions, no_answer),
        "names": list(predictions),
        "out": str(folder / "out"),
        "resamples": 500,
        "seed": 1,
    }
    printed = report(Config(**{**options, **more}))
    out = Path(options["out"])
    contents = json.loads((out / "report.json").read_text("utf-8"))
    page = (out / "index.html").read_text("utf-8")
    return SimpleNamespace(contents=contents, page=page, printed=printed, out=out)


def _one_each(folder, prefix, names, given):
    """The paths of what is `given` by name, "-" for the others; none where nothing is given."""
    return [
        _made.write(folder / f"{prefix}{i}.json", given[name]) if name in given else "-"
        for i, name in enumerate(names if given else ())
    ]


@pytest.fixture(scope="session")
def make_report():
    """Gives the function `_make`."""
    return _make


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A report on the two readers of the small data."""
    readers = {"first": _made.FIRST, "second": _made.SECOND}
    return _make(tmp_path_factory.mktemp("small"), _made.small_data(), readers)


@pytest.fixture(scope="session")
def ten(tmp_path_factory):
    """A report of 10 articles of three paragraphs; reader A is right or wrong by article.

    B is right on nine articles. Its file lacks a question, and has an id that is not in the data
    and one that comes twice. There are n-best lists of A, and three seeds of a reader like B.
    """
    folder = tmp_path_factory.mktemp("ten")
    data, golds = _made.by_article(10, 3, 20)
    readers = {
        "A": {each: gold if int(each[0]) % 2 else "hot" for each, gold in golds.items()},
        "B": {each: gold if int(each[0]) else "by fusion" for each, gold in golds.items()},
    }
    lists = {
        each: [{"text": text, "probability": 0.9 if int(each[0]) > 4 else 0.2}]
        for each, text in readers["A"].items()
        if each[0] != "1"
    }
    b = json.dumps(readers["B"] | {"stranger": "x"})
    twice = '{"9-2-0": "x", ' + b[1:].replace('"9-2-1": "star", ', "")
    (folder / "b.json").write_text(twice, encoding="utf-8")
    paths = [_made.write(folder / "a.json", readers["A"]), str(folder / "b.json")]
    seeds = [_made.write(folder / f"s{i}.json", readers["B"]) for i in range(3)]
    return _make(
        folder,
        data,
        readers,
        {"A": lists},
        paths=paths,
        group=[f"S={','.join(seeds)}", f"T={paths[1]}"],
    )
