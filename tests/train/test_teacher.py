"""What a teacher says: by hand, as its own model says it, from the cache; and the loss with it."""

import shutil

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from squad_reader.config import make_config
from squad_reader.data.batches import make_batch
from squad_reader.data.encoded import Encoded
from squad_reader.data.preprocess import load_or_preprocess
from squad_reader.data.rows import training_rows
from squad_reader.errors import InputError
from squad_reader.model.attention import MASKED_LOGIT
from squad_reader.model.qa_model import QAModel
from squad_reader.predict.checkpoints import read_arrays, read_facts, save_checkpoint
from squad_reader.predict.members import load_member
from squad_reader.train import teacher
from squad_reader.train.loop import Trainer
from squad_reader.train.teacher import KEPT, likeliest, likely_answers


@pytest.fixture
def config(options, fixtures_dir, tmp_path):
    golden = str(fixtures_dir / "golden_checkpoint")
    return make_config({**options, "teacher": golden, "cache_dir": str(tmp_path / "cache")})


@pytest.fixture
def rows(config):
    data = load_or_preprocess(config.train_path, None)
    return training_rows(data, config.context_len, config.question_len)


def test_the_likeliest_positions_share_all():
    probs = np.array([[0.1, 0.5, 0.2, 0.2], [0.0, 0.25, 0.75, 0.0]])
    with np.errstate(divide="ignore"):
        positions, shares = likeliest(np.log(probs))
    assert positions.tolist() == [[1, 2, 3, 0], [2, 1, 0, 0]]
    assert_allclose(shares, [[0.5, 0.2, 0.2, 0.1], [0.75, 0.25, 0, 0]])


def test_of_many_positions_some_are_kept_and_their_shares_are_scaled():
    probs = np.full((1, 40), 0.01)
    probs[0, 7] = 0.61
    positions, shares = likeliest(np.log(probs))
    assert positions[0].tolist() == [7, *range(7), 8, 9][:KEPT] and shares.shape == (1, KEPT)
    assert_allclose(shares[0], [0.61 / 0.7, *[0.01 / 0.7] * 9])


def test_it_is_what_the_teachers_own_model_says(config, rows):
    likely = likely_answers(config, rows)
    member, _ = load_member(config.teacher, config.glove_path)
    encoded = Encoded(rows.data, member.features, config.question_len)
    for number in (0, 17, len(rows) - 1):
        batch = make_batch(rows, encoded, np.array([number]))
        length = rows.lengths[number]
        for side, logits in zip(("start", "end"), member.scorer.get_logits(batch), strict=True):
            probs = np.exp(logits[0, :length]) / np.exp(logits[0, :length]).sum()
            best = np.sort(probs)[::-1][:KEPT]
            positions = likely[f"{side}_likely"][number]
            assert_allclose(probs[positions], best, rtol=1e-4)
            expected = config.teacher_share * best / best.sum()
            assert_allclose(likely[f"{side}_share"][number], expected, rtol=1e-4)


def test_of_two_teachers_the_mean_counts(config, rows):
    one = likely_answers(config, rows)
    both = make_config({**vars_of(config), "teacher": f"{config.teacher},{config.teacher}"})
    for name, array in likely_answers(both, rows).items():
        assert_allclose(array, one[name], rtol=1e-5)


def vars_of(config):
    names = "train_path dev_path glove_path embedding_size hidden_size cache_dir".split()
    return {name: getattr(config, name) for name in names if hasattr(config, name)}


def test_it_is_read_once(config, rows, monkeypatch):
    first = likely_answers(config, rows)
    monkeypatch.setattr(teacher, "_read", None)
    for name, array in likely_answers(config, rows).items():
        assert_array_equal(array, first[name])
    share = make_config({**vars_of(config), "teacher": config.teacher, "teacher_share": 1.0})
    assert_array_equal(likely_answers(share, rows)["end_share"], 2 * first["end_share"])
    with pytest.raises(TypeError):  # other rows are read
        likely_answers(config, rows.take(np.arange(5)))


def test_the_loss_is_that_of_the_mixed_target():
    """Against the cross-entropy of a target that is written out."""
    rng = np.random.default_rng(0)
    logits = {side: rng.normal(size=(3, 6)).astype(np.float32) for side in ("start", "end")}
    logits["start"][1, 4:] = logits["end"][1, 4:] = MASKED_LOGIT
    y, expected = {}, 0.0
    for side in ("start", "end"):
        gold, likely = rng.integers(0, 4, 3), np.array([[0, 3, 0], [1, 2, 0], [5, 0, 0]])
        share = np.array([[0.3, 0.2, 0], [0.1, 0.4, 0], [0.5, 0, 0]], np.float32)
        y |= {f"{side}_pos": gold, f"{side}_likely": likely, f"{side}_share": share}
        target = np.zeros((3, 6))
        np.add.at(target, (np.arange(3)[:, None], likely), share)
        target[np.arange(3), gold] += 1 - share.sum(axis=1)
        log_probs = logits[side] - np.log(np.exp(logits[side]).sum(axis=1, keepdims=True))
        expected -= np.sum(np.where(target > 0, target * log_probs, 0)) / 3
    outputs = {f"{side}_logits": each for side, each in logits.items()}
    loss = QAModel.compute_loss(None, y=y, y_pred=outputs)
    assert_allclose(float(loss), expected, rtol=1e-5)


def test_a_share_of_nothing_is_the_plain_loss():
    y = {"start_pos": np.array([1]), "end_pos": np.array([0])}
    outputs = {f"{side}_logits": np.array([[1.0, 3.0]], np.float32) for side in ("start", "end")}
    none = {f"{side}_likely": np.array([[1, 0]]) for side in ("start", "end")}
    none |= {f"{side}_share": np.zeros((1, 2), np.float32) for side in ("start", "end")}
    losses = [QAModel.compute_loss(None, y={**y, **m}, y_pred=outputs) for m in ({}, none)]
    assert float(losses[0]) == float(losses[1])
    assert keras.ops.shape(losses[1]) == ()


def test_a_run_goes_on_with_the_same_teacher_only(options, fixtures_dir, script):
    golden = str(fixtures_dir / "golden_checkpoint")
    Trainer(make_config({**options, "teacher": golden})).run()
    with pytest.raises(
        InputError, match=r"--teacher: the experiment in .* was begun with .*golden"
    ):
        Trainer(make_config(options))


def test_a_run_does_not_go_on_with_other_weights_of_its_teacher(
    options, fixtures_dir, tmp_path, script
):
    shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "teacher")
    config = make_config({**options, "teacher": str(tmp_path / "teacher")})
    for _ in range(2):  # the second one finds the same teacher
        Trainer(config).run()
    weights, facts = read_arrays(tmp_path / "teacher"), read_facts(tmp_path / "teacher")
    other = {name: 1.5 * array for name, array in weights.items()}
    save_checkpoint(tmp_path / "teacher", {"weights": other}, facts)
    with pytest.raises(InputError, match=r"^--teacher: the run was begun with \['.*give the same"):
        Trainer(config)


def test_a_teacher_that_is_not_there_is_told(options):
    with pytest.raises(InputError, match=r"nowhere.config\.json: No such file"):
        Trainer(make_config({**options, "teacher": "nowhere"}))
