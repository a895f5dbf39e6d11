"""How far a long piece of work is.

On a terminal that is a bar of tqdm. Where stderr is a file or a pipe, which somebody may read
later, it is a plain line at the beginning, one at most every 30 seconds, and one at the end.

For Python 2.7 and tqdm 4.19 too.
"""

from __future__ import division, unicode_literals

import sys
import time

from squad_reader import screen

SECONDS_BETWEEN_LINES = 30
BYTES = "MB"  # a unit: the counts are bytes
now = getattr(time, "monotonic", time.time)  # in seconds; Python 2 lacks the first


class Bars(object):
    """How far a piece of work is: one bar, or several one after the other, as for epochs.

    Several bars are one piece of work: a file gets one first and one last line for all of them.

    Args:
        unit: what is counted, in the plural; `BYTES` for bytes, shown in MB.
        keep: whether a finished bar stays on a terminal.
        stream: where to; stderr if not given.
    """

    def __init__(self, unit, keep=True, stream=None):
        self._unit, self._keep = unit, keep
        self._stream = screen.Stream(sys.stderr if stream is None else stream)
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
        from tqdm import tqdm  # imported here, because it takes a while

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
        screen.shown_bars.append(self._bar)

    def update(self, count=1):
        """Count this many more as done."""
        self._done += count
        self._counted += count
        if self._bar is not None:
            self._bar.update(count)
        elif not self._on_terminal and now() - self._told >= SECONDS_BETWEEN_LINES:
            self._told = now()
            self._say(self._how_far())

    def each(self, what, items, total):
        """Yield the items one by one, and show how many were taken."""
        self.begin(what, total)
        for item in items:
            yield item
            self.update()
        self.close()

    def end(self):
        """The bar is done; another may begin."""
        if self._bar is not None:
            screen.shown_bars.remove(self._bar)
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
