"""scripts/ship.py: half the bytes, almost the same answers without GloVe, and what it refuses."""

import errno

import numpy as np
import pytest
import ship

from squad_reader.data.exported_vectors import ExportedVectors
from squad_reader.predict.checkpoints import (
    SCALES,
    VECTORS,
    WORDS,
    file_of,
    read_arrays,
    read_facts,
    save_checkpoint,
)
from squad_reader.predict.reader import Reader
from v4 import checkpoint, official_eval


@pytest.fixture(scope="module")
def golden(fixtures_dir):
    return fixtures_dir / "golden_checkpoint"


@pytest.fixture(scope="module")
def shipped(golden, fixtures_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shipped")
    ship.ship(golden, folder, fixtures_dir / "glove.small.50d.txt", 500)
    return folder


def test_each_weight_is_kept_to_three_digits_in_half_the_bytes(golden, shipped):
    before, after = read_arrays(golden), read_arrays(shipped)
    assert before.keys() == after.keys()
    for name in before:
        assert after[name].dtype == np.float32
        np.testing.assert_allclose(after[name], before[name], rtol=1e-3, atol=1e-7)
    sizes = [file_of(folder, "weights").stat().st_size for folder in (shipped, golden)]
    assert sizes[0] < 0.6 * sizes[1]
    assert read_facts(shipped).model == read_facts(golden).model


def test_both_editions_read_the_same_numbers(golden, shipped):
    ours, config = read_arrays(shipped), checkpoint.read_config(str(shipped))
    theirs = checkpoint.read_arrays(str(shipped), config, "weights")
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert theirs[name].dtype == np.float32
        np.testing.assert_array_equal(theirs[name], ours[name])
    words = ["of", "none", "the"]
    stems = (WORDS, VECTORS, SCALES)
    found, vectors = ExportedVectors(*(file_of(shipped, stem) for stem in stems)).lookup(words)
    exported = official_eval._read_exported(str(shipped), config, words)
    assert list(exported) == found == ["of", "the"]
    np.testing.assert_array_equal(list(exported.values()), vectors)


@pytest.mark.parametrize("runtime", ["keras", "onnx"])
def test_it_answers_without_glove_almost_as_before(golden, shipped, fixtures_dir, runtime):
    question = ("Zorn  met Alma in Riga.", "Who met Alma?")
    whole = Reader.load(golden, fixtures_dir / "glove.small.50d.txt").answer(*question, n_best=3)
    half = Reader.load(shipped, runtime=runtime).answer(*question, n_best=3)
    for ours, theirs in zip(half, whole, strict=True):
        assert ours.text == theirs.text
        assert ours.probability == pytest.approx(theirs.probability, rel=0.05)
    assert not list(shipped.glob("graphs-????????????????.npz"))  # it has its own


@pytest.mark.parametrize("number", [70_000.0, np.nan])
def test_what_half_precision_cannot_hold_is_refused(golden, fixtures_dir, tmp_path, number, capsys):
    arrays = {**read_arrays(golden), "too_large": np.array([number], np.float32)}
    save_checkpoint(tmp_path / "large", {"weights": arrays}, read_facts(golden))
    glove = f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"
    flags = [str(tmp_path / "large"), f"--out={tmp_path / 'out'}", glove]
    assert ship.main(flags) == 2
    assert "too_large: expected numbers up to 65,504" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_is_not_replaced_by_its_half(golden, capsys):
    assert ship.main([str(golden), f"--out={golden}"]) == 2
    assert "expected another folder" in capsys.readouterr().err


@pytest.mark.parametrize("failing", ["words", "a full disk"])
def test_what_fails_leaves_the_earlier_reader_whole(
    golden, fixtures_dir, tmp_path, monkeypatch, failing
):
    def fill(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    glove, out = f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}", tmp_path / "out"
    assert ship.main([str(golden), f"--out={out}", glove, "--words=500"]) == 0
    (out / "README.md").write_text("What it is.")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    if failing == "a full disk":
        monkeypatch.setattr(ship, "write_vectors", fill)
    words = "--words=9999" if failing == "words" else "--words=400"
    assert ship.main([str(golden), f"--out={out}", glove, words]) != 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_another_reader_takes_the_place_of_all_arrays(golden, fixtures_dir, tmp_path):
    glove, out = fixtures_dir / "glove.small.50d.txt", tmp_path / "out"
    ship.ship(golden, out, glove, 500)
    (out / "README.md").write_text("What it is.")
    (out / "weights-99999.npz").touch()
    ship.ship(golden, out, glove, 0)
    assert sorted(read_facts(out).files) == ["graphs", "weights"]
    arrays = {path.name for path in out.iterdir() if path.suffix in (".npz", ".npy")}
    assert arrays == {each.file for each in read_facts(out).files.values()}
    assert (out / "README.md").exists() and Reader.load(out, glove)


def test_more_words_than_glove_has_are_refused(golden, fixtures_dir, tmp_path, capsys):
    glove = f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}"
    assert ship.main([str(golden), f"--out={tmp_path}", glove, "--words=9999"]) == 2
    assert "--words: expected at most 574, as GloVe has, got 9999" in capsys.readouterr().err
