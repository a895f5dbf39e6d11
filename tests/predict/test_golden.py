"""A fixed checkpoint on fixed questions: the same answers and scores, byte for byte.

If this fails after a change of the tokenizer, the model or the format, and the change was wanted:
`python tests/fixtures/make_golden.py`.
"""

import json
import shutil

import pytest

from squad_reader import cli
from squad_reader.score import squad_v1_1


@pytest.fixture(scope="module")
def predictions(fixtures_dir, tmp_path_factory):
    """The file that official_eval writes with the golden checkpoint."""
    path = tmp_path_factory.mktemp("golden") / "predictions.json"
    status = cli.main(
        [
            "--mode=official_eval",
            f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}",
            f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
            f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
            f"--json_out_path={path}",
        ]
    )
    assert status == 0
    return path


def test_the_answers_are_those_of_the_golden_file(predictions, fixtures_dir):
    assert predictions.read_bytes() == (fixtures_dir / "golden_predictions.json").read_bytes()


def test_the_scores_are_those_of_the_golden_file(predictions, fixtures_dir, capsys):
    assert squad_v1_1.main([str(fixtures_dir / "tiny-v1.1.json"), str(predictions)]) == 0
    assert capsys.readouterr().out == (fixtures_dir / "golden_scores.json").read_text()


def test_the_golden_checkpoint_is_small_and_without_glove(fixtures_dir):
    files = list((fixtures_dir / "golden_checkpoint").iterdir())
    assert sorted(path.suffix for path in files) == [".json", ".npz"]
    assert sum(path.stat().st_size for path in files) < 60_000


def test_one_changed_weight_is_noticed(fixtures_dir, tmp_path, capsys):
    folder = tmp_path / "changed"
    shutil.copytree(fixtures_dir / "golden_checkpoint", folder)
    (weights,) = folder.glob("*.npz")
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    status = cli.main(
        [
            "--mode=official_eval",
            f"--ckpt_load_dir={folder}",
            f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
            f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
            f"--json_out_path={tmp_path / 'predictions.json'}",
        ]
    )
    assert status == 2
    assert "damaged" in capsys.readouterr().err
    assert not (tmp_path / "predictions.json").exists()


def test_the_golden_answers_are_not_all_alike(fixtures_dir):
    """A reader that always says the first token would show nothing."""
    path = fixtures_dir / "golden_predictions.json"
    answers = list(json.loads(path.read_text(encoding="utf-8")).values())
    assert len(set(answers)) > len(answers) / 3
