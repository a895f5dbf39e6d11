"""What `submit` promises where something fails: it says what to do, and --resume goes on there."""

import json
import os
import shlex
import signal
import subprocess
import time

import outages
import pytest
import submitted
from client import Answer
from outages import ask_patiently
from submitted import Record, read_record

AT = "--worksheet-spec http://codalab.example::0x" + "7" * 32


@pytest.fixture
def record(tmp_path):
    """Reads the record that submit wrote beside the checkpoint."""
    return lambda: json.loads((tmp_path / "experiments" / "baseline" / "codalab.json").read_text())


def verbs(lines):
    return [line[0] for line in lines]


def last_line(done):
    return done.stderr.splitlines(keepends=True)[-1]


def command_of(text):
    """The arguments after the script's name in a line that says how to go on."""
    return shlex.split(text.rpartition("/submit ")[2])


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (["failed", "Exit code 3"], "failed: Exit code 3; "),
        (["killed", None], "killed: no reason given; "),
        (["failed", "Time limit exceeded."], "failed: Time limit exceeded; "),
    ],
)
def test_a_run_that_fails_is_told_with_its_reason_and_where_to_look(end, said, submit, record):
    done, lines = submit(CL_RUNS=json.dumps({"gen-answers": end}))
    assert (done.returncode, done.stdout) == (2, "")
    assert verbs(lines)[-2:] == ["wait", "info"] and "Traceback" not in done.stderr
    uuid = lines[-1][-1]
    assert shlex.join(lines[-1]) == f"info {AT} --field failure_message,state {uuid}"
    assert last_line(done).startswith(f"submit: error: gen-answers ({uuid}) {said}")
    assert f" cat {AT} {uuid}/stderr; to run it again without uploading: " in last_line(done)
    assert command_of(last_line(done))[-1] == "--resume"
    assert list(record()["bundles"]) == ["code", "best_checkpoint"]


def test_after_a_failed_run_nothing_is_uploaded_again_and_flags_may_change(submit, record):
    submit(CL_RUNS=json.dumps({"gen-answers": ["failed", "Memory limit 2g exceeded."]}))
    uploaded = record()["bundles"]
    done, lines = submit("--resume", "--memory=8g")
    assert done.returncode == 0 and done.stdout.startswith('{"f1": 43.6'), done.stderr
    assert "upload" not in verbs(lines) and "work" not in verbs(lines)
    run = lines[verbs(lines).index("run")]
    assert run[run.index("--request-memory") + 1] == "8g"
    assert f"code:{uploaded['code']['uuid']}" in run
    assert {role: record()["bundles"][role] for role in uploaded} == uploaded


def test_a_failed_scoring_keeps_the_answers(submit, record):
    done, _ = submit(CL_RUNS=json.dumps({"run-eval": ["failed", "Exit code 1"]}))
    assert "error: run-eval (0x" in last_line(done)
    assert list(record()["bundles"]) == ["code", "best_checkpoint", "gen-answers"]
    done, lines = submit("--resume")
    assert done.returncode == 0 and verbs(lines) == ["wait", "run", "wait", "cat"]


@pytest.mark.parametrize("failing", ["upload", "run", "wait", "cat --worksheet-spec", "edit"])
def test_resume_goes_on_after_a_line_that_failed(failing, submit):
    done, lines = submit("--tag=a", "--data=0x4870af", CL_FAIL=failing)
    assert (done.returncode, done.stdout == "") == (2, failing != "edit")
    assert last_line(done).startswith("submit: error: status 1 from ") or failing[:3] == "cat"
    if "--resume" in last_line(done):
        done, rest = submit("--tag=a", "--data=0x4870af", "--resume")
        assert done.returncode == 0 and done.stdout.startswith('{"f1": 43.6'), done.stderr
        assert "upload" not in verbs(rest)


def test_a_finished_submission_can_be_resumed_and_makes_nothing(submit, record):
    submit()
    before = record()
    done, lines = submit("--resume")
    assert done.stdout.startswith('{"f1": 43.6') and verbs(lines) == ["wait", "wait", "cat"]
    assert record() == before


def test_without_resume_all_begins_anew_and_the_earlier_record_is_named(submit, record):
    submit()
    before = record()
    done, lines = submit()
    assert verbs(lines).count("upload") == 2 and record() != before
    assert "codalab.json of an earlier call will be replaced; --resume goes on" in done.stderr


@pytest.mark.parametrize("path", ["code/main.py", "experiments/baseline/best_checkpoint/new"])
def test_changed_code_or_checkpoint_is_not_taken_for_what_was_uploaded(path, submit, tmp_path):
    submit(CL_FAIL="run")
    (tmp_path / path).write_text("print()")
    done, lines = submit("--resume")
    assert (done.returncode, verbs(lines).count("run")) == (2, 0)
    assert f"{os.path.dirname(path)} is no longer what was uploaded as 0x" in last_line(done)
    assert "without --resume all is uploaded and run anew\n" in last_line(done)


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--memory=8g"], "by another line, with nothing in place of --request-memory 8g; give"),
        (["--worksheet=main::me"], "--worksheet: expected http://codalab.example::0x777"),
    ],
)
def test_other_flags_are_not_taken_for_those_of_a_run_that_goes_on(flags, text, submit):
    submit(CL_FAIL="wait")
    done, _ = submit("--resume", *flags)
    assert done.returncode == 2 and text in last_line(done)
    assert "--resume to begin anew\n" in last_line(done)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (None, "--resume: expected the record of an earlier call, but "),
        ("{", "expected the record of a submission, got "),
        ('{"format": 2}', "got ValueError('format 2')"),
        ('{"format": 1, "worksheet": "a::b", "bundles": {"code": 1}}', "got TypeError("),
    ],
)
def test_what_is_no_record_is_one_line(content, text, submit, checkpoint, tmp_path):
    if content is not None:
        (tmp_path / "experiments" / "baseline" / "codalab.json").write_text(content)
    done, lines = submit("--resume")
    assert (done.returncode, done.stdout, lines) == (2, "", [])
    assert done.stderr.count("\n") == 1 and text in done.stderr


def test_an_outage_while_it_waits_is_sat_out(submit):
    _, lines = submit()
    first_wait = verbs(lines).index("wait")
    done, again = submit(CL_OUTAGE=str(first_wait))
    assert done.returncode == 0 and done.stdout.startswith('{"f1": 43.6'), done.stderr
    assert verbs(again).count("wait") == 3 and "Traceback" not in done.stderr
    assert "submit: no answer from the server (JsonApiException: Unable to fetch " in done.stderr
    assert "Connection refused>); again in 2 s\n" in done.stderr


def test_an_outage_before_anything_is_made_is_told_at_once(submit):
    done, lines = submit(CL_OUTAGE="0")
    assert (done.returncode, verbs(lines)) == (2, ["work"])
    assert last_line(done).startswith("submit: error: expected the current worksheet from ")
    told = "got JsonApiException: Unable to fetch bundles: <urlopen error [Errno 111] Connection "
    assert told in last_line(done) and "--worksheet=INSTANCE::NAME" in last_line(done)
    assert "Traceback" not in done.stderr


def test_an_outage_while_something_is_made_tells_how_to_come_back(submit):
    done, lines = submit(CL_OUTAGE="5")
    assert (done.returncode, verbs(lines)[5:]) == (2, ["upload"])
    assert last_line(done).startswith("submit: error: no answer from the server to ")
    assert "; what runs there goes on; to come back: " in last_line(done)
    assert command_of(last_line(done))[-1] == "--resume"


OUT = Answer(1, b"", "urllib.error.URLError: <urlopen error timed out>")


def test_the_pauses_grow_and_end_after_a_few_minutes():
    pauses, said = [], []
    assert ask_patiently(lambda: OUT, said.append, pauses.append, lambda: 0) == OUT
    assert pauses == sorted(pauses) and 120 <= sum(pauses) <= 600 and len(said) == len(pauses)


def test_after_a_long_wait_an_outage_is_a_new_one():
    clock = iter([0, 1, 1, 2, 2, 2 + 10 * outages.LONG, 999, 1000])
    answers, pauses = iter([OUT, OUT, OUT, Answer(0, b"", "")]), []
    assert ask_patiently(lambda: next(answers), str, pauses.append, lambda: next(clock)).status == 0
    assert pauses == [2, 4, 2]


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (
            "codalab.client.json_api_client.JsonApiException: Unable to fetch bundles: Bad Gateway",
            1,
        ),
        ("urllib.error.HTTPError: HTTP Error 503: Service Unavailable", 1),
        ("http.client.RemoteDisconnected: Remote end closed connection without response", 1),
        ("ConnectionResetError: [Errno 104] Connection reset by peer", 1),
        ("socket.timeout: timed out", 1),
        ("failed", 0),
        ("NotFoundError: bundle spec Connection doesn't match any bundles", 0),
        ("PermissionError: Invalid username or password.", 0),
        ("", 0),
    ],
)
def test_what_the_server_cannot_help_is_no_outage(error, outage):
    assert Answer(1, b"", error).is_outage == bool(outage)
    assert not Answer(0, b"", error).is_outage


def test_the_record_is_whole_at_any_time(tmp_path, monkeypatch):
    record = Record(str(tmp_path / "codalab.json"), "a::b")
    record.add("code", "0x1", sha256="2")
    monkeypatch.setattr(submitted.json, "dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        record.add("best_checkpoint", "0x2", sha256="3")
    assert read_record(record.path).ids == {"code": "0x1"}


def test_a_record_that_cannot_be_written_does_not_stop_a_submission(submit, tmp_path):
    (tmp_path / "experiments" / "baseline" / "codalab.json.tmp").mkdir()
    done, _ = submit()
    assert done.returncode == 0 and done.stdout.startswith('{"f1": 43.6')
    assert "codalab.json: Is a directory; --resume will not know of this call\n" in done.stderr


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_says_that_the_run_goes_on_and_how_to_come_back(times, submit, tmp_path):
    """Once or twice: one line, status 130, and what it says can be done."""
    command, env = submit.command(), submit.environment(CL_HANG="1")
    pipe = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(
        command, cwd=tmp_path, env=env, start_new_session=True, **pipe
    ) as process:
        lines = iter(process.stderr.readline, "")
        uuid = next(line for line in lines if " wait " in line).split()[-1]
        time.sleep(0.5)
        for _ in range(times):
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all processes get it
        (said,) = lines
    assert process.returncode == 130
    assert said.startswith(f"submit: stopped; gen-answers ({uuid}) goes on on the server; to come ")
    done, calls = submit(*command_of(said)[3:])
    assert done.returncode == 0 and verbs(calls) == ["wait", "run", "wait", "cat"], done.stderr
