"""What these tests share: whether TensorFlow can multiply numbers of 16 bits here."""

import os
import subprocess
import sys

import pytest

PRODUCT = (
    "import tensorflow as tf; x = tf.ones((2, 3, 4), 'bfloat16'); tf.matmul(x, x, False, True)"
)


@pytest.fixture(scope="session")
def bfloat16():
    """Skips where TensorFlow itself crashes at the product of two small bfloat16 matrices.

    It does where ONEDNN_MAX_CPU_ISA keeps oneDNN from instructions that the processor has.
    """
    if os.environ.get("ONEDNN_MAX_CPU_ISA"):
        done = subprocess.run([sys.executable, "-c", PRODUCT], capture_output=True)
        if done.returncode < 0:
            pytest.skip(f"a bfloat16 product ends TensorFlow with signal {-done.returncode} here")
