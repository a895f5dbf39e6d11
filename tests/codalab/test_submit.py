"""What `submit` promises: the lines of the course's recipe, run in order, and the score.

`fake_cl.py` stands for CodaLab's client: it takes the flags of the real one (codalab 1.7.5) and
nothing else, and each run of its has what an earlier line made.
"""

import json
import shlex
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FAKE = Path(__file__).parent / "fake_cl.py"
EXCLUDED = "--exclude-patterns __pycache__ '*.pyc' '*.egg-info'"


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
def submit(run_script, code, checkpoint, tmp_path):
    """Runs submit with the small `code` and the fake client; gives what it did, and its lines."""

    def run(*arguments, **environment):
        client = shlex.join([sys.executable, str(FAKE)])
        log = tmp_path / "cl.log"
        log.unlink(missing_ok=True)
        done = run_script(
            "submit",
            checkpoint,
            "--code=code",
            f"--cl={client}",
            *arguments,
            CL_LOG=str(log),
            **environment,
        )
        return done, [
            json.loads(line) for line in log.read_text().splitlines()
        ] if log.exists() else []

    return run


def shown(done):
    """The lines of a dry run, as lists of arguments."""
    return [shlex.split(line) for line in done.stdout.splitlines()]


def test_the_lines_are_those_of_the_recipe(run_script, code, checkpoint):
    done = run_script("submit", checkpoint, "--code=code", "--tag=cs224n-win18-me", "--dry-run")
    assert done.returncode == 0, done.stderr
    command = (
        "python code/main.py --mode=official_eval --glove_path=glove.txt --json_in_path=data.json "
        "--ckpt_load_dir=best_checkpoint"
    )
    assert done.stdout.splitlines() == [
        f"cl upload code {EXCLUDED}",
        f"cl upload {checkpoint} {EXCLUDED}",
        "cl run --name gen-answers --request-docker-image abisee/cs224n-dfp:v4 :code "
        ":best_checkpoint glove.txt:0x97c870/glove.6B.100d.txt data.json:0x4870af "
        f"'{command}'",
        "cl wait gen-answers",
        "cl run --name run-eval --request-docker-image abisee/cs224n-dfp:v4 :code "
        "data.json:0x4870af preds.json:gen-answers/predictions.json "
        "'python code/evaluate.py data.json preds.json'",
        "cl wait run-eval",
        "cl cat run-eval/stdout",
        "cl edit gen-answers --tags cs224n-win18-me",
    ]


def test_all_can_be_said_otherwise(run_script, code, checkpoint):
    done = run_script(
        "submit",
        f"{checkpoint}/",
        "--code=code",
        "--glove=vectors.txt:0x1/v.txt",
        "--data=:squad//0x2/dev.json",
        "--image=me/reader:1",
        "--gpus=1",
        "--memory=4g",
        "--time=30m",
        "--name=dev-answers",
        "--eval-name=dev-eval",
        "--worksheet=me",
        "--tag=a",
        "--tag=b c",
        "--cl=python3.9 -m codalab.bin.cl",
        "--dry-run",
    )
    client, at = "python3.9 -m codalab.bin.cl", "--worksheet-spec me"
    assert done.stdout.splitlines() == [
        f"{client} upload code {at} {EXCLUDED}",
        f"{client} upload {checkpoint} {at} {EXCLUDED}",
        f"{client} run --name dev-answers --request-docker-image me/reader:1 --request-gpus 1 "
        f"--request-memory 4g --request-time 30m {at} :code :best_checkpoint "
        "vectors.txt:0x1/v.txt :squad//0x2/dev.json 'python code/main.py --mode=official_eval "
        "--glove_path=vectors.txt --json_in_path=dev.json --ckpt_load_dir=best_checkpoint'",
        f"{client} wait {at} dev-answers",
        f"{client} run --name dev-eval --request-docker-image me/reader:1 {at} :code "
        ":squad//0x2/dev.json preds.json:dev-answers/predictions.json "
        "'python code/evaluate.py dev.json preds.json'",
        f"{client} wait {at} dev-eval",
        f"{client} cat {at} dev-eval/stdout",
        f"{client} edit {at} dev-answers --tags a 'b c'",
    ]


def test_a_target_without_a_key_gets_the_recipes_key(run_script, code, checkpoint):
    flags = ["--glove=0x1/v.txt", "--data=0x2", "--dry-run"]
    run = shown(run_script("submit", checkpoint, "--code=code", *flags))[2]
    assert run[-3:-1] == ["glove.txt:0x1/v.txt", "data.json:0x2"]


def test_other_folders_are_uploaded_under_the_recipes_names(run_script, code, checkpoint, tmp_path):
    code.rename(tmp_path / "my code")
    (tmp_path / "link").symlink_to(checkpoint)
    done = run_script("submit", "link", "--code=my code", "--dry-run")
    assert shown(done)[0][:5] == ["cl", "upload", "my code", "--name", "code"]
    assert shown(done)[1][:3] == ["cl", "upload", str(tmp_path / checkpoint)]


def test_a_checkpoint_with_vectors_needs_no_glove(run_script, code, checkpoint, tmp_path):
    files = {"weights": {"file": "weights-1.npz"}, "vectors": {"file": "vectors-1.npz"}}
    (tmp_path / checkpoint / "vectors-1.npz").write_bytes(b"1")
    (tmp_path / checkpoint / "config.json").write_text(json.dumps({"files": files}))
    run = shown(run_script("submit", checkpoint, "--code=code", "--dry-run"))[2]
    assert run[-4:] == [
        ":code",
        ":best_checkpoint",
        "data.json:0x4870af",
        "python code/main.py --mode=official_eval --json_in_path=data.json "
        "--ckpt_load_dir=best_checkpoint",
    ]


def test_each_line_is_run_and_the_score_is_all_of_stdout(submit):
    done, lines = submit("--tag=cs224n-win18-me")
    assert done.returncode == 0, done.stderr
    assert done.stdout == '{"f1": 43.6, "exact_match": 34.4}\n'
    dry, _ = submit("--tag=cs224n-win18-me", "--dry-run")
    assert lines == [line[2:] for line in shown(dry)]
    for line in dry.stdout.splitlines():
        assert f"$ {line}\n" in done.stderr


def test_a_dry_run_runs_nothing(submit):
    done, lines = submit("--dry-run")
    assert done.returncode == 0 and len(shown(done)) == 7 and lines == []


@pytest.mark.parametrize(
    ("failing", "hint"),
    [
        ("wait gen-answers", "wait gen-answers; look at: {client} cat gen-answers/stderr\n"),
        ("upload", "upload code --exclude-patterns __pycache__ '*.pyc' '*.egg-info'\n"),
    ],
)
def test_it_stops_at_the_first_line_that_fails(failing, hint, submit):
    done, lines = submit(CL_FAIL=failing)
    assert (done.returncode, done.stdout) == (2, "")
    assert " ".join(lines[-1]).startswith(failing)
    last = done.stderr.splitlines(keepends=True)[-1]
    assert last.startswith("submit: error: status 1 from ")
    assert last.endswith(hint.format(client=sys.executable))


def test_a_missing_client_is_told_with_how_to_install_it(run_script, code, checkpoint):
    done = run_script("submit", checkpoint, "--code=code", "--cl=no-such-cl")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "--cl: expected CodaLab's client, found no 'no-such-cl'" in done.stderr
    assert "python3.9 -m venv .venv-cl && .venv-cl/bin/pip install codalab" in done.stderr


def test_what_cannot_be_submitted_is_one_line(submit, code, checkpoint, tmp_path):
    (tmp_path / checkpoint / "weights-1.npz").write_bytes(b"1" * 3000)
    refused = {"--limit=2k": "is more than --limit; weights-1.npz has 0.0 MB"}
    refused["--code=experiments"] = "--code: expected main.py in experiments, found none"
    refused["--limit=few"] = "expected a size such as 500m or 2g, got 'few'"
    for flag, text in refused.items():
        done, lines = submit(flag, "--dry-run")
        assert (done.returncode, done.stdout, lines) == (2, "", [])
        assert done.stderr.startswith("submit: error: ") and done.stderr.count("\n") == 1
        assert text in done.stderr


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "expected a checkpoint folder with config.json, but "),
        ("{", "expected a checkpoint's JSON, got "),
        ("{}", "expected a checkpoint's JSON, got KeyError('files')"),
        ('{"files": {"weights": {"file": "w.npz"}}}', "expected w.npz beside it, found none"),
    ],
)
def test_what_is_no_checkpoint_is_one_line(content, text, submit, checkpoint, tmp_path):
    path = tmp_path / checkpoint / "config.json"
    path.unlink()
    if content is not None:
        path.write_text(content)
    done, lines = submit()
    assert (done.returncode, done.stdout, lines) == (2, "", [])
    assert done.stderr.count("\n") == 1 and text in done.stderr


def test_the_package_and_its_checkpoint_are_small_enough(run_script, fixtures_dir):
    done = run_script("submit", fixtures_dir / "golden_checkpoint", "--limit=2m", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert shown(done)[0][2].endswith("code")
