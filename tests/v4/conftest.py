"""The old image's environment for the tests of this folder; built where it is not there yet."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
V4_ENV = ROOT / "scripts" / "v4_env"
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
