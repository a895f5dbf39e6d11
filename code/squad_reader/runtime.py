"""Settings of the process: device, threads, heap, garbage collector, graphs."""

import ctypes
import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from squad_reader.cores import num_cores
from squad_reader.errors import InputError

# As the user set it: `prepare_backend`, which changes it, may run more than once.
VISIBLE_GPUS = os.environ.get("CUDA_VISIBLE_DEVICES")
M_ARENA_MAX = -8  # of glibc's `mallopt`: in how many heaps threads may allocate


def prepare_backend(gpu: int = 0, threads: int = 0, many_shapes: bool = False) -> str:
    """Import Keras' backend quietly, on the chosen GPU, with threads as this model needs them.

    Args:
        gpu: which GPU to use, where there is one, counted among those that the environment's
            CUDA_VISIBLE_DEVICES names, if it is set; -1 for none.
        threads: processor threads for the model; 0 for as many as the process may use cores, or
            what TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS say.
        many_shapes: batches of thousands of shapes will come, as in training by contexts. With
            oneDNN, TensorFlow 2.21 then died of a corrupted heap after some hundred steps, on
            several threads; so it computes without, unless TF_ENABLE_ONEDNN_OPTS says otherwise.

    Returns:
        Name of the backend: "tensorflow", "jax", ... (the environment's KERAS_BACKEND).

    Raises:
        InputError: no such GPU among the visible ones, no Keras with its backend, or a number of
            threads for a backend that takes none.
    """
    _limit_heap()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if many_shapes:
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ["CUDA_VISIBLE_DEVICES"] = _chosen_gpu(gpu, VISIBLE_GPUS)
    try:
        # Without the collector 0.4 s less.
        with collector_off(), _greetings_kept(), _no_settings_from_home():
            import keras
    except (ImportError, ValueError) as error:  # the second: a backend that Keras does not know
        raise InputError(
            "expected Keras and its backend to be installed (scripts/install, then source "
            f".venv/bin/activate), got, with KERAS_BACKEND={os.environ.get('KERAS_BACKEND', '')}: "
            f"{error}"
        ) from error
    gc.freeze()  # imported modules stay: the collector need not look at them

    name: str = keras.backend.backend()
    if name == "tensorflow":
        _set_threads(threads)
    elif threads:
        raise InputError(
            f"--threads: expected none with KERAS_BACKEND={name}, got {threads}; it uses the cores "
            "that the process may use (on Linux, taskset chooses them)"
        )
    return name


def _chosen_gpu(gpu: int, visible: str | None) -> str:
    """CUDA_VISIBLE_DEVICES for one GPU out of those that are visible (None: all)."""
    if gpu < 0 or visible is None:
        return str(gpu)
    devices = visible.split(",")
    if gpu >= len(devices):
        raise InputError(
            f"--gpu: expected less than {len(devices)}, the number of GPUs that "
            f"CUDA_VISIBLE_DEVICES={visible} lets be seen, got {gpu}"
        )
    return devices[gpu]


@contextmanager
def _greetings_kept() -> Iterator[None]:
    """Drop what libraries print on stderr while they are loaded; print it if that fails.

    TensorFlow's C++ writes lines to stderr before its log level can be set.
    """
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as kept:
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except Exception:
            kept.seek(0)
            os.write(stderr, kept.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


@contextmanager
def _no_settings_from_home() -> Iterator[None]:
    """Keep Keras from reading `~/.keras/keras.json`, which may name a backend or 16-bit numbers.

    The backend is TensorFlow, unless the environment's KERAS_BACKEND names another.
    """
    before = os.environ.get("KERAS_HOME")
    os.environ["KERAS_HOME"] = os.path.join(os.devnull, "keras")  # can neither exist nor be made
    try:
        yield
    finally:
        del os.environ["KERAS_HOME"]
        if before is not None:
            os.environ["KERAS_HOME"] = before


@contextmanager
def collector_off() -> Iterator[None]:
    """No garbage collection while many objects are made that stay: it would find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def trim_heap() -> None:
    """Give unused memory back to the system, where the C library is glibc.

    Otherwise the memory that reading JSON took (100 MB for all of SQuAD) stays with the process, in
    pieces too small for the arrays of a training step.
    """
    malloc_trim = _glibc("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _glibc(name: str) -> Any:
    """A function of glibc; None where the C library has none of this name."""
    return getattr(ctypes.CDLL(None), name, None) if os.name == "posix" else None


def one_graph(function: Callable[..., Any], *examples: Any) -> Callable[..., Any] | None:
    """A function as one TensorFlow graph for arrays of all sizes; None with another backend.

    Left to Keras, TensorFlow traces a function anew until it has met two values of each size. Three
    or four graphs of a training step took 0.15 GB and 10 s more than one does.

    Args:
        function: of arrays, or of dicts of them; of Keras operations.
        *examples: arguments of the ranks and dtypes that it will get.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        return None
    import tensorflow as tf

    signature = tf.nest.map_structure(
        lambda array: tf.TensorSpec([None] * array.ndim, array.dtype), examples
    )
    # `partial`, as TensorFlow counts the graphs of all methods of one name together, and would warn
    # of the fifth model's.
    graph: Callable[..., Any] = tf.function(partial(function), signature, autograph=False)
    return graph


def _set_threads(number: int) -> None:
    """The two GRUs run at the same time, so each product gets half of the threads: faster than all.

    Measured on 2 cores: 227 training examples/s with 1 thread an operation, 215 with 2.
    """
    import tensorflow as tf

    threads = tf.config.threading
    try:
        if number or "TF_NUM_INTEROP_THREADS" not in os.environ:
            threads.set_inter_op_parallelism_threads(number or max(2, num_cores()))
        if number or "TF_NUM_INTRAOP_THREADS" not in os.environ:
            threads.set_intra_op_parallelism_threads(max(1, (number or num_cores()) // 2))
    except RuntimeError:
        pass  # TensorFlow has already started its threads: a notebook, or a second run


def _limit_heap() -> None:
    """Two heaps for all threads, where the C library is glibc.

    By default each thread may make heaps of its own, and batches of many shapes leave gaps in
    all of them: a training process took 1.43 GB after 50 steps, and takes 1.36 GB with two heaps,
    in the same time.
    """
    mallopt = _glibc("mallopt")
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 2)
