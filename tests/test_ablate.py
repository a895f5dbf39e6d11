"""scripts/ablate.py: each part that can be left out is, and the rest trains."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from ablate import CLASSES, FLAGS
from made_up import Traced
from small_reader import small_reader, small_sizes

from squad_reader import registry
from squad_reader.config import make_config
from squad_reader.model.fusion.options import FUSION
from squad_reader.registry import register

LOGITS = ("start_logits", "end_logits")
SCRIPT = Path(__file__).parent.parent / "scripts" / "ablate.py"


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))


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


def logits(part, questions=4):
    """Gives a function of inputs, the logits of a small reader without that part; and inputs."""
    options = {**small_sizes("fusion"), "trained_words": 3, "shapes": 4, "letter_buckets": 9}
    given = (flag.removeprefix("--").split("=") for flag in FLAGS.get(part, []))
    options |= {name: float(value) if "." in value else int(value) for name, value in given}
    name = "fusion"
    if part in CLASSES:
        name = f"fusion_without_{part}"
        register(name, replace(FUSION, model=CLASSES[part]))
    model, inputs = small_reader(name, questions, share=True, **options)
    traced = Traced(model)
    return lambda inputs: np.stack([traced(inputs)[name] for name in LOGITS]), inputs, model


def test_without_match_features_they_have_no_influence():
    for part, same in (("none", False), ("match", True)):
        score, inputs, _ = logits(part)
        without = {**inputs, "pair_match": np.zeros_like(inputs["pair_match"])}
        assert np.array_equal(score(inputs), score(without)) is same


@pytest.mark.parametrize(
    ("part", "name"), [("letters", "word_grams"), ("trained_vectors", "word_shape")]
)
def test_without_letters_or_vectors_one_stands_for_all(part, name):
    for each, same in (("none", False), (part, True)):
        score, inputs, _ = logits(each)
        other = np.where(inputs[name] > 1, 1, inputs[name])
        assert np.array_equal(score(inputs), score({**inputs, name: other})) is same


def test_without_self_attention_a_token_finds_nothing():
    _, inputs, model = logits("self_attention")
    tokens, mask = np.ones((2, 3, 12), "float32"), np.ones((2, 3), bool)
    assert not np.any(model.self_attention(tokens, mask))
    assert not model.self_attention.trainable_variables


def test_without_the_end_it_is_told_nothing_of_the_start():
    _, inputs, model = logits("end")
    tokens, mask = np.ones((2, 3, 12), "float32"), np.ones((2, 3), bool)
    assert not np.any(model.pointer.expected_start(mask * 1.0, tokens, mask))


def test_without_averages_there_are_none():
    assert make_config({"model": "fusion"}).ema > 0
    assert FLAGS["average"] == ["--ema=0"]
