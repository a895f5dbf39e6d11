"""The class recipe as a whole: the golden checkpoint, dry-run in both environments.

Both must write the same bytes and get the same score; a replay on other data gets its own.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = ROOT / "scripts" / "codalab"
ANSWER = (
    "python code/main.py --mode=official_eval --glove_path=glove.txt --json_in_path=data.json "
    "--ckpt_load_dir=best_checkpoint"
)
SCORE = "python code/evaluate.py data.json preds.json"


def run_script(name, *arguments):
    command = [sys.executable, str(SCRIPTS / name), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def runs(v4_python, fixtures_dir, tmp_path_factory):
    """Image -> folder with the folders of its two run-bundles."""
    folders = {}
    for image in (sys.prefix, v4_python.parent.parent):
        folder = folders[image] = tmp_path_factory.mktemp("runs")
        shared = [f"--image={image}", f":{ROOT / 'code'}"]
        data = f"data.json:{fixtures_dir / 'small-dev-v1.1.json'}"
        more = [f"best_checkpoint:{fixtures_dir / 'golden_checkpoint'}"]
        more += [f"glove.txt:{fixtures_dir / 'glove.small.50d.txt'}"]
        run_script("dryrun", *shared, data, *more, f"--out={folder / 'answers'}", ANSWER)
        answers = f"preds.json:{folder / 'answers' / 'predictions.json'}"
        run_script("dryrun", *shared, data, answers, f"--out={folder / 'score'}", SCORE)
    return folders


def test_both_environments_write_the_same_answers_and_the_same_score(runs):
    answers, scores = (
        [(folder / part).read_bytes() for folder in runs.values()]
        for part in ("answers/predictions.json", "score/stdout")
    )
    assert len(answers) == 2 and answers[0] == answers[1]
    assert scores[0] == scores[1] and json.loads(scores[0]).keys() == {"f1", "exact_match"}


def test_a_replay_on_other_data_is_the_same_twice_in_both(runs, fixtures_dir, tmp_path):
    found = set()
    for number, folder in enumerate(runs.values()):
        for again in (1, 2):
            out = tmp_path / f"{number}{again}"
            replace = f"data.json={fixtures_dir / 'tiny-v1.1.json'}"
            done = run_script("replay", folder / "answers", "--replace", replace, f"--out={out}")
            answers = (out / "gen-answers" / "predictions.json").read_bytes()
            found.add((answers, done.stdout))
    ((answers, score),) = found
    assert len(json.loads(answers)) == 22 and "f1" in score


def test_a_score_under_the_old_image_by_its_name(v4_env, fixtures_dir, tmp_path, monkeypatch):
    monkeypatch.setenv("SQUAD_READER_V4_ENV", str(v4_env))
    dependencies = [
        f":{ROOT / 'code'}",
        f"data.json:{fixtures_dir / 'tiny-v1.1.json'}",
        f"preds.json:{fixtures_dir / 'golden_predictions.json'}",
    ]
    out = f"--out={tmp_path / 'out'}"
    done = run_script("dryrun", "--image=v4", out, *dependencies, f"python -V; {SCORE}")
    assert done.stdout == (fixtures_dir / "golden_scores.json").read_text()
    assert (tmp_path / "out" / "stderr").read_text().startswith("Python 2.7.")
