"""scripts/ablate.py: each part that can be left out is, and the rest trains."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from ablate import CLASSES, FLAGS

SCRIPT = Path(__file__).parent.parent / "scripts" / "ablate.py"


def ablate(*args):
    command = [sys.executable, str(SCRIPT), *args]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_says_what_can_be_left_out():
    done = ablate("nothing")
    assert done.returncode == 1
    for part in (*FLAGS, *CLASSES):
        assert f"    {part} " in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("part", sorted(CLASSES))
def test_a_reader_without_a_part_trains(part, tmp_path, small_flags):
    flags = [flag for flag in small_flags(tmp_path) if not flag.startswith("--mode")]
    done = ablate(part, *flags, "--warmup_steps=0")
    assert done.returncode == 0, done.stderr
    with np.load(next((tmp_path / "best_checkpoint").glob("weights-*.npz"))) as weights:
        assert any("self_level" in name for name in weights.files)


def test_what_is_left_out_has_no_influence():
    from ablated_fusion import WithoutEnd, WithoutMatch, WithoutSelfAttention

    last = np.ones((2, 3, 4), "float32")
    mask = np.ones((2, 3), bool)
    assert not np.any(WithoutSelfAttention._look_at_itself(None, last, mask))
    without_end = object.__new__(WithoutEnd)
    assert not np.any(WithoutEnd._expected_start(without_end, mask * 1.0, last, mask))
    assert WithoutMatch.score is not WithoutMatch.__mro__[1].score
