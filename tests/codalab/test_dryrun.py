"""What `dryrun` promises: it works where CodaLab does, and fails where that would fail."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
EVALUATE = "python code/evaluate.py data.json preds.json"


@pytest.fixture
def data(tmp_path):
    (tmp_path / "dev.json").write_text('{"q1": "red", "q2": "blue"}')
    return tmp_path / "dev.json"


@pytest.fixture(params=["", "--weak"], ids=["apart", "weak"])
def dryrun(request, run_script):
    """Runs dryrun in both kinds of isolation, with --out=out."""
    return lambda *arguments: run_script(
        "dryrun", "--out=out", *filter(None, [request.param]), *arguments
    )


def test_the_recipe_in_two_runs(dryrun, run_script, code, data, tmp_path):
    command = "python code/main.py --json_in_path=data.json"
    done = dryrun(":code", f"data.json:{data}", command)
    assert (done.returncode, done.stdout) == (0, "Wrote 2 answers\n"), done.stderr
    written = ["predictions.json", "run-bundle.json", "stderr", "stdout"]
    assert sorted(os.listdir(tmp_path / "out")) == written
    assert (tmp_path / "out" / "stdout").read_text() == "Wrote 2 answers\n"
    assert f"dryrun: out: {', '.join(written)}\n" in done.stderr
    dependencies = [":code", f"data.json:{data}", "preds.json:out/predictions.json"]
    done = run_script("dryrun", "--out=run-eval", *dependencies, EVALUATE)
    assert (done.returncode, done.stdout) == (0, '{"f1": 50.0}\n'), done.stderr


def test_the_status_of_the_command_is_passed_on(dryrun, code, tmp_path):
    done = dryrun(":code", "echo some words; echo why >&2; touch new; exit 7")
    assert (done.returncode, done.stdout) == (7, "some words\n")
    assert "dryrun: exit status 7 after " in done.stderr
    assert "why\n" in done.stderr and "dryrun: the bundle held: code\n" in done.stderr
    assert json.loads((tmp_path / "out" / "run-bundle.json").read_text())["exit_status"] == 7
    assert (tmp_path / "out" / "new").exists()


@pytest.mark.parametrize("status", [0, 7])
def test_nobody_need_read_what_the_command_printed(status, tmp_path):
    """As with `dryrun ... | true`: lines are lost, the result and the status are not."""
    script = str(ROOT / "scripts" / "codalab" / "dryrun")
    line = [sys.executable, script, f"--out={tmp_path}/out", f"echo words; exit {status}"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(line, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writer)
    assert done.returncode == status and "Traceback" not in done.stderr
    assert "run-bundle.json" in done.stderr.splitlines()[-1]
    assert (tmp_path / "out" / "stdout").read_text() == "words\n"


def test_the_environment_is_bare(dryrun, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    assert dryrun("env").returncode == 0
    lines = (tmp_path / "out" / "stdout").read_text().splitlines()
    names = {line.partition("=")[0] for line in lines}
    assert {"PATH", "HOME"} <= names <= {"PATH", "HOME", "PWD", "OLDPWD", "SHLVL", "_"}


@pytest.mark.parametrize("where", ["code/new.txt", "code/main.py", "$HOME/.cache", "~/.cache"])
def test_what_is_written_beside_the_folder_fails(where, dryrun, code):
    before = (code / "main.py").read_bytes()
    done = dryrun(":code", f"echo >> {where}")
    assert done.returncode == 1, done.stderr
    beside = "error: written beside the bundle, where CodaLab is read-only: "
    assert any(text in done.stderr for text in ("Read-only file", "Permission denied", beside))
    assert (code / "main.py").read_bytes() == before
    assert sorted(os.listdir(code)) == ["evaluate.py", "main.py"]


def test_caches_of_python_are_no_reason_to_fail(dryrun, code):
    (code / "other.py").write_text("colour = 'red'")
    done = dryrun(":code", "python -c 'import sys; sys.path.insert(0, \"code\"); import other'")
    assert done.returncode == 0, done.stderr


def test_files_outside_of_the_bundle_are_not_there(own_files, run_script, code, data):
    done = run_script("dryrun", "--out=out", ":code", f"cat {data}")
    assert done.returncode == 1 and "No such file or directory" in done.stderr
    done = run_script(
        "dryrun", "--out=out", ":code", f"ls {ROOT}/code {os.path.expanduser('~')}/.ssh"
    )
    assert done.returncode == 2 and done.stdout == ""


def test_the_package_that_is_installed_is_not_used(own_files, run_script):
    done = run_script("dryrun", "--out=out", "python -c 'import squad_reader'")
    assert done.returncode == 1 and "No module named 'squad_reader'" in done.stderr


def test_there_is_no_network(own_files, run_script):
    """Not even this machine's own."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect = f"exec 3<>/dev/tcp/127.0.0.1/{port}"
        assert subprocess.run(["bash", "-c", connect]).returncode == 0
        done = run_script("dryrun", "--out=out", connect)
    assert done.returncode == 1 and "unreachable" in done.stderr


def test_the_rights_of_root_are_none(own_files, run_script, code):
    done = run_script(
        "dryrun", "--out=out", ":code", "mount -o remount,bind,rw /run-bundle_dependencies/code"
    )
    assert done.returncode != 0 and "mount" in done.stderr
    done = run_script("dryrun", "--out=out", "touch a; chmod 0 a; cat a")
    assert done.returncode == 1 and "Permission denied" in done.stderr


def test_it_may_write_to_its_folder_and_to_tmp(dryrun, tmp_path):
    done = dryrun("mkdir a && echo b > a/b && mktemp >/dev/null")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "a" / "b").read_text() == "b\n"


def test_limits_of_time_and_memory(dryrun):
    done = dryrun("--time=1s", "sleep 60")
    assert done.returncode == 124 and "error: killed: Time limit exceeded (1 s)" in done.stderr
    done = dryrun(
        "--memory=50m", "python -c 'import time; x = b\"1\" * (90 << 20); time.sleep(60)'"
    )
    assert done.returncode == 137 and "error: killed: Memory limit exceeded" in done.stderr


def test_nested_keys_are_no_output(dryrun, code, data, tmp_path):
    done = dryrun("squad/dev.json:dev.json", "squad/code:code", "ls squad/code; echo > squad.txt")
    assert done.stdout == "evaluate.py\nmain.py\n"
    assert sorted(os.listdir(tmp_path / "out")) == [
        "run-bundle.json",
        "squad.txt",
        "stderr",
        "stdout",
    ]


def test_only_the_result_of_a_run_is_replaced(run_script, code, tmp_path):
    assert run_script("dryrun", "--out=out", "echo 1 > one").returncode == 0
    assert run_script("dryrun", "--out=out", "echo 2 > two").returncode == 0
    assert not (tmp_path / "out" / "one").exists()
    done = run_script("dryrun", "--out=code", "echo")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert f"--out: {code} is there, and is not the result of a run" in done.stderr
    done = run_script("dryrun", "--out=out", "in:out/two", "echo")
    assert done.returncode == 2 and "holds the dependency in: name another one" in done.stderr
    assert (tmp_path / "out" / "two").exists()


@pytest.mark.parametrize("out", ["file/out", "/proc/none/out", "link/out"])
def test_a_folder_that_cannot_be_made_is_told_before_the_run(out, run_script, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    done = run_script("dryrun", f"--out={out}", f"echo > {tmp_path}/ran")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("dryrun: error: --out: cannot write to /")
    assert sorted(os.listdir(tmp_path)) == ["file", "link"]


def test_the_folder_may_be_reached_by_a_link(run_script, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "out").symlink_to("there")
    for number in (1, 2):
        assert run_script("dryrun", "--out=out", f"echo > {number}").returncode == 0
    assert sorted(os.listdir(tmp_path / "there")) == ["2", "run-bundle.json", "stderr", "stdout"]
    assert sorted(os.listdir(tmp_path)) == ["out", "there"]


@pytest.mark.parametrize("failing", ["rmtree", "move"])
def test_no_result_is_lost_where_the_new_one_cannot_take_its_place(failing, tmp_path, monkeypatch):
    """As where `out` is a mount point, or the disk is full."""
    import runs

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    area, out = tmp_path / "area", tmp_path / "out"
    for folder, name in ((area, "new"), (out, "old")):
        folder.mkdir()
        (folder / name).touch()
    monkeypatch.setattr(runs.shutil, failing, fail)
    with pytest.raises(runs.UserError, match=f"new result is in {runs._beside(out)}$"):
        runs._collect(area, out, {})
    assert os.listdir(out) == ["old"]
    assert os.listdir(runs._beside(out)) == ["new"] * (failing == "rmtree")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["code", "ls"], "expected KEY:PATH or :PATH before the command, got 'code'"),
        (["--memory=much", "ls"], "expected a size such as 500m or 2g, got 'much'"),
        (["--time=soon", "ls"], "expected a time such as 600, 10m or 2h, got 'soon'"),
        (["--image=none", "ls"], "expected an environment with"),
    ],
)
def test_bad_input_is_one_line(arguments, text, run_script):
    done = run_script("dryrun", "--out=out", *arguments)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("dryrun: error: ") and done.stderr.count("\n") == 1
    assert text in done.stderr


@pytest.mark.parametrize("command", ["echo", "sleep 76"], ids=["at its end", "when it is stopped"])
def test_nothing_is_left_in_the_temporary_folder(command, tmp_path):
    (tmp_path / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    line = [
        sys.executable,
        str(ROOT / "scripts" / "codalab" / "dryrun"),
        f"--out={tmp_path}/out",
        command,
    ]
    process = subprocess.Popen(line, env=environment, stderr=subprocess.PIPE)
    if command != "echo":
        while not list((tmp_path / "tmp").glob("*/run/stderr")):
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == (0 if command == "echo" else 143)
    assert os.listdir(tmp_path / "tmp") == []


@pytest.mark.slow
def test_the_reader_that_comes_with_the_package_answers_there_as_here(
    dryrun, run_main, fixtures_dir, tmp_path
):
    data, code = fixtures_dir / "small-dev-v1.1.json", ROOT / "code"
    dependencies = [f":{code}", f"best_checkpoint:{code / 'squad_reader' / 'shipped'}"]
    flags = "--mode=official_eval --ckpt_load_dir=best_checkpoint --json_in_path=data.json"
    done = dryrun(*dependencies, f"data.json:{data}", f"python code/main.py {flags}")
    assert done.returncode == 0, done.stderr
    here = ["--ckpt_load_dir=shipped", f"--json_in_path={data}"]
    done = run_main("--mode=official_eval", *here, f"--json_out_path={tmp_path / 'here.json'}")
    assert done.returncode == 0, done.stderr
    there = tmp_path / "out" / "predictions.json"
    assert there.read_bytes() == (tmp_path / "here.json").read_bytes()


def test_ctrl_c_twice_is_one_line_and_leaves_nothing(tmp_path):
    (tmp_path / "tmp").mkdir()
    script = str(ROOT / "scripts" / "codalab" / "dryrun")
    line = [sys.executable, script, f"--out={tmp_path}/out", "sleep 77"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    process = subprocess.Popen(line, env=environment, stderr=subprocess.PIPE, text=True)
    while not list((tmp_path / "tmp").glob("*/run/stderr")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130 and told.splitlines()[2:] == ["dryrun: stopped"]
    assert os.listdir(tmp_path / "tmp") == []


def test_a_tilde_is_the_home_in_every_path(run_script, code, data, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    command = "python code/main.py --json_in_path=data.json"
    done = run_script("dryrun", "--out=~/out", ":~/code", "data.json:~/dev.json", command)
    assert (done.returncode, done.stdout) == (0, "Wrote 2 answers\n"), done.stderr
    done = run_script("replay", "~/out", "--replace=data.json=~/dev.json", "--out=~/again")
    assert (done.returncode, done.stdout) == (0, '{"f1": 50.0}\n'), done.stderr
    assert (tmp_path / "again" / "run-eval").is_dir() and not (tmp_path / "~").exists()
    done = run_script("dryrun", "--image=~/no-image", "echo")
    assert f"expected an environment with {tmp_path}/no-image/bin/python" in done.stderr
