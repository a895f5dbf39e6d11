"""scripts/ship.py: half the bytes, the same answers on the small set, and what it refuses."""

import numpy as np
import pytest
import ship

from squad_reader.predict.checkpoints import read_arrays, read_facts, save_checkpoint
from squad_reader.predict.reader import Reader
from v4 import checkpoint


@pytest.fixture
def golden(fixtures_dir):
    return fixtures_dir / "golden_checkpoint"


def test_half_of_each_weight_is_kept_to_three_digits(golden, tmp_path):
    assert ship.main([str(golden), f"--out={tmp_path}"]) == 0
    before, after = read_arrays(golden), read_arrays(tmp_path)
    assert before.keys() == after.keys()
    for name in before:
        assert after[name].dtype == np.float32
        np.testing.assert_allclose(after[name], before[name], rtol=1e-3, atol=1e-7)
    size, whole = (
        sum(path.stat().st_size for path in folder.glob("*.npz")) for folder in (tmp_path, golden)
    )
    assert size < 0.6 * whole
    assert read_facts(tmp_path).model == read_facts(golden).model


def test_both_editions_read_the_same_numbers(golden, tmp_path):
    ship.ship(golden, tmp_path)
    ours = read_arrays(tmp_path)
    theirs = checkpoint.read_arrays(str(tmp_path), checkpoint.read_config(str(tmp_path)), "weights")
    assert ours.keys() == theirs.keys()
    for name in ours:
        assert theirs[name].dtype == np.float32
        np.testing.assert_array_equal(theirs[name], ours[name])


def test_a_shipped_reader_answers(golden, fixtures_dir, tmp_path):
    ship.ship(golden, tmp_path)
    glove = fixtures_dir / "glove.small.50d.txt"
    question = ("Zorn  met Alma in Riga.", "Who met Alma?")
    whole, half = (Reader.load(folder, glove).answer(*question)[0] for folder in (golden, tmp_path))
    assert half.text == whole.text
    assert half.probability == pytest.approx(whole.probability, rel=1e-2)


@pytest.mark.parametrize("number", [70_000.0, np.nan])
def test_what_half_precision_cannot_hold_is_refused(golden, tmp_path, number, capsys):
    arrays = {**read_arrays(golden), "too_large": np.array([number], np.float32)}
    save_checkpoint(tmp_path / "large", {"weights": arrays}, read_facts(golden))
    assert ship.main([str(tmp_path / "large"), f"--out={tmp_path / 'out'}"]) == 2
    assert "too_large: expected numbers up to 65,504" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_is_not_replaced_by_its_half(golden, capsys):
    assert ship.main([str(golden), f"--out={golden}"]) == 2
    assert "expected another folder" in capsys.readouterr().err
