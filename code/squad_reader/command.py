"""Where the commands start: from here on Ctrl-C prints one line and ends with status 130.

Little is imported before that. For Python 2.7 too.
"""

import contextlib
import importlib
import os
import signal
import sys

from squad_reader import files


def main():
    """`code/main.py` and `squad-reader`; gives the exit status."""
    edition = "v4.main" if sys.version_info[0] == 2 else "squad_reader.cli"
    return _run(edition, "main.py: stopped")


def download():
    """`scripts/download`; gives the exit status."""
    stopped = "download: stopped; the same command goes on from there"
    return _run("squad_reader.data.download", stopped)


def _run(module, line):
    stop_with(line)
    return importlib.import_module(module).main()


def stop_with(line):
    """From now on Ctrl-C ends the process at once, with this line.

    A KeyboardInterrupt could come in the middle of an import, or while the first one is handled:
    then a traceback is printed, or it is lost. Training, once it has begun, saves instead.

    Args:
        line: to print on stderr.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return  # nohup, or a handler of the caller
    try:
        stderr = os.dup(2)  # while TensorFlow is imported, 2 is another file
    except OSError:
        stderr = None  # stderr is closed

    def stop(*_):
        signal.signal(signal.SIGINT, _do_nothing)
        files.delete_temporaries()
        _print_what_is_left()
        if stderr is not None:
            _write(stderr, line)
        os._exit(130)

    signal.signal(signal.SIGINT, stop)


@contextlib.contextmanager
def on_stop_signals(handler):
    """Call `handler` when the process is asked to stop, as long as the block runs.

    Args:
        handler: of signals.
    """
    before = {number: signal.signal(number, handler) for number in stop_signals()}
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)


def stop_signals():
    """SIGINT (Ctrl-C), SIGTERM, and SIGHUP (a closed terminal) unless nohup ignores it."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signals.append(signal.SIGHUP)  # Windows has none
    return signals


def _do_nothing(*_):
    """For a second Ctrl-C. With SIG_IGN, Python prints a line if one came just before."""


def _print_what_is_left():
    try:
        sys.stdout.flush()
    except Exception:  # the pipe is closed, or it was just being written to
        pass


def _write(stderr, line):
    """Write the line; on a terminal it begins a new one, below the ^C."""
    try:
        os.write(stderr, (("\n" if os.isatty(stderr) else "") + line + "\n").encode("ascii"))
    except OSError:
        pass
