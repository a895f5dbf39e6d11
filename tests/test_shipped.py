"""The reader that comes with the package: its files, and every mode by its name."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from squad_reader import Reader, cli
from squad_reader.config import Config, checkpoints_of
from squad_reader.errors import InputError
from squad_reader.files import SHIPPED, checkpoint_folder
from squad_reader.predict.checkpoints import SCALES, VECTORS, WORDS, file_of, read_facts

ROOT = Path(__file__).parent.parent
FOLDER = Path(checkpoint_folder(SHIPPED))
MB = 1_000_000


def test_its_files_are_small_and_undamaged():
    facts = read_facts(FOLDER)
    paths = {stem: file_of(FOLDER, stem) for stem in facts.files}
    assert paths["weights"].stat().st_size <= 10 * MB
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= 16 * MB
    assert {VECTORS, SCALES, WORDS, "weights", "graphs"} == paths.keys()
    words = paths[WORDS].read_text(encoding="utf-8").splitlines()
    vectors = np.load(paths[VECTORS], mmap_mode="r")
    assert vectors.shape == (len(words), facts.model["embedding_size"]) and len(words) >= 50_000
    assert vectors.dtype == np.int8


def test_only_the_name_alone_means_it(tmp_path, monkeypatch):
    (tmp_path / SHIPPED).mkdir()
    monkeypatch.chdir(tmp_path)
    assert checkpoint_folder(SHIPPED) == str(FOLDER)
    for name in ("./shipped", "shipped/", str(tmp_path / SHIPPED), "", "other"):
        assert checkpoint_folder(name) == name


def test_it_may_be_one_of_several():
    assert checkpoints_of(Config(ckpt_load_dir="a,shipped")) == ["a", str(FOLDER)]


@pytest.mark.parametrize("runtime", ["keras", "onnx"])
def test_the_python_api_takes_it_without_being_told(runtime):
    reader = Reader.load(runtime=runtime)
    context = "The lighthouse was finished in 1874. Its keeper, Agnes Doyle, lit the lamp herself."
    (answer,) = reader.answer(context, "Who lit the lamp?")
    assert answer.text == context[answer.char_start : answer.char_end] == "Agnes Doyle"
    assert answer.probability > 0.3


def test_official_eval_takes_it_with_and_without_glove(run_main, fixtures_dir, tmp_path):
    data = fixtures_dir / "small-dev-v1.1.json"
    done = run_main(
        "--mode=official_eval",
        "--ckpt_load_dir=shipped",
        f"--json_in_path={data}",
        f"--json_out_path={tmp_path / 'out.json'}",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    answers = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    golds = {
        question["id"]: {answer["text"] for answer in question["answers"]}
        for article in json.loads(data.read_text(encoding="utf-8"))["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    }
    assert answers.keys() == golds.keys()
    right = [answers[name] in golds[name] for name in golds]
    assert sum(right) > 0.5 * len(right)


def test_a_glove_file_of_another_training_is_refused(fixtures_dir, tmp_path):
    with pytest.raises(InputError, match="100"):
        Reader.load(glove_path=fixtures_dir / "glove.small.50d.txt")


def test_show_examples_takes_it(fixtures_dir, capsys):
    data = f"--dev_path={fixtures_dir / 'small-dev-v1.1.json'}"
    assert cli.main(["--mode=show_examples", "--ckpt_load_dir=shipped", data]) == 0
    assert "QUESTION" in capsys.readouterr().out.upper()


def test_ask_needs_no_checkpoint(capsys):
    assert cli.main(["ask", "Who sings?", "--text=Mara sings in the choir of Riga.", "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["answers"]
    assert answer["text"] == "Mara"


def test_one_command_asks(tmp_path):
    """scripts/ask, where it has nothing to install."""
    if not (ROOT / ".venv" / "installed").is_file():
        pytest.skip("scripts/ask would install packages: there is no .venv by scripts/install")
    script, flags = ROOT / "scripts" / "ask", ["Who sings?", "--text=Mara sings in Riga."]
    done = subprocess.run([script, *flags], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "{Mara} sings in Riga." in done.stdout
