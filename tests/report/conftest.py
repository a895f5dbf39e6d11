"""Makes reports of made-up data in this process."""

import importlib.util
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from squad_reader.report.report import Wanted, report

_spec = importlib.util.spec_from_file_location("made", Path(__file__).with_name("made.py"))
_made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_made)


@pytest.fixture(scope="session")
def made():
    """The module `made.py` beside this file."""
    return _made


def _make(folder, data, predictions, nbest=None, no_answer=None, **wanted):
    """A report on readers by name; `nbest` and `no_answer` by the same names."""
    folder.mkdir(exist_ok=True)
    paths = [_made.write(folder / f"{i}.json", each) for i, each in enumerate(predictions.values())]
    values = {
        "data_path": _made.write(folder / "data.json", data),
        "predictions": paths,
        "nbest": _one_each(folder, "n", predictions, nbest),
        "na_probs": _one_each(folder, "na", predictions, no_answer),
        "metric": "",
        "names": list(predictions),
        "groups": [],
        "glove_path": "",
        "out": str(folder / "out"),
        "num_resamples": 500,
        "seed": 1,
        "markdown": False,
    }
    printed = report(Wanted(**{**values, **wanted}))
    out = Path(values["out"])
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
