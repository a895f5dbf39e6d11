"""What is shown to people: lines, and how far a long piece of work is. None of it stops the work.

On a terminal that is a bar of tqdm. Where stderr is a file or a pipe, which somebody may read
later, it is a plain line at the beginning, one at most every 30 seconds, and one at the end.
A reader that is gone (a closed terminal, `| head`) or a full disk loses lines, and nothing else.

For Python 2.7 and tqdm 4.19 too.
"""

from __future__ import division, unicode_literals

import logging
import os
import sys
import time

SECONDS_BETWEEN_LINES = 30
BYTES = "MB"  # a unit: the counts are bytes
PYTHON2 = sys.version_info[0] == 2
# A pipe without a reader, a terminal that was closed, a full disk; a closed file is a ValueError.
LOST = (EnvironmentError, ValueError)

now = getattr(time, "monotonic", time.time)  # in seconds; Python 2 lacks the first

# The one bar of tqdm that is on the terminal, if any.
_shown = []  # type: list


class Bars(object):
    """How far a piece of work is: one bar, or several one after the other, as for epochs.

    Several are one piece of work: in a file, theirs are one first and one last line together.

    Args:
        unit: what is counted, in the plural; `BYTES` for bytes, shown in MB.
        keep: whether a finished bar stays on a terminal.
        stream: where to; stderr if not given.
    """

    def __init__(self, unit, keep=True, stream=None):
        self._unit, self._keep = unit, keep
        self._stream = Stream(sys.stderr if stream is None else stream)
        self._on_terminal = self._stream.isatty()
        self._bar = None
        self._begun = False
        self._counted = 0
        self._said = ""

    def begin(self, what, total=None, done=0):
        """A new bar.

        Args:
            what: to show in front.
            total: how many there will be; None if that is not known.
            done: how many there are already.
        """
        self.end()
        self._what, self._total, self._done = what, total, done
        if self._on_terminal:
            self._begin_bar()
        elif not self._begun:
            self._say("" if total is None else " " + self._count(total))
        if not self._begun:
            self._begun, self._begin_time = True, now()
            self._told = self._begin_time

    def _begin_bar(self):
        from tqdm import tqdm  # here, because it takes a while

        in_bytes = self._unit == BYTES
        self._bar = tqdm(
            desc=self._what,
            total=self._total,
            initial=self._done,
            unit="B" if in_bytes else " " + self._unit,
            unit_scale=in_bytes,
            leave=self._keep,
            file=self._stream,
            dynamic_ncols=True,
            smoothing=0.05,
        )
        _shown.append(self._bar)

    def update(self, count=1):
        """So many more are done."""
        self._done += count
        self._counted += count
        if self._bar is not None:
            self._bar.update(count)
        elif not self._on_terminal and now() - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now()
            self._say(self._how_far())

    def each(self, what, items, total):
        """Give the items one by one, under one bar."""
        self.begin(what, total)
        for item in items:
            yield item
            self.update()
        self.close()

    def end(self):
        """The bar is done; another may begin."""
        if self._bar is not None:
            _shown.remove(self._bar)
            self._bar.close()
            self._bar = None

    def close(self):
        """All is done, or given up."""
        self.end()
        if self._begun and not self._on_terminal:
            self._say(self._how_far())
        self._begun = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _say(self, text):
        line = "%s:%s\n" % (self._what, text)
        if line != self._said:
            self._said = line
            self._stream.write(line)
            self._stream.flush()

    def _how_far(self):
        """Such as " 50 of 200 batches (25%), 4.2 batches/s, 0:00:12"; rate and time of all bars."""
        seconds = now() - self._begin_time
        text = " " + self._count(self._done)
        if self._total:
            whole = (self._number(self._done), self._count(self._total))
            text = " %s of %s (%d%%)" % (whole + (100 * self._done // self._total,))
        rate = self._number(self._counted / max(seconds, 1e-3), 1)
        minutes, rest = divmod(int(seconds), 60)
        clock = "%d:%02d:%02d" % (minutes // 60, minutes % 60, rest)
        return "%s, %s %s/s, %s" % (text, rate, self._unit, clock)

    def _count(self, number):
        return "%s %s" % (self._number(number), self._unit)

    def _number(self, number, digits=0):
        if self._unit == BYTES:
            number, digits = number / 1e6, 1
        return "{:,.{}f}".format(number, digits)


def say(line, stream=None):
    """Print a line on stdout, or another stream, beside the bar."""
    stream = Stream(sys.stdout if stream is None else stream)
    for bar in _shown:
        bar.clear()
    stream.write(line + "\n")
    stream.flush()
    for bar in _shown:
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


def _send_nowhere(stream):
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except LOST:
        pass  # it is no file of the system
