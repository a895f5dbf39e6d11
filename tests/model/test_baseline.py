"""What the baseline promises beyond the contract: its sums, its dropout, its weights."""

from pathlib import Path

import keras
import numpy as np
import pytest
from made_up import small_baseline
from numpy.testing import assert_allclose

from squad_reader.data.batches import Batch
from squad_reader.train.optimizer import ClippedAdam

HERE = Path(__file__).resolve().parent
V, D, H = 30, 6, 8
T_LENGTHS, J_LENGTHS = np.array([9, 5, 1]), np.array([4, 2, 3])
VECTORS = np.random.default_rng(0).normal(size=(V, D)).astype("float32")
IDS = np.arange(V, dtype="int32")  # row i of the table is the word with id i
VECTORS[:4] = 0  # PAD, UNK and two words that train


def make(dropout=0.0, seed=1, hidden_size=H):
    options = {"hidden_size": hidden_size, "dropout": dropout, "embedding_size": D, "seed": seed}
    return small_baseline(**options)[0]


def padded(rng, lengths, width):
    mask = np.arange(width) < lengths[:, None]
    return np.where(mask, rng.integers(1, V, mask.shape), 0).astype("int32"), mask


def make_batch(width=9, question_width=4):
    rng = np.random.default_rng(2)
    arrays = [*padded(rng, T_LENGTHS, 9), *padded(rng, J_LENGTHS, 4)]
    more = [width - 9] * 2 + [question_width - 4] * 2
    names = ("context_words", "context_mask", "question_words", "question_mask")
    inputs = {
        name: np.pad(array, ((0, 0), (0, wider)))
        for name, array, wider in zip(names, arrays, more, strict=True)
    }
    rows = np.arange(3)
    return Batch(
        rows,
        rows,
        {**inputs, "word_ids": IDS, "word_vectors": VECTORS},
        np.array([2, 0, 0], dtype="int32"),
        np.array([4, 1, 0], dtype="int32"),
        np.zeros(3, dtype="int8"),
    )


def logits(model, batch):
    found = model(batch.inputs)
    return np.stack([np.asarray(found["start_logits"]), np.asarray(found["end_logits"])])


def test_equals_the_baseline_written_out_in_numpy():
    model, batch = make(), make_batch()
    found = logits(model, batch)
    start, end = (np.asarray(x) for x in _numpy_baseline(model, batch))
    real = batch.context_mask
    assert_allclose(found[0][real], start[real], atol=1e-5)
    assert_allclose(found[1][real], end[real], atol=1e-5)
    assert np.all(found[:, ~real] < -1e29)


def _numpy_baseline(model, batch):
    """Attention, ReLU and the two linear layers in float64; the encoder has a test of its own."""
    inputs = batch.inputs
    context, question = (
        np.asarray(
            model.encoder(
                model.word_vectors(inputs, inputs[f"{side}_words"]), inputs[f"{side}_mask"]
            ),
            "float64",
        )
        for side in ("context", "question")
    )
    scores = np.einsum("btd,bjd->btj", context, question)
    weights = np.where(inputs["question_mask"][:, None], np.exp(scores), 0.0)
    weights /= weights.sum(axis=-1, keepdims=True)
    attended = np.einsum("btj,bjd->btd", weights, question)
    kernel, bias = (np.asarray(w, "float64") for w in model.blend.get_weights())
    blended = np.maximum(np.concatenate([context, attended], axis=-1) @ kernel + bias, 0)
    for layer in (model.start, model.end):
        weight, offset = (np.asarray(w, "float64") for w in layer.linear.get_weights())
        yield (blended @ weight + offset)[..., 0]


def test_padding_never_changes_a_logit():
    model = make()
    expected, mask = logits(model, make_batch()), make_batch().context_mask
    for widths in ((12, 4), (9, 7), (15, 9)):
        found = logits(model, make_batch(*widths))[:, :, :9]
        assert_allclose(found[:, mask], expected[:, mask], atol=1e-5)


def test_the_loss_is_the_sum_of_both_cross_entropies_by_hand():
    logit_rows = np.log(np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]], dtype="float32"))
    y = {"start_pos": np.array([0, 1]), "end_pos": np.array([2, 0])}
    loss = make().compute_loss(y=y, y_pred={"start_logits": logit_rows, "end_logits": logit_rows})
    expected = -np.mean([np.log(0.5) + np.log(0.25), np.log(0.75) + np.log(0.125)])
    assert_allclose(float(loss), expected, rtol=1e-6)


@pytest.mark.parametrize("limit", [0, 1, 3])
def test_the_answer_span_is_legal_and_the_best(limit):
    model, batch = make(), make_batch()
    start, end = model.get_log_probs(batch)
    assert_allclose(np.exp(start).sum(axis=1), 1.0)
    for i, (first, last, log_prob) in enumerate(
        zip(*model.get_start_end_pos(batch, limit), strict=True)
    ):
        scores = {
            (a, b): start[i, a] + end[i, b]
            for a in range(T_LENGTHS[i])
            for b in range(a, T_LENGTHS[i])
            if not limit or b - a < limit
        }
        assert (first, last) == max(scores, key=scores.get)
        assert_allclose(log_prob, max(scores.values()))


def test_independent_gives_the_two_argmaxes():
    model, batch = make(), make_batch()
    start, end = model.get_log_probs(batch)
    start_pos, end_pos, _ = model.get_start_end_pos(batch, span="independent")
    assert start_pos.tolist() == start.argmax(axis=1).tolist()
    assert end_pos.tolist() == end.argmax(axis=1).tolist()


def test_the_same_seed_gives_the_same_weights_and_another_seed_others():
    first, same, other = (
        [np.asarray(weight) for weight in make(seed=seed).trainable_variables] for seed in (1, 1, 2)
    )
    assert all(np.array_equal(a, b) for a, b in zip(first, same, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_what_trains_has_a_path_of_its_own_and_is_not_glove():
    model = make()
    paths = [weight.path for weight in model.trainable_variables]
    assert len(set(paths)) == len(paths) == 13
    assert all(V not in weight.shape for weight in model.variables)


def trained(model, batch, steps, learning_rate=0.01):
    model.compile(optimizer=ClippedAdam(learning_rate))
    losses = []
    for _ in range(steps):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(batch.inputs, batch.targets())))
    return losses


def test_every_weight_that_trains_changes_in_one_step():
    model = make(dropout=0.1)
    before = [np.array(weight) for weight in model.trainable_variables]
    trained(model, make_batch(), 1)
    for weight, old in zip(model.trainable_variables, before, strict=True):
        # softmax does not care for a common bias, and not every word is in the batch
        if "linear/bias" not in weight.path:
            assert np.any(np.asarray(weight) != old), weight.path


def test_the_loss_falls_and_three_examples_are_learned_by_heart():
    model, batch = make(hidden_size=16), make_batch()
    losses = trained(model, batch, 80)
    assert losses[-1] < 0.1 < losses[0]
    start_pos, end_pos, _ = model.get_start_end_pos(batch)
    assert start_pos.tolist() == [2, 0, 0] and end_pos.tolist() == [4, 1, 0]


def test_dropout_acts_in_training_only():
    model, batch = make(dropout=0.5), make_batch()
    still = logits(model, batch)
    assert_allclose(logits(model, batch), still)
    noisy = np.asarray(model(batch.inputs, training=True)["start_logits"])
    assert np.any(np.abs(noisy - still[0])[batch.context_mask] > 1e-3)


def test_mixed_precision_gives_finite_logits(bfloat16):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        found = logits(make(), make_batch())
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.all(np.isfinite(found)) and found.dtype == np.float32
