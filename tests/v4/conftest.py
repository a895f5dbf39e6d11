"""The old image's environment for the tests of this folder; built where it is not there yet."""

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from small_reader import fitted_features, save_reader

from squad_reader.config import make_config
from squad_reader.data.preprocess import preprocess
from squad_reader.data.squad_json import read_squad
from squad_reader.model.models import make_model

ROOT = Path(__file__).parent.parent.parent
V4_ENV = ROOT / "scripts" / "v4_env"
MAIN = ROOT / "code" / "main.py"
TIME_LIMIT = 600


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark as slow what needs the environment: building it takes minutes."""
    for item in items:
        if "v4_env" in getattr(item, "fixturenames", ()):
            item.add_marker("slow")
            item.add_marker(pytest.mark.timeout(TIME_LIMIT + 300))


def _build(folder):
    """Run scripts/v4_env; gives None, or in one line why there is no environment."""
    with subprocess.Popen(
        [V4_ENV, folder],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            _, told = process.communicate(timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # what it started too
            return f"scripts/v4_env took more than {TIME_LIMIT} s"
    last = told.strip().splitlines()[-1:] or [f"scripts/v4_env: exit status {process.returncode}"]
    return last[0] if process.returncode else None


@pytest.fixture(scope="session")
def v4_env():
    """Folder of the environment: SQUAD_READER_V4_ENV, or .venv-v4 in the project."""
    folder = Path(os.environ.get("SQUAD_READER_V4_ENV") or ROOT / ".venv-v4").absolute()
    reason = _build(folder)
    if reason:
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def v4_python(v4_env):
    """Path of Python 2.7 with TensorFlow 1.4.1; a test that uses it counts as slow."""
    return v4_env / "bin" / "python"


@pytest.fixture(scope="session")
def run_v4(v4_python):
    """Runs `code/main.py` in the environment, with nothing else in its own."""

    def run(*flags, **kwargs):
        command = [str(v4_python), str(MAIN), *map(str, flags)]
        env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            command, capture_output=True, text=True, timeout=900, env=env, **kwargs
        )

    return run


@pytest.fixture(scope="session")
def small_fusion(fixtures_dir):
    """A small fusion reader with made-up weights, the same everywhere: model, features, options."""
    config = make_config(
        {
            "model": "fusion",
            "embedding_size": 50,
            "hidden_size": 12,
            "trained_words": 3,
            "letter_buckets": 300,
            "letters_size": 10,
            "words_size": 20,
        }
    )
    train = preprocess(read_squad(fixtures_dir / "small-train-v1.1.json"))
    features = fitted_features(config, train)
    model = make_model(config, features)
    random = np.random.RandomState(3)
    for weight in model.trainable_variables:
        weight.assign(random.normal(0.0, 2.0 / weight.shape[0] ** 0.5, weight.shape))
    return model, features, config


@pytest.fixture(scope="session")
def fusion_checkpoint(small_fusion, tmp_path_factory):
    """Gives a function that saves it: options of the data -> folder."""

    def save(**data):
        return save_reader(tmp_path_factory.mktemp("fusion"), *small_fusion, **data)

    return save
