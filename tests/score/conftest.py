"""What the tests of `evaluate.py` share: each Python that it is for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def _is_python_2_7(python):
    ask = "import sys; print(sys.version_info[:2] == (2, 7))"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True)
    return answer.stdout.strip() == "True"


def _find_python_2_7():
    installed = sorted(Path.home().glob(".pyenv/versions/2.7*/bin/python2.7"))
    for python in (os.environ.get("PYTHON27"), shutil.which("python2.7"), *installed):
        if python and _is_python_2_7(python):
            return str(python)
    return None


@pytest.fixture(scope="module", params=["python3", "python2.7"])
def python(request):
    if request.param == "python3":
        return sys.executable
    found = _find_python_2_7()
    if not found:
        pytest.skip("no Python 2.7 (looked at PYTHON27, PATH and ~/.pyenv/versions)")
    return found
