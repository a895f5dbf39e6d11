"""A checkpoint as ONNX graphs: the answers of Keras, without Keras; the graphs are made once."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from squad_reader import registry
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.predict.reader import Reader

CODE = Path(__file__).parents[2] / "code"
ASK = """
import sys
from squad_reader import Reader
reader = Reader.load(sys.argv[1], sys.argv[2], runtime="onnx")
print(reader.answer("Zorn  met Alma in Riga.", "Who met Alma?")[0].text)
print(sorted({"keras", "tensorflow", "sklearn", "onnx"} & set(sys.modules)))
"""


@pytest.fixture
def checkpoint(fixtures_dir, tmp_path):
    """A copy of the golden checkpoint."""
    return shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "checkpoint")


@pytest.fixture(scope="module")
def glove(fixtures_dir):
    return fixtures_dir / "glove.small.50d.txt"


def graphs_in(folder):
    return sorted(path.name for path in folder.glob("graphs-*.npz"))


def test_all_answers_and_n_best_lists_are_those_of_keras(checkpoint, glove, fixtures_dir):
    questions = [
        (data.contexts[example.context_index], example.question)
        for data in (read_squad(fixtures_dir / "tiny-v1.1.json"),)
        for example in data.examples
    ]
    keras, onnx = (
        Reader.load(checkpoint, glove, runtime=runtime).answer_many(questions, n_best=5)
        for runtime in ("keras", "onnx")
    )
    for theirs, ours in zip(keras, onnx, strict=True):
        assert [each[:3] for each in ours] == [each[:3] for each in theirs]
        for mine, one in zip(ours, theirs, strict=True):
            assert mine.probability == pytest.approx(one.probability, abs=1e-4)


def test_graphs_are_made_once_and_then_need_neither_keras_nor_onnx(checkpoint, glove):
    def ask():
        command = [sys.executable, "-c", ASK, str(checkpoint), str(glove)]
        return subprocess.run(command, capture_output=True, text=True, cwd=CODE)

    first, second = ask(), ask()
    assert first.returncode == 0, first.stderr
    (name,) = graphs_in(checkpoint)
    assert first.stderr == f"Wrote the model's ONNX graphs to {checkpoint / name}\n"
    assert second.stderr == ""
    assert first.stdout.splitlines()[1] == "['onnx']" and second.stdout.splitlines()[1] == "[]"
    assert first.stdout.splitlines()[0] == second.stdout.splitlines()[0]


def test_damaged_graphs_and_those_of_other_weights_are_made_anew(checkpoint, glove, capfd):
    Reader.load(checkpoint, glove, runtime="onnx")
    (name,) = graphs_in(checkpoint)
    (checkpoint / name).write_bytes(b"PK")
    (checkpoint / "graphs-0123456789abcdef.npz").write_bytes(b"")
    capfd.readouterr()
    Reader.load(checkpoint, glove, runtime="onnx")
    assert name in capfd.readouterr().err
    Reader.load(checkpoint, glove, runtime="onnx")
    assert capfd.readouterr().err == ""


def test_a_folder_that_cannot_be_written_serves_too(checkpoint, glove, monkeypatch):
    def refuse(*args, **kwargs):
        raise InputError("cannot write")

    monkeypatch.setattr("squad_reader.predict.graphs.atomic_write", refuse)
    reader = Reader.load(checkpoint, glove, runtime="onnx")
    assert reader.answer("Zorn met Alma.", "Who met Alma?")[0].text
    assert graphs_in(checkpoint) == []


def test_a_model_without_graphs_is_refused(checkpoint, glove, monkeypatch):
    without = replace(registry.architecture("baseline"), graphs="")
    monkeypatch.setattr(registry, "_registered", {**registry._registered, "baseline": without})
    with pytest.raises(InputError, match="expected a model that has ONNX graphs, got 'baseline'"):
        Reader.load(checkpoint, glove, runtime="onnx")
