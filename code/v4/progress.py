"""What a run writes while it goes: log.txt, metrics.csv and TensorBoard events.

The columns are among those of `squad_reader.train.progress`, in the same order.
"""

from __future__ import print_function, unicode_literals

import io
import os
import sys
import time

from squad_reader.errors import shown
from squad_reader.files import atomic_write, free_path
from squad_reader.screen import say
from v4.checkpoint import join
from v4.graph import tf

COLUMNS = (
    "step epoch seconds train/loss train/grad_norm train/param_norm train/learning_rate "
    "train/examples_per_second train/f1_one_reference train/em_one_reference dev/loss dev/f1 "
    "dev/em dev/f1_one_reference dev/em_one_reference"
).split()
STEP, SECONDS = COLUMNS.index("step"), COLUMNS.index("seconds")


class ProgressLog(object):
    """Writes one run's numbers to its folder; what came after `step` is removed.

    A table of before, or a damaged one, is kept under another name, as by the package.

    Args:
        folder: of the experiment.
        step: the step that the run goes on from; 0 for a new run.
    """

    def __init__(self, folder, step):
        self._path = join(folder, "metrics.csv")
        rows = self._rows_up_to(step)
        self._begin = time.time() - (float(rows[-1][SECONDS] or 0) if rows else 0.0)
        with atomic_write(self._path, "wb") as file:
            for row in [COLUMNS] + rows:
                file.write((",".join(row) + "\r\n").encode("ascii"))
        self._csv = io.open(self._path, "ab")
        self._log = io.open(join(folder, "log.txt"), "ab")
        self._events = tf.summary.FileWriter(folder)

    def _rows_up_to(self, step):
        """The table up to `step`; a new run keeps one that is there under another name."""
        old = self._old_rows() if os.path.exists(self._path) else []
        if old and not step:
            say("a new run: the old table is kept as %s" % self._keep_table("before"), sys.stderr)
        return [row for row in old if int(row[STEP]) <= step]

    def _old_rows(self):
        """All whole rows; none of a damaged table, which is kept under another name."""
        with io.open(self._path, "rb") as file:
            whole = file.read().rpartition(b"\n")[0]  # a power cut may leave a part of the last row
        try:
            rows = [line.rstrip("\r").split(",") for line in whole.decode("ascii").split("\n")[1:]]
            for row in rows:
                int(row[STEP]), float(row[SECONDS] or 0)
                if len(row) != len(COLUMNS):
                    raise ValueError("a row of another length")
            return rows
        except (ValueError, IndexError) as error:
            values = (shown(self._path), error, self._keep_table("damaged"))
            say("%s is damaged (%s); kept as %s" % values, sys.stderr)
            return []

    def _keep_table(self, word):
        """Give the table another name, which no file has yet."""
        kept = free_path(self._path[:-3] + str("%s.csv" % word))
        os.rename(self._path, kept)
        return shown(os.path.basename(kept))

    def say(self, line):
        """A line for people: on the screen, beside the progress bar, and in log.txt."""
        self._line(line)
        say(line)

    def _line(self, line):
        text = "%s %s\n" % (time.strftime(str("%Y-%m-%d %H:%M:%S")), line)
        self._log.write(text.encode("utf-8"))
        self._log.flush()

    def scalars(self, step, epoch, values):
        """Write some of the numbers of `COLUMNS`."""
        row = {"step": step, "epoch": epoch, "seconds": round(time.time() - self._begin, 3)}
        row.update(values)
        texts = [repr(row[name]) if name in row else "" for name in COLUMNS]
        self._csv.write((",".join(texts) + "\r\n").encode("ascii"))
        self._csv.flush()
        numbers = ["%s %.6g" % (name, values[name]) for name in COLUMNS if name in values]
        self._line("step %d, %s" % (step, ", ".join(numbers)))
        summary = tf.Summary()
        for name, value in values.items():
            summary.value.add(tag=name, simple_value=value)
        self._events.add_summary(summary, step)

    def close(self):
        """Write what is still in the buffers."""
        for file in (self._csv, self._log, self._events):
            file.close()
