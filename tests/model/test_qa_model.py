"""What `QAModel` promises: the baseline's sums, whatever the padding and the batch."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose

from squad_reader.config import Config
from squad_reader.data.batches import Batch
from squad_reader.model.models import MODELS, make_model
from squad_reader.model.qa_model import QAModel
from squad_reader.train.optimizer import ClippedAdam

V, D, H = 30, 6, 8
T_LENGTHS, J_LENGTHS = np.array([9, 5, 1]), np.array([4, 2, 3])


def make(dropout=0.0, seed=1, hidden_size=H):
    options = {"model": "baseline", "hidden_size": hidden_size, "embedding_size": D}
    model = make_model({**options, "dropout": dropout, "trained_words": 2}, V, seed)
    matrix = np.random.default_rng(0).normal(size=(V, D)).astype("float32")
    matrix[:4] = 0
    model.word_vectors.set_frozen(matrix)
    return model


def padded(rng, lengths, width):
    mask = np.arange(width) < lengths[:, None]
    return np.where(mask, rng.integers(1, V, mask.shape), 0).astype("int32"), mask


def make_batch(width=9, question_width=4):
    rng = np.random.default_rng(2)
    context_ids, context_mask = padded(rng, T_LENGTHS, 9)
    question_ids, question_mask = padded(rng, J_LENGTHS, 4)
    wider = ((0, 0), (0, width - 9))
    question_wider = ((0, 0), (0, question_width - 4))
    return Batch(
        np.arange(3),
        np.pad(context_ids, wider),
        np.pad(context_mask, wider),
        np.pad(question_ids, question_wider),
        np.pad(question_mask, question_wider),
        np.array([2, 0, 0], dtype="int32"),
        np.array([4, 1, 0], dtype="int32"),
    )


def logits(model, batch):
    found = model(batch.inputs())
    return np.stack([np.asarray(found["start_logits"]), np.asarray(found["end_logits"])])


def test_equals_the_baseline_written_out_in_numpy():
    model, batch = make(), make_batch()
    found = logits(model, batch)
    start, end = (np.asarray(x) for x in _numpy_baseline(model, batch))
    real = batch.context_mask
    assert_allclose(found[0][real], start[real], atol=1e-5)
    assert_allclose(found[1][real], end[real], atol=1e-5)
    assert np.all(found[:, ~real] < -1e29)


def test_a_context_read_once_for_several_questions_gives_the_same_scores():
    model, batch = make(), make_batch()
    rows = [0, 1, 0, 0, 2]  # the first context is asked about three times
    batch = batch._replace(
        context_ids=batch.context_ids[rows], context_mask=batch.context_mask[rows]
    )
    questions = [0, 1, 2, 1, 0]
    batch = batch._replace(
        question_ids=batch.question_ids[questions], question_mask=batch.question_mask[questions]
    )
    shared = model(batch.shared_inputs())
    for name, expected in zip(("start_logits", "end_logits"), logits(model, batch), strict=True):
        assert_allclose(np.asarray(shared[name]), expected, atol=1e-5)


def _numpy_baseline(model, batch):
    """Attention, ReLU and the two linear layers in float64; the encoder has a test of its own."""
    inputs = batch.inputs()
    vectors = model.word_vectors
    context = np.asarray(
        model.encoder(vectors(inputs["context_ids"]), inputs["context_mask"]), "float64"
    )
    question = np.asarray(
        model.encoder(vectors(inputs["question_ids"]), inputs["question_mask"]), "float64"
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


def test_one_question_alone_is_the_same_as_in_a_batch():
    model, batch = make(), make_batch()
    together = logits(model, batch)
    for i in range(3):
        alone = Batch(*(array[i : i + 1] for array in batch))
        assert_allclose(logits(model, alone)[:, 0], together[:, i], atol=1e-5)


def test_a_question_without_words_is_still_answered():
    batch = make_batch()._replace(question_mask=np.zeros((3, 4), dtype=bool))
    start_pos, end_pos, log_prob = make().get_start_end_pos(batch)
    assert np.all(start_pos <= end_pos) and np.all(end_pos < T_LENGTHS)
    assert np.all(np.isfinite(log_prob))


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
    assert all("frozen" not in path for path in paths)
    assert all(V not in weight.shape for weight in model.trainable_variables)


def trained(model, batch, steps, learning_rate=0.01):
    model.compile(optimizer=ClippedAdam(learning_rate))
    losses = []
    for _ in range(steps):
        model.reset_metrics()
        losses.append(float(model.train_on_batch(batch.inputs(), batch.targets())))
    return losses


def test_every_weight_that_trains_changes_in_one_step():
    model = make(dropout=0.1)
    before = [np.array(weight) for weight in model.trainable_variables]
    frozen = np.array(model.word_vectors.frozen)
    trained(model, make_batch(), 1)
    for weight, old in zip(model.trainable_variables, before, strict=True):
        # softmax does not care for a common bias, and not every word is in the batch
        if "linear/bias" not in weight.path:
            assert np.any(np.asarray(weight) != old), weight.path
    assert np.array_equal(np.asarray(model.word_vectors.frozen), frozen)


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
    noisy = np.asarray(model(batch.inputs(), training=True)["start_logits"])
    assert np.any(np.abs(noisy - still[0])[batch.context_mask] > 1e-3)


def test_mixed_precision_gives_finite_logits(bfloat16):
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        found = logits(make(), make_batch())
    finally:
        keras.config.set_dtype_policy("float32")
    assert np.all(np.isfinite(found)) and found.dtype == np.float32


def test_a_model_is_made_again_from_its_config():
    model = make()
    again = QAModel.from_config(model.get_config())
    assert again.options == model.options


def test_the_flag_names_the_models_that_there_are():
    field = Config.__dataclass_fields__["model"]
    assert set(field.metadata["choices"]) == set(MODELS)


def test_the_model_answers_the_same_with_jax():
    pytest.importorskip("jax", reason="JAX is not installed")
    program = (
        "import sys; sys.path[:0] = [{code!r}, {here!r}]\n"
        "from test_qa_model import make, make_batch, logits\n"
        "print(logits(make(), make_batch())[0, 0, :3].tolist())\n"
    ).format(code=str(Path(__file__).parents[2] / "code"), here=str(Path(__file__).parent))
    answers = []
    for backend in ("tensorflow", "jax"):
        environment = {**os.environ, "KERAS_BACKEND": backend}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        answers.append(np.array(eval(done.stdout.strip().splitlines()[-1])))
    # The random numbers of the two backends differ, so only shape and finiteness can be compared.
    assert answers[0].shape == answers[1].shape and np.all(np.isfinite(answers[1]))
