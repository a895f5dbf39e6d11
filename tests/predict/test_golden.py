"""A fixed checkpoint on fixed questions: the same answers and scores, byte for byte.

If this fails after a change of the tokenizer, the model or the format, and the change was wanted:
`python tests/fixtures/make_golden.py`.
"""

import json
import shutil

import pytest

from squad_reader import cli
from squad_reader.score import evaluation


def answer(fixtures_dir, json_in_path, path):
    """Run official_eval with the golden checkpoint."""
    status = cli.main(
        [
            "--mode=official_eval",
            f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}",
            f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
            f"--json_in_path={json_in_path}",
            f"--json_out_path={path}",
        ]
    )
    assert status == 0
    return path


@pytest.fixture(scope="module")
def predictions(fixtures_dir, tmp_path_factory):
    """The file that official_eval writes with the golden checkpoint."""
    path = tmp_path_factory.mktemp("golden") / "predictions.json"
    return answer(fixtures_dir, fixtures_dir / "tiny-v1.1.json", path)


def test_the_answers_are_those_of_the_golden_file(predictions, fixtures_dir):
    assert predictions.read_bytes() == (fixtures_dir / "golden_predictions.json").read_bytes()


def test_the_scores_are_those_of_the_golden_file(predictions, fixtures_dir, capsys):
    assert evaluation.main([str(fixtures_dir / "tiny-v1.1.json"), str(predictions)]) == 0
    assert capsys.readouterr().out == (fixtures_dir / "golden_scores.json").read_text()


def test_rows_of_the_same_questions_get_the_same_answers_and_scores(
    flat_rows, fixtures_dir, tmp_path, capsys
):
    rows, path = flat_rows(fixtures_dir / "tiny-v1.1.json"), tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    predictions = answer(fixtures_dir, path, tmp_path / "predictions.json")
    assert predictions.read_bytes() == (fixtures_dir / "golden_predictions.json").read_bytes()
    capsys.readouterr()
    assert evaluation.main([str(path), str(predictions)]) == 0
    out, err = capsys.readouterr()
    assert (out, err) == ((fixtures_dir / "golden_scores.json").read_text(), "")


def test_whole_numbers_as_ids_are_the_keys_of_the_predictions(fixtures_dir, tmp_path, capsys):
    """Without titles and gold answers: answered, and not scored."""
    content = json.loads((fixtures_dir / "tiny-v1.1.json").read_text("utf-8"))
    golden = json.loads((fixtures_dir / "golden_predictions.json").read_text("utf-8"))
    for article in content["data"]:
        del article["title"]
        for item in (item for paragraph in article["paragraphs"] for item in paragraph["qas"]):
            item["id"] = list(golden).index(item["id"])
            del item["answers"]
    path = tmp_path / "data.json"
    path.write_text(json.dumps(content))
    predictions = answer(fixtures_dir, path, tmp_path / "predictions.json")
    answers = json.loads(predictions.read_text("utf-8"))
    assert answers == {str(i): text for i, text in enumerate(golden.values())}
    capsys.readouterr()
    assert evaluation.main([str(path), str(predictions)]) == 1
    assert capsys.readouterr() == (
        "",
        f'error: {path}: expected "answers" of every question, to score, got none of question "0" '
        "(the first of 22 such, of 22 questions)\n",
    )


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
    """A reader that always gives the first token would test nothing."""
    path = fixtures_dir / "golden_predictions.json"
    answers = list(json.loads(path.read_text(encoding="utf-8")).values())
    assert len(set(answers)) > len(answers) / 3
