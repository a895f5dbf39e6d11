"""What `replay` promises: the recorded run on other data, its score, the same bytes every time."""

import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OFFICIAL_EVAL = (
    "python code/main.py --mode=official_eval --glove_path=glove.txt --json_in_path=data.json "
    "--ckpt_load_dir=best_checkpoint"
)


@pytest.fixture
def recorded(run_script, code, tmp_path):
    """The folder of a dry run on two questions; `secret.json` beside it has three others."""
    (tmp_path / "dev.json").write_text('{"q1": "red", "q2": "blue"}')
    (tmp_path / "secret.json").write_text('{"s1": "red", "s2": "red", "s3": "red"}')
    command = "python code/main.py --json_in_path=data.json"
    done = run_script("dryrun", "--out=gen-answers", ":code", "data.json:dev.json", command)
    assert done.returncode == 0, done.stderr
    return tmp_path / "gen-answers"


def test_other_data_gets_answers_and_a_score(run_script, recorded, tmp_path):
    done = run_script("replay", recorded, "--replace", "data.json=secret.json", "--out=again")
    assert (done.returncode, done.stdout) == (0, '{"f1": 100.0}\n'), done.stderr
    answers = tmp_path / "again" / "gen-answers"
    assert json.loads((answers / "predictions.json").read_text()) == dict.fromkeys(
        ["s1", "s2", "s3"], "red"
    )
    record = json.loads((answers / "run-bundle.json").read_text())
    assert record["dependencies"]["data.json"]["path"] == str(tmp_path / "secret.json")
    record = json.loads((tmp_path / "again" / "run-eval" / "run-bundle.json").read_text())
    assert record["command"] == "python code/evaluate.py data.json preds.json"
    assert list(record["dependencies"]) == ["code", "data.json", "preds.json"]


def test_without_other_data_it_is_the_same_run(run_script, recorded, tmp_path):
    before = (recorded / "predictions.json").read_bytes()
    done = run_script("replay", recorded / "run-bundle.json", "--out=again")
    assert (done.returncode, done.stdout) == (0, '{"f1": 50.0}\n'), done.stderr
    assert (tmp_path / "again" / "gen-answers" / "predictions.json").read_bytes() == before


def test_a_replay_can_be_replayed(run_script, recorded):
    assert run_script("replay", recorded, "--out=one").returncode == 0
    done = run_script("replay", "one/gen-answers", "--replace=data.json=secret.json", "--out=two")
    assert (done.returncode, done.stdout) == (0, '{"f1": 100.0}\n'), done.stderr


def test_what_was_submitted_must_be_what_it_was(run_script, recorded, code):
    (code / "__pycache__").mkdir()
    (code / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"a cache is no change")
    assert run_script("replay", recorded, "--out=again").returncode == 0
    (code / "main.py").write_text("print('better')")
    done = run_script("replay", recorded, "--replace=data.json=secret.json", "--out=again")
    assert done.returncode == 2
    assert done.stderr == f"replay: error: code ({code}) changed since the recorded run\n"


def test_a_run_that_fails_on_the_new_data_has_no_score(run_script, recorded, tmp_path):
    (tmp_path / "bad.json").write_text("{")
    done = run_script("replay", recorded, "--replace=data.json=bad.json", "--out=again")
    assert (done.returncode, done.stdout) == (1, "")
    assert "JSONDecodeError" in done.stderr
    assert os.listdir(tmp_path / "again") == ["gen-answers"]


def test_a_run_without_predictions_has_no_score(run_script, code, tmp_path):
    (tmp_path / "dev.json").write_text("{}")
    command = "true --json_in_path=data.json"
    run_script("dryrun", "--out=none", ":code", "data.json:dev.json", command)
    done = run_script("replay", "none", "--out=again")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        f"error: expected predictions.json of the command, it wrote none: {command}" in done.stderr
    )


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--replace=data=secret.json"], "a key of code, data.json, got 'data=secret.json'"),
        (["--replace=data.json=none.json"], "there is no file or folder"),
        (["--replace=data.json"], "expected KEY:PATH"),
    ],
)
def test_bad_replacements_are_one_line(arguments, text, run_script, recorded):
    done = run_script("replay", recorded, *arguments, "--out=again")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("replay: error: ") and text in done.stderr


def test_no_record_is_one_line(run_script, tmp_path):
    done = run_script("replay", "nowhere")
    assert done.returncode == 2
    assert done.stderr == (
        "replay: error: expected the record of a dry run (run-bundle.json), "
        "but nowhere: No such file or directory\n"
    )


@pytest.mark.slow  # TensorFlow is started three times
def test_the_reader_itself_gives_the_same_bytes_every_time(run_script, fixtures_dir, tmp_path):
    dependencies = [
        f":{ROOT / 'code'}",
        f"best_checkpoint:{fixtures_dir / 'golden_checkpoint'}",
        f"glove.txt:{fixtures_dir / 'glove.small.50d.txt'}",
        f"data.json:{fixtures_dir / 'tiny-v1.1.json'}",
    ]
    done = run_script("dryrun", "--out=gen-answers", *dependencies, OFFICIAL_EVAL)
    assert (done.returncode, done.stdout) == (0, "Wrote 22 answers to predictions.json\n"), (
        done.stderr
    )
    golden = (fixtures_dir / "golden_predictions.json").read_bytes()
    assert (tmp_path / "gen-answers" / "predictions.json").read_bytes() == golden
    new = f"--replace=data.json={fixtures_dir / 'small-dev-v1.1.json'}"
    runs = [run_script("replay", "gen-answers", new, f"--out={out}") for out in ("one", "two")]
    assert [done.returncode for done in runs] == [0, 0], runs[0].stderr
    assert set(json.loads(runs[0].stdout)) == {"f1", "exact_match"}
    assert runs[0].stdout == runs[1].stdout
    for name in ("gen-answers/predictions.json", "gen-answers/stdout", "run-eval/stdout"):
        contents = [(tmp_path / out / name).read_bytes() for out in ("one", "two")]
        assert contents[0] == contents[1]
    answers = json.loads((tmp_path / "one" / "gen-answers" / "predictions.json").read_bytes())
    assert len(answers) == 30
