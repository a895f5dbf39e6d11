"""What export promises: a folder that answers as the checkpoint with GloVe does, and no other."""

import json
import shutil

import numpy as np
import onnx
import pytest
from numpy.testing import assert_array_equal
from small_reader import fitted_features, save_reader

from squad_reader.cli import main
from squad_reader.config import make_config
from squad_reader.data.exported_vectors import ExportedVectors
from squad_reader.data.glove import GloveFile
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.model.models import make_model
from squad_reader.predict.checkpoints import (
    VECTORS,
    WORDS,
    file_of,
    read_arrays,
    read_config,
)


def exported_vectors(folder, words):
    return ExportedVectors(file_of(folder, WORDS), file_of(folder, VECTORS)).lookup(words)


@pytest.fixture(scope="module")
def flags(fixtures_dir):
    return [
        "--mode=export",
        f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
    ]


@pytest.fixture(scope="module")
def exported(flags, run_main, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "whole"
    done = run_main(*flags, f"--export_dir={folder}")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert done.stdout == f"Wrote the checkpoint with 574 vectors to {folder}\n"
    return folder


def test_it_holds_the_checkpoint_and_all_vectors(exported, fixtures_dir):
    golden, glove = fixtures_dir / "golden_checkpoint", fixtures_dir / "glove.small.50d.txt"
    facts, expected = read_config(exported), read_config(golden)
    assert facts["files"].keys() == {"weights", "vectors", "words"}
    assert facts["files"]["weights"] == expected["files"]["weights"]
    assert {**facts, "files": 0} == {**expected, "files": 0}
    for name, array in read_arrays(golden).items():
        assert_array_equal(read_arrays(exported)[name], array)
    words = ["the", "qqqq", "of", "\ud800"]
    found, vectors = exported_vectors(str(exported), words)
    assert found == ["the", "of"] and vectors.dtype == np.float32
    assert_array_equal(vectors, GloveFile(glove).lookup(words)[1])


def test_it_answers_without_glove_as_the_checkpoint_does_with_it(
    exported, run_main, fixtures_dir, tmp_path
):
    done = run_main(
        "--mode=official_eval",
        f"--ckpt_load_dir={exported}",
        f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
        f"--json_out_path={tmp_path / 'out.json'}",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    expected = (fixtures_dir / "golden_predictions.json").read_bytes()
    assert (tmp_path / "out.json").read_bytes() == expected


def test_glove_as_fasttext_would_write_it_gives_the_same(flags, exported, fixtures_dir, tmp_path):
    lines = (fixtures_dir / "glove.small.50d.txt").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "g.vec"
    text = "".join(line + " \n" for line in [f"{len(lines)} 50", *lines])
    path.write_text(text + "\n", encoding="utf-8")
    folder = tmp_path / "export"
    assert main([*flags, f"--glove_path={path}", f"--export_dir={folder}"]) == 0
    for name in ("words.txt", "vectors.npy"):
        assert (folder / name).read_bytes() == (exported / name).read_bytes()


def test_damaged_vectors_are_noticed(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "copy")
    path = tmp_path / "copy" / "vectors.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match="vectors.npy: damaged"):
        exported_vectors(str(tmp_path / "copy"), ["the"])
    path.unlink()
    with pytest.raises(InputError, match="vectors.npy: expected"):
        exported_vectors(str(tmp_path / "copy"), ["the"])


def test_words_are_read_once_and_none_that_has_a_space_or_is_no_utf_8(tmp_path):
    path = tmp_path / "g.txt"
    path.write_bytes(b"the 1 2\n. . 3 4\na 5 6\nthe 7 8\n\xff 9 9\n")
    words, vectors, _ = GloveFile(path).read_all()
    assert words == ["the", "a"] and vectors.tolist() == [[1, 2], [5, 6]]


@pytest.mark.parametrize(
    "more, part",
    [
        ([], "--export_dir"),
        (["--export_dir=out", "--embedding_size=100"], "--embedding_size"),
        (["--export_dir=out", "--glove_path=none.txt"], "--glove_path"),
        (["--export_dir=file/out"], "--export_dir"),
    ],
)
def test_bad_input_is_one_clear_line(flags, run_main, tmp_path, more, part):
    (tmp_path / "file").write_text("")
    done = run_main(*flags, *more, cwd=tmp_path)
    assert done.returncode == 2 and not (tmp_path / "out").exists()
    (line,) = done.stderr.splitlines()
    assert part in line


def test_it_never_writes_over_the_checkpoint(flags, run_main, fixtures_dir, tmp_path):
    shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "ckpt")
    before = {path.name: path.read_bytes() for path in (tmp_path / "ckpt").iterdir()}
    ours = [f"--ckpt_load_dir={tmp_path / 'ckpt'}", f"--export_dir={tmp_path / 'ckpt'}"]
    done = run_main(*flags, *ours)
    assert done.returncode == 2 and "--export_dir" in done.stderr
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "ckpt").iterdir()}
    assert json.loads(before["config.json"])["files"].keys() == {"weights"}


def test_an_export_of_an_export_needs_no_glove_and_is_the_same(exported, run_main, tmp_path):
    flags = ["--mode=export", f"--ckpt_load_dir={exported}", f"--export_dir={tmp_path / 'again'}"]
    done = run_main(*flags, f"--data_dir={tmp_path}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "with 574 vectors" in done.stdout
    for path in exported.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


@pytest.fixture
def drqa(fixtures_dir, tmp_path):
    """Folder of a small checkpoint of a model that has no graphs, with random weights."""
    config = make_config({"model": "drqa", "embedding_size": 50, "hidden_size": 6})
    train = preprocess(read_squad(fixtures_dir / "small-train-v1.1.json"))
    features = fitted_features(config, train)
    return save_reader(tmp_path / "drqa", make_model(config, features), features, config)


def test_onnx_of_a_model_without_graphs_is_one_line_and_no_folder(flags, drqa, run_main, tmp_path):
    where = [f"--ckpt_load_dir={drqa}", "--export_dir=out"]
    done = run_main(*flags, *where, "--format=onnx", cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    line = "main.py: error: --format=onnx: expected a model that has ONNX graphs, got 'drqa'\n"
    assert done.stderr == line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_onnx_of_weights_that_are_not_finite_is_one_line_and_no_folder(
    flags, tmp_path, monkeypatch, capsys, number
):
    def damaged(*args, **kwargs):
        arrays = read_arrays(*args, **kwargs)
        arrays["qa_model/blend/bias"] = np.full_like(arrays["qa_model/blend/bias"], number)
        return arrays

    monkeypatch.setattr("squad_reader.predict.export.read_arrays", damaged)
    assert main([*flags, f"--export_dir={tmp_path / 'out'}", "--format=onnx"]) == 2
    line = "main.py: error: --format=onnx: expected weights that are finite, got "
    assert capsys.readouterr().err == f"{line}qa_model/blend/bias\n"
    assert not (tmp_path / "out").exists()


def test_an_onnx_export_has_no_weights_to_export_again(as_onnx, run_main, tmp_path):
    for more in ([], ["--format=onnx"]):
        flags = ["--mode=export", f"--ckpt_load_dir={as_onnx}", "--export_dir=out", *more]
        done = run_main(*flags, cwd=tmp_path)
        assert done.returncode == 2 and not (tmp_path / "out").exists()
        (line,) = done.stderr.splitlines()
        assert "this checkpoint has no weights" in line


@pytest.fixture(scope="module")
def as_onnx(flags, run_main, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "onnx"
    done = run_main(*flags, f"--export_dir={folder}", "--format=onnx")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return folder


def test_onnx_files_pass_the_checker_and_say_what_they_are(as_onnx):
    names = {"words.onnx", "context.onnx", "question.onnx", "config.json", "words.txt"}
    assert {path.name for path in as_onnx.iterdir()} == {*names, "vectors.npy"}
    for path in as_onnx.glob("*.onnx"):
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        told = {each.key: each.value for each in model.metadata_props}
        assert json.loads(told["model"])["model"] == "baseline" and told["features"] == "ids"
        assert told["tokenizer_version"] == "1" and "CC BY-SA" in told["licence"]


def test_onnx_files_answer_as_the_checkpoint_does(as_onnx, run_main, flags, fixtures_dir, tmp_path):
    answers = []
    for where in ([f"--ckpt_load_dir={as_onnx}"], flags[1:]):
        done = run_main(
            "--mode=official_eval",
            *where,
            f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
            f"--json_out_path={tmp_path / 'out.json'}",
        )
        assert done.returncode == 0, done.stderr
        answers.append((tmp_path / "out.json").read_bytes())
    assert answers[0] == answers[1]
