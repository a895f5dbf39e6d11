"""What `submit` promises: the lines of the course's recipe, run in order, and the score.

`fake_cl.py` stands for CodaLab's client: it takes the flags of the real one (codalab 1.7.5) and
nothing else, and each run of its has what an earlier line made. How a submission goes on after
something failed is in test_resume.py.
"""

import json
import re
import shlex
from pathlib import Path

import fake_cl
import pytest

ROOT = Path(__file__).parent.parent.parent
WORKSHEET = "0x" + "7" * 32
EXCLUDED = "--exclude-patterns __pycache__ '*.pyc' '*.egg-info' shipped"


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
        "cl work",
        "cl info --field uuid,state 0x97c870",
        "cl cat --head 1 0x97c870/glove.6B.100d.txt",
        "cl info --field uuid,state 0x4870af",
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


def test_the_reader_that_comes_with_the_package_is_uploaded_where_it_answers(run_script, tmp_path):
    done = run_script("submit", "shipped", f"--code={ROOT / 'code'}", "--dry-run")
    assert done.returncode == 0, done.stderr
    shipped = ROOT / "code" / "squad_reader" / "shipped"
    uploads = [line for line in done.stdout.splitlines() if line.startswith("cl upload")]
    assert (
        uploads[1]
        == f"cl upload {shipped} --name best_checkpoint {EXCLUDED.removesuffix(' shipped')}"
    )
    (run,) = [line for line in done.stdout.splitlines() if "gen-answers --request" in line]
    assert "--ckpt_load_dir=best_checkpoint" in run and "glove" not in run


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
        f"{client} info {at} --field uuid,state 0x1",
        f"{client} cat {at} --head 1 0x1/v.txt",
        f"{client} info {at} --field uuid,state squad/0x2",
        f"{client} cat {at} --head 1 squad//0x2/dev.json",
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
    run = shown(run_script("submit", checkpoint, "--code=code", *flags))[6]
    assert run[-3:-1] == ["glove.txt:0x1/v.txt", "data.json:0x2"]


def test_other_folders_are_uploaded_under_the_recipes_names(run_script, code, checkpoint, tmp_path):
    code.rename(tmp_path / "my code")
    (tmp_path / "link").symlink_to(checkpoint)
    done = run_script("submit", "link", "--code=my code", "--dry-run")
    uploads = [line for line in shown(done) if line[1] == "upload"]
    assert uploads[0][:5] == ["cl", "upload", "my code", "--name", "code"]
    assert uploads[1][:3] == ["cl", "upload", str(tmp_path / checkpoint)]


def test_a_checkpoint_with_vectors_needs_no_glove(run_script, code, checkpoint, tmp_path):
    files = {"weights": {"file": "weights-1.npz"}, "vectors": {"file": "vectors-1.npz"}}
    (tmp_path / checkpoint / "vectors-1.npz").write_bytes(b"1")
    (tmp_path / checkpoint / "config.json").write_text(json.dumps({"files": files}))
    lines = shown(run_script("submit", checkpoint, "--code=code", "--dry-run"))
    assert [line[1] for line in lines[:5]] == ["work", "info", "upload", "upload", "run"]
    run = lines[4]
    assert run[-4:] == [
        ":code",
        ":best_checkpoint",
        "data.json:0x4870af",
        "python code/main.py --mode=official_eval --json_in_path=data.json "
        "--ckpt_load_dir=best_checkpoint",
    ]


def test_each_line_is_run_and_the_score_is_all_of_stdout(submit, tmp_path):
    done, lines = submit("--tag=cs224n-win18-me")
    assert done.returncode == 0, done.stderr
    assert done.stdout == '{"f1": 43.6, "exact_match": 34.4}\n'
    dry, _ = submit("--tag=cs224n-win18-me", "--dry-run")
    assert [line[0] for line in lines] == [line[2] for line in shown(dry)]
    uuids = {
        bundle["name"]: bundle["uuid"]
        for bundle in json.loads((tmp_path / "cl.log.server").read_text())
    }
    for line, recipe in zip(lines[1:], shown(dry)[1:], strict=True):
        assert f"{shlex.join(line)}\n" in done.stderr
        # The recipe's line, with the worksheet, and with identifiers in place of names.
        at = line.index("--worksheet-spec")
        assert line[at + 1] == f"http://codalab.example::{WORKSHEET}"
        assert [without(part, uuids) for part in line[:at] + line[at + 2 :]] == [
            f"{part[1:]}:{part[1:]}" if part in (":code", ":best_checkpoint") else part
            for part in recipe[2:]
        ]


def without(part, uuids):
    """An argument with names in place of identifiers."""
    for name, uuid in uuids.items():
        part = part.replace(uuid, name)
    return part


def test_warnings_of_the_client_are_kept_away_and_the_rest_of_its_stderr_is_not(submit):
    done, _ = submit()
    assert "FutureWarning" not in done.stderr and "past its end of life" not in done.stderr
    assert done.stderr.count("Preparing upload archive...\n") == 2
    assert done.stderr.count("Sent") == 2 and "Sent 0.02MiB\n" in done.stderr


def test_a_worksheet_is_looked_for_on_the_current_instance(submit):
    for flag, named in {"me": "http://codalab.example::me", "main::me": "main::me"}.items():
        _, lines = submit(f"--worksheet={flag}")
        assert (lines[0] == ["work"]) == (flag == "me")
        assert {line[line.index("--worksheet-spec") + 1] for line in lines[-7:]} == {named}


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("--data=nosuch", "--data: {}nosuch: NotFoundError: bundle spec nosuch doesn't match any"),
        ("--glove=0x1234567", "--glove: {}0x1234567: NotFoundError: uuid prefix 0x1234567 doesn't"),
        ("--glove=0x97c870/v", "--glove: {}0x97c870/v: UsageError: Target 'v' doesn't exist in"),
        ("--data=broken", "--data: {}broken: its state is failed\n"),
    ],
)
def test_missing_data_or_glove_is_found_before_anything_is_uploaded(flag, text, submit, tmp_path):
    broken = {"name": "broken", "uuid": "0x" + "b" * 32, "end": ["failed", None], "files": []}
    submit("--tag=a")
    server = tmp_path / "cl.log.server"
    server.write_text(json.dumps([*json.loads(server.read_text()), broken]))
    done, lines = submit(flag)
    assert (done.returncode, done.stdout) == (2, "")
    assert not [line for line in lines if line[0] in ("upload", "run")]
    text = text.format("expected a bundle that is on the server and ready, got ")
    assert f"submit: error: {text}" in done.stderr.splitlines(keepends=True)[-1]


def test_a_dry_run_runs_nothing(submit):
    done, lines = submit("--dry-run")
    assert done.returncode == 0 and len(shown(done)) == 11 and lines == []


def test_a_missing_client_is_told_with_how_to_install_it(run_script, code, checkpoint):
    done = run_script("submit", checkpoint, "--code=code", "--cl=no-such-cl")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "--cl: expected CodaLab's client, found no 'no-such-cl'" in done.stderr
    assert "python3.9 -m venv .venv-cl && .venv-cl/bin/pip install codalab" in done.stderr


def test_what_cannot_be_submitted_is_one_line(submit, code, checkpoint, tmp_path):
    (tmp_path / checkpoint / "weights-1.npz").write_bytes(b"1" * 3000)
    refused = {"--limit=2k": "3.1 kB is more than --limit=2k; weights-1.npz has 3.0 kB"}
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
    assert shown(done)[4][2].endswith("code")


def test_a_path_that_the_terminal_cannot_show_is_escaped(run_script, code, checkpoint, tmp_path):
    code.rename(tmp_path / "caf\u00e9")
    done = run_script(
        "submit", checkpoint, "--code=caf\u00e9", "--dry-run", PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 0 and "upload 'caf\\xe9'" in done.stdout, done.stderr


def test_a_tilde_is_the_home_in_every_path(run_script, code, checkpoint, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    done = run_script("submit", f"~/{checkpoint}", "--code=~/code", "--cl=~/cl -v", "--dry-run")
    assert shown(done)[0] == [f"{tmp_path}/cl", "-v", "work"]
    assert [line[3] for line in shown(done) if line[2] == "upload"] == [
        str(tmp_path / "code"),
        str(tmp_path / checkpoint),
    ]


def test_a_client_that_does_not_start_is_one_line(submit, tmp_path):
    (tmp_path / "cl").write_bytes(b"\0\0\0\0")
    (tmp_path / "cl").chmod(0o755)
    done, _ = submit("--cl=./cl", "--worksheet=a::b")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "submit: error: --cl: cannot run ./cl: " in done.stderr


def test_the_documentation_shows_the_lines_and_their_flags(run_script, code, checkpoint):
    text = (ROOT / "docs" / "codalab.md").read_text(encoding="utf-8")
    flags = ["--code=code", "--cl=.venv-cl/bin/cl", "--tag=cs224n-win18-YOURNAME", "--dry-run"]
    done = run_script("submit", checkpoint, *flags)
    assert f"```\n{done.stdout}```\n" in text
    shown = re.findall(r"^(?:\.venv-cl/bin/)?cl (.*?)(?:  +#.*)?$", text, re.MULTILINE)
    assert {"mimic", "work", "info", "wait"} <= {line.split()[0] for line in shown}
    for line in shown:
        fake_cl.make_parser().parse_args(shlex.split(line))
