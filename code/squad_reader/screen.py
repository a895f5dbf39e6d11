"""What is printed for people: none of it ever stops the work.

A reader that is gone (a closed terminal, `| head`) or a full disk loses lines, and nothing else.

For Python 2.7 too.
"""

from __future__ import unicode_literals

import os
import sys

from squad_reader.errors import InputError, shown

PYTHON2 = sys.version_info[0] == 2
STDOUT = object()  # what sys.stdout is when something is printed
# A pipe without a reader, a terminal that was closed, a full disk; a closed file is a ValueError.
LOST = (EnvironmentError, ValueError)

# The one bar of `bars.py` that is on the terminal, if any.
shown_bars = []  # type: list


def say(line, stream=STDOUT):
    """Print a line on stdout, or another stream, beside the bar; on None, a closed one, nothing."""
    stream = Stream(sys.stdout if stream is STDOUT else stream)
    for bar in shown_bars:
        bar.clear()
    stream.write(line + "\n")
    stream.flush()
    for bar in shown_bars:
        bar.refresh()


class Stream(object):
    """A stream that drops what can't be written; None, which Python has for a closed one, too."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text):
        """Write text; Python 2 would stop at the first letter that is not ASCII."""
        if PYTHON2 and not isinstance(text, bytes):
            text = text.encode(
                getattr(self._stream, "encoding", None) or "utf-8", "backslashreplace"
            )
        return self._try("write", text)

    def flush(self):
        """Bring to the file what was written."""
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
    """Before anything is printed: letters that stdout or stderr lack are escaped, not an error."""
    import logging  # here, because evaluate.py needs none and would start later

    logging.raiseExceptions = False  # or a stderr that is gone would get a traceback for each line
    for number in (0, 1, 2):  # a file that took the place of a closed one would be printed into
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # not in Python 2, nor in a notebook
            stream.reconfigure(errors="backslashreplace")


def settle():
    """At the end: what can't be printed any more shall not become Python's exit status 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except LOST:
            _send_nowhere(stream)


def run_command(name, work, bad_input=2, stopped="stopped"):
    """Do the work of a command; what ends it is told in one line on stderr.

    Args:
        name: of the command, to begin the line with.
        work: a function; may give an exit status.
        bad_input: exit status where the input is not what was expected.
        stopped: what is said to Ctrl-C.

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
        except KeyboardInterrupt:
            status, line = 130, stopped
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
        pass  # it is no file of the system
