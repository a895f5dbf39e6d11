"""Settings of the process: how many threads TensorFlow is told to use."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from small_reader import small_reader

from squad_reader import runtime
from squad_reader.data.batches import Batch

CODE = Path(__file__).parent.parent / "code"
INTRA, INTER = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"


@pytest.mark.parametrize(
    ("number", "environment", "intra", "inter"),
    [
        (0, {}, 4, 8),  # 8 cores: the two GRUs side by side have half of them each
        (1, {}, 1, 1),
        (2, {}, 1, 2),
        (6, {}, 3, 6),
        (0, {INTRA: "3"}, None, 8),
        (0, {INTRA: "3", INTER: "5"}, None, None),
        (2, {INTRA: "3", INTER: "5"}, 1, 2),  # the flag wins
    ],
)
def test_the_flag_comes_before_the_environment_and_that_before_the_cores(
    monkeypatch, number, environment, intra, inter
):
    told = {}
    for name in (INTRA, INTER):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(runtime, "num_cores", lambda: 8)
    for kind in ("intra", "inter"):
        monkeypatch.setattr(
            tf.config.threading,
            f"set_{kind}_op_parallelism_threads",
            lambda value, kind=kind: told.update({kind: value}),
        )
    runtime._set_threads(number)
    assert (told.get("intra"), told.get("inter")) == (intra, inter)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="no taskset here")
def test_cores_that_the_process_may_not_use_do_not_count():
    program = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
        "from squad_reader import cores; print(cores.num_cores())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(CODE)}, capture_output=True
    )
    assert done.stdout == b"1\n", done.stderr


def test_threads_for_a_backend_that_takes_none_are_refused_in_one_line(run_main, fixtures_dir):
    pytest.importorskip("jax")
    done = run_main(
        "--mode=official_eval",
        f"--ckpt_load_dir={fixtures_dir / 'golden_checkpoint'}",
        f"--glove_path={fixtures_dir / 'glove.small.50d.txt'}",
        f"--json_in_path={fixtures_dir / 'tiny-v1.1.json'}",
        "--threads=1",
        env={**os.environ, "KERAS_BACKEND": "jax"},
    )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("main.py: error: --threads: expected none with KERAS_BACKEND=jax")


def test_many_models_in_a_process_make_tensorflow_warn_of_nothing(caplog):
    logger = tf.get_logger()
    logger.addHandler(caplog.handler)
    try:
        for _ in range(6):
            model, inputs = small_reader("baseline", 3, hidden_size=2)
            batch = Batch(np.arange(3), np.arange(3), inputs, *[np.zeros(3, np.int32)] * 3)
            assert model.get_logits(batch)[0].shape[0] == 3
    finally:
        logger.removeHandler(caplog.handler)
    assert caplog.messages == []
