"""What these tests share: the modules beside the scripts, and the scripts as commands."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FAKE = Path(__file__).parent / "fake_cl.py"
SCRIPTS = ROOT / "scripts" / "codalab"
sys.path[:0] = [str(SCRIPTS), str(FAKE.parent)]


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


@pytest.fixture
def checkpoint(tmp_path):
    """A folder that looks like a checkpoint, in an experiment."""
    folder = tmp_path / "experiments" / "baseline" / "best_checkpoint"
    folder.mkdir(parents=True)
    (folder / "weights-1.npz").write_bytes(b"12345678")
    files = {"weights": {"file": "weights-1.npz", "sha256": "?"}}
    (folder / "config.json").write_text(json.dumps({"files": files}))
    return "experiments/baseline/best_checkpoint"


@pytest.fixture
def submit(code, checkpoint, tmp_path):
    """Calls submit with the small `code` and the fake client; see Submit."""
    return Submit(checkpoint, tmp_path)


class Submit:
    """A call gives what `submit` did, and the calls of the client that it made."""

    def __init__(self, checkpoint, folder):
        self.checkpoint, self.folder, self.log = checkpoint, folder, folder / "cl.log"

    def command(self, *arguments):
        client = shlex.join([sys.executable, str(FAKE)])
        flags = [self.checkpoint, "--code=code", f"--cl={client}"]
        return [sys.executable, str(SCRIPTS / "submit"), *flags, *arguments]

    def environment(self, **more):
        return {**os.environ, "CL_LOG": str(self.log), **more}

    def __call__(self, *arguments, **more):
        self.log.unlink(missing_ok=True)  # of this call; the server's bundles beside it stay
        command, env = self.command(*arguments), self.environment(**more)
        kept = {"capture_output": True, "text": True, "timeout": 600}
        done = subprocess.run(command, cwd=self.folder, env=env, **kept)
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return done, [json.loads(line) for line in lines]


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
