"""The tests in a browser: skipped where there is none, unless it has to be there."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(("demanded", "outcome"), [("", "1 skipped"), ("1", "1 error")])
def test_without_chromium_its_tests_are_skipped_or_fail(demanded, outcome):
    """.ci/run sets the variable where it has Chromium; a test that never runs finds nothing."""
    env = {**os.environ, "PATH": "", "SQUAD_READER_BROWSER": demanded}
    env.pop("SQUAD_READER_CHROMIUM", None)
    file = ROOT / "tests" / "serve" / "test_browser.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", file, "-k", "policy"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert outcome in done.stdout.splitlines()[-1], done.stdout + done.stderr
    assert "SQUAD_READER_CHROMIUM" in done.stdout or not demanded
