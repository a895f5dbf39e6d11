"""Prints lines for the user; a line that can't be printed never stops the work.

With a closed terminal, a closed pipe (`| head`) or a full disk, lines are lost and nothing else.
But a line that is the result of a command (`say_result`) raises an error.

For Python 2.7 too.
"""

from __future__ import unicode_literals

import os
import sys

from squad_reader.errors import InputError, shown

PYTHON2 = sys.version_info[0] == 2
STDOUT = object()  # stands for sys.stdout at the time of printing
# Errors of a closed pipe or terminal and of a full disk; a closed file gives a ValueError.
LOST = (EnvironmentError, ValueError)

# The one bar of `bars.py` that is on the terminal, if any.
shown_bars = []  # type: list


def say(line, stream=STDOUT):
    """Print a line on stdout or another stream, above the bar; nothing if the stream is None."""
    _print(line, Stream(sys.stdout if stream is STDOUT else stream))


def say_result(line):
    """Print a line of what was asked for on stdout, above the bar; it must not be lost unnoticed.

    Raises:
        EnvironmentError: the pipe is closed, or the disk is full.
    """
    _print(line, sys.stdout)


def _print(line, stream):
    for bar in shown_bars:
        bar.clear()
    stream.write(line + "\n")
    stream.flush()
    for bar in shown_bars:
        bar.refresh()


class Stream(object):
    """A stream that drops what can't be written. None, as Python has for a closed one, is taken."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        """Write text. It is encoded for Python 2, which allows only ASCII in some streams."""
        if PYTHON2 and not isinstance(text, bytes):
            text = text.encode(
                getattr(self._stream, "encoding", None) or "utf-8", "backslashreplace"
            )
        return self._try("write", text)

    def flush(self):
        """Flush the stream."""
        return self._try("flush")

    def isatty(self):
        """Whether it is a terminal."""
        return bool(self._try("isatty"))

    def _try(self, name, *values):
        try:
            return None if self._stream is None else getattr(self._stream, name)(*values)
        except LOST:
            return None

    def __getattr__(self, name):
        return getattr(self._stream, name)


def prepare():
    """Call before printing: letters that stdout or stderr can't encode are escaped, no error."""
    import logging  # here, because evaluate.py need not wait for it

    logging.raiseExceptions = False  # else a traceback for each line where stderr is closed
    for number in (0, 1, 2):  # else the next file to be opened gets this number
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not in Python 2, nor in a notebook
            stream.reconfigure(errors="backslashreplace")


def settle():
    """Call at the end: where printing fails, Python would exit with status 120 without this."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except LOST:
            _send_nowhere(stream)


def run_command(name, work, bad_input=2, stopped="stopped"):
    """Do the work of a command; an error or Ctrl-C that ends it is one line on stderr.

    Args:
        name: of the command, to begin the line with.
        work: a function; may give an exit status.
        bad_input: exit status where the input is not what was expected.
        stopped: the text of the line after Ctrl-C; that of the KeyboardInterrupt, if any, follows.

    Returns:
        Exit status.
    """
    prepare()
    try:
        try:
            return work() or 0
        except InputError as error:
            status, line = bad_input, "error: %s" % error
        except EnvironmentError as error:
            place = "%s: " % shown(error.filename) if error.filename else ""
            status, line = 1, "error: %s%s" % (place, error.strerror or error)
        except KeyboardInterrupt as stop:
            status, line = 130, "%s%s" % (stopped, stop)
        say("%s: %s" % (name, line), sys.stderr)
        return status
    finally:
        settle()


def _send_nowhere(stream):
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except LOST:
        pass  # it has no file descriptor
