"""The models run on JAX as they do on TensorFlow: the same numbers, and their gradients."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose

from squad_reader import registry

TESTS = Path(__file__).parents[1]
PROGRAM = f"""
import json, sys
sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent / "code")!r}]
import numpy as np
from made_up import Traced
from small_reader import small_reader, small_sizes
from squad_reader.predict.checkpoints import get_weights, set_weights
for name in sys.argv[1:]:
    model, inputs = small_reader(name, 3, share=True, **small_sizes(name))
    rng = np.random.default_rng(0)  # the random numbers of the two libraries differ
    weights = get_weights(model)
    set_weights(model, {{
        path: rng.normal(size=weights[path].shape, scale=0.5).astype("float32")
        for path in sorted(weights)
    }}, "made up")
    found = Traced(model)(inputs)
    print(json.dumps([found[f"{{side}}_logits"].tolist() for side in ("start", "end")]))
"""
TRAINING = f"""
import sys
sys.path[:0] = [{str(TESTS)!r}, {str(TESTS.parent / "code")!r}]
import numpy as np
from small_reader import small_reader, small_sizes
from squad_reader.config import make_config
from squad_reader.data.batches import Batch
from squad_reader.predict.checkpoints import get_weights
from squad_reader.train.state import TrainingState
name = sys.argv[1]
model, inputs = small_reader(name, 3, share=True, **small_sizes(name, 3))
places = np.arange(3, dtype=np.int32)
batch = Batch(places, inputs["windows"], inputs, places, places + 1, places)
state = TrainingState(make_config({{"model": name, "ema": 0.9}}), model)
before = get_weights(model)
losses = [state.train_step(batch) for _ in range(2)]
same = [path for path, array in get_weights(model).items() if (array == before[path]).all()]
print(np.isfinite(losses).all(), losses[0] != losses[1], state.gradient_norm() > 0, same)
"""


def run(backend, *command):
    environment = {**os.environ, "KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_every_model_gives_the_same_logits_with_jax():
    pytest.importorskip("jax", reason="JAX is not installed")
    names = registry.names()
    with_tensorflow, with_jax = (
        [json.loads(line) for line in run(backend, "-c", PROGRAM, *names).splitlines()]
        for backend in ("tensorflow", "jax")
    )
    assert len(with_jax) == len(names)
    for name, one, other in zip(names, with_tensorflow, with_jax, strict=True):
        for expected, found in zip(one, other, strict=True):
            assert_allclose(found, expected, rtol=1e-4, atol=1e-4, err_msg=name)
            assert np.std(np.array(found)[np.array(found) > -1e20]) > 0.01


@pytest.mark.slow
@pytest.mark.parametrize("name", registry.names())
def test_a_model_trains_with_jax(name):
    pytest.importorskip("jax", reason="JAX is not installed")
    # The batch has no word that is known by its shape.
    same = ["qa_model/word_input/shapes"] if name == "fusion" else []
    assert run("jax", "-c", TRAINING, name) == f"True True True {same}\n"


@pytest.mark.slow
def test_the_rnns_have_the_same_gradients_with_jax():
    pytest.importorskip("jax", reason="JAX is not installed")
    printed = run("jax", "-m", "pytest", "-q", str(TESTS / "model" / "test_bi_rnn.py"))
    assert " passed" in printed and "skipped" not in printed
