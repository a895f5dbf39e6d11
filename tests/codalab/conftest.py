"""What these tests share: the modules beside the scripts, and the scripts as commands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = ROOT / "scripts" / "codalab"
sys.path.insert(0, str(SCRIPTS))


@pytest.fixture
def run_script(tmp_path):
    """Runs a script of scripts/codalab in `tmp_path`; gives its CompletedProcess, text captured."""

    def run(name, *arguments, **environment):
        command = [sys.executable, str(SCRIPTS / name), *map(str, arguments)]
        env = {**os.environ, **environment}
        return subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, env=env, timeout=600
        )

    return run


@pytest.fixture
def own_files(tmp_path_factory):
    """Skips where Linux does not give a command a file system of its own."""
    import sandbox

    area = tmp_path_factory.mktemp("area")
    sandbox.make_area(area)
    kind = sandbox.find_sandbox(area)
    if not kind.own_files:
        pytest.skip(kind.note)


@pytest.fixture
def code(tmp_path):
    """A folder `code` of two scripts that stand for the package's: every answer is `red`."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "main.py").write_text(MAIN)
    (folder / "evaluate.py").write_text(EVALUATE)
    return folder


MAIN = """
import json, sys
flags = dict(flag[2:].split("=") for flag in sys.argv[1:])
ids = json.load(open(flags["json_in_path"]))
json.dump({name: "red" for name in ids}, open("predictions.json", "w"))
print("Wrote %d answers" % len(ids))
"""
EVALUATE = """
import json, sys
data, answers = (json.load(open(path)) for path in sys.argv[1:])
print(json.dumps({"f1": 100.0 * sum(answers[name] == data[name] for name in data) / len(data)}))
"""
