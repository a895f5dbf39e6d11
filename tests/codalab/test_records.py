"""What `records` promises: a run is read as it was written, and nothing else is."""

import json

import pytest
from bundles import UserError, digest_of
from records import RECORD, Run, read_record, write_record


@pytest.fixture
def run(code):
    return Run({"code": str(code)}, "python code/main.py # ä", "v4", "3g", "5m")


@pytest.mark.parametrize("name", ["", RECORD])
def test_a_record_gives_the_run_back(name, run, code, tmp_path):
    write_record(tmp_path, run, 3)
    assert read_record(tmp_path / name) == (run, {"code": digest_of(code)})
    assert json.loads((tmp_path / RECORD).read_text())["exit_status"] == 3


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": 2}', '{"format": 1, "dependencies": {"code": "/tmp"}}'],
)
def test_what_is_no_record_is_refused(content, tmp_path):
    (tmp_path / RECORD).write_text(content)
    with pytest.raises(UserError, match="run-bundle.json: expected the record of a dry run, got"):
        read_record(tmp_path)


def test_no_record_is_told(tmp_path):
    with pytest.raises(UserError, match="expected the record of a dry run .*No such file"):
        read_record(tmp_path)
