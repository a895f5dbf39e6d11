"""A checkpoint as ONNX graphs: the answers of Keras, without Keras; the graphs are made once."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from squad_reader import registry
from squad_reader.data.batch_order import sorted_batches
from squad_reader.data.batches import make_batches
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.errors import InputError
from squad_reader.files import SHIPPED
from squad_reader.model import span_decoder
from squad_reader.predict.reader import Reader

CODE = Path(__file__).parents[2] / "code"
MARGIN = 2e-5  # in nats, as in test_equal_answers.py
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


class Both:
    """A checkpoint in Keras and as graphs."""

    def __init__(self, *where):
        self.keras, self.onnx = (Reader.load(*where, runtime=name) for name in ("keras", "onnx"))

    def answers(self, path, n_best=1):
        """Of each to the questions of a file."""
        data = read_squad(path)
        pairs = [(data.contexts[each.context_index], each.question) for each in data.examples]
        return [reader.answer_many(pairs, n_best) for reader in (self.keras, self.onnx)]

    def batches(self, path):
        """The questions of a file as they are read."""
        data = preprocess(read_squad(path))
        rows, (encoded,) = self.keras.rows(data), self.keras.encode(data)
        return make_batches(rows, encoded, sorted_batches(rows, self.keras.reading.batch_size))


@pytest.fixture(scope="module")
def golden(fixtures_dir, glove, tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden") / "checkpoint"
    return Both(shutil.copytree(fixtures_dir / "golden_checkpoint", folder), glove)


@pytest.fixture(scope="module")
def shipped():
    return Both(SHIPPED)


@pytest.fixture(params=["golden", "shipped"])
def both(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(
    params=[
        "tiny-v1.1.json",
        "small-dev-v1.1.json",
        pytest.param("tiny-dev.json", marks=pytest.mark.slow),
    ]
)
def data_path(request, fixtures_dir):
    """Small data sets of the tests, and one of SQuAD where that is at hand."""
    path = fixtures_dir / request.param
    return path if path.exists() else request.getfixturevalue("real_squad")(request.param)


def test_the_best_answers_are_those_of_keras(both, data_path):
    keras, onnx = both.answers(data_path)
    assert [best[:3] for (best,) in onnx] == [best[:3] for (best,) in keras]


def test_no_answer_of_the_shipped_reader_is_near_the_edge(shipped, data_path, monkeypatch):
    """Otherwise the answers above would be equal by chance: see predict/test_equal_answers.py."""
    found, distance = [], span_decoder.DISTANCE
    for change in (-MARGIN, MARGIN):
        monkeypatch.setattr(span_decoder, "DISTANCE", distance + change)
        found.append([best[:3] for (best,) in shipped.answers(data_path)[1]])
    assert found[0] == found[1]


def test_the_logits_are_those_of_keras(both, data_path):
    for batch in both.batches(data_path):
        keras, onnx = (
            reader.members[0].scorer.get_logits(batch) for reader in (both.keras, both.onnx)
        )
        for theirs, ours in zip(keras, onnx, strict=True):
            real, others = ours[batch.context_mask], theirs[batch.context_mask]
            assert np.all(np.abs(real - others) <= 1e-4 * np.maximum(1.0, np.abs(others)))


def test_all_answers_and_n_best_lists_are_those_of_keras(golden, fixtures_dir):
    keras, onnx = golden.answers(fixtures_dir / "tiny-v1.1.json", n_best=5)
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


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"PK", lambda whole: whole[:-100], lambda whole: whole[:2000]],
    ids=["empty", "no zip", "cut off", "cut short"],
)
def test_damaged_graphs_are_made_anew(checkpoint, glove, capfd, damage):
    Reader.load(checkpoint, glove, runtime="onnx")
    (name,) = graphs_in(checkpoint)
    whole = (checkpoint / name).read_bytes()
    (checkpoint / name).write_bytes(damage(whole))
    capfd.readouterr()
    Reader.load(checkpoint, glove, runtime="onnx")
    assert name in capfd.readouterr().err
    Reader.load(checkpoint, glove, runtime="onnx")
    assert capfd.readouterr().err == ""


@pytest.fixture
def read_only(checkpoint, monkeypatch):
    """No file can be written into the folder of the checkpoint."""
    from squad_reader.data import cache

    write = cache.atomic_write

    def refuse(path, mode):
        if checkpoint in path.parents:
            raise InputError(f"cannot write {path}: Read-only file system")
        return write(path, mode)

    monkeypatch.setattr(cache, "atomic_write", refuse)


def told(caplog, capfd):
    """What was said since the last time."""
    lines = [*caplog.messages, *capfd.readouterr().err.splitlines()]
    caplog.clear()
    return lines


def test_a_folder_that_cannot_be_written_serves_too_and_is_told_of(
    checkpoint, glove, read_only, caplog, capfd
):
    for _ in range(2):
        reader = Reader.load(checkpoint, glove, runtime="onnx")
        assert reader.answer("Zorn met Alma.", "Who met Alma?")[0].text
        (line,) = told(caplog, capfd)
        assert "going on without" in line and line.endswith("Read-only file system")
    assert graphs_in(checkpoint) == []


def test_graphs_that_cannot_be_beside_the_weights_are_kept_in_the_cache(
    checkpoint, glove, read_only, caplog, capfd, tmp_path, monkeypatch
):
    cache_dir = tmp_path / "cache"
    Reader.load(checkpoint, glove, cache_dir, runtime="onnx")
    lines = told(caplog, capfd)
    (name,) = graphs_in(cache_dir)
    assert lines[-1] == f"Wrote the model's ONNX graphs to {cache_dir / name}"
    monkeypatch.setitem(sys.modules, "onnx", None)  # it would make them anew
    reader = Reader.load(checkpoint, glove, cache_dir, runtime="onnx")
    assert told(caplog, capfd) == [] and graphs_in(checkpoint) == []
    assert reader.answer("Zorn met Alma.", "Who met Alma?")[0].text


def test_a_model_without_graphs_is_refused(checkpoint, glove, monkeypatch):
    without = replace(registry.architecture("baseline"), graphs="")
    monkeypatch.setattr(registry, "_registered", {**registry._registered, "baseline": without})
    with pytest.raises(InputError, match="expected a model that has ONNX graphs, got 'baseline'"):
        Reader.load(checkpoint, glove, runtime="onnx")
