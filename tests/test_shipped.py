"""The reader that comes with the package: its files, and every mode by its name."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from squad_reader import Reader, cli
from squad_reader.data.exported_vectors import ExportedVectors
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.files import SHIPPED, checkpoint_folder
from squad_reader.paths import folders_of
from squad_reader.predict.checkpoints import (
    SCALES,
    VECTORS,
    WORDS,
    file_of,
    read_arrays,
    read_facts,
)

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
    assert folders_of("a,shipped") == ["a", str(FOLDER)]


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


@pytest.mark.parametrize("form", ["checkpoint", "onnx"])
def test_its_export_needs_no_glove_and_answers_alike(form, fixtures_dir, run_main, tmp_path):
    """As in a fresh clone, whose data folder is empty."""
    flags = ["--ckpt_load_dir=shipped", f"--export_dir={tmp_path / 'out'}", f"--format={form}"]
    done = run_main("--mode=export", *flags, f"--data_dir={tmp_path}", cwd=tmp_path)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    for stem in (VECTORS, SCALES, WORDS):
        ours, theirs = (file_of(folder, stem).read_bytes() for folder in (tmp_path / "out", FOLDER))
        assert ours == theirs
    questions = [
        (data.contexts[example.context_index], example.question)
        for data in (read_squad(fixtures_dir / "small-dev-v1.1.json"),)
        for example in data.examples
    ]
    exported, shipped = (Reader.load(folder) for folder in (tmp_path / "out", SHIPPED))
    for ours, theirs in zip(*map(answers_to(questions), (exported, shipped)), strict=True):
        assert ours == theirs


def answers_to(questions):
    return lambda reader: [best.text for (best,) in reader.answer_many(questions)]


@pytest.fixture
def like_glove(fixtures_dir, tmp_path):
    """A text file with vectors of 100 numbers that passes for the GloVe of its training: those of
    the small one's words as they are shipped, and those few exactly that a checkpoint holds."""
    lines = (fixtures_dir / "glove.small.50d.txt").read_text("utf-8").splitlines()
    words = [line.split(" ")[0] for line in lines]
    own = ExportedVectors(*(file_of(FOLDER, stem) for stem in (WORDS, VECTORS, SCALES)))
    found, vectors = own.lookup(words)
    table = {**dict(zip(found, vectors.tolist(), strict=True)), **read_facts(FOLDER).glove.check}
    path = tmp_path / "glove.txt"
    rows = (" ".join([word, *map(str, numbers)]) for word, numbers in table.items())
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return path


def training_flags(fixtures_dir, tmp_path):
    sets = [f"--{s}_path={fixtures_dir / f'small-{s}-v1.1.json'}" for s in ("train", "dev")]
    where = ["--ckpt_load_dir=shipped", f"--data_dir={tmp_path}", f"--train_dir={tmp_path / 'run'}"]
    return ["--mode=train", *where, *sets, "--num_epochs=1", "--eval_every=5"]


def test_training_from_it_needs_the_glove_file(fixtures_dir, run_main, tmp_path):
    """Its own vectors are rounded, so a checkpoint of the new run could not name what it read."""
    done = run_main(*training_flags(fixtures_dir, tmp_path), cwd=tmp_path)
    assert done.returncode == 2 and not (tmp_path / "run").exists()
    missing = tmp_path / "glove.6B.100d.txt"
    told = f"main.py: error: --glove_path: expected a file, but there is none at {missing}\n"
    assert done.stderr == told


@pytest.mark.slow
def test_training_goes_on_from_it(fixtures_dir, run_main, like_glove, tmp_path):
    steps = ["--batch_by=questions", "--batch_size=20", "--warmup_steps=0", "--ema=0"]
    flags = [*training_flags(fixtures_dir, tmp_path), *steps, f"--glove_path={like_glove}"]
    done = run_main(*flags, "--learning_rate=0.0005", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    best = tmp_path / "run" / "best_checkpoint"
    facts = read_facts(best)
    assert facts.begun_from is not None and facts.model == read_facts(FOLDER).model
    before, after = read_arrays(FOLDER), read_arrays(best)
    assert before.keys() == after.keys()
    assert any(not np.array_equal(before[name], after[name]) for name in before)
    assert facts.dev_scores["dev/f1"] > 50  # with random weights it is 10 or less


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
