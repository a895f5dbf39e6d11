"""What a run writes while it goes: log.txt, metrics.csv and TensorBoard events.

The columns are among those of `squad_reader.train.progress`, in the same order.
"""

from __future__ import print_function, unicode_literals

import csv
import io
import time

from squad_reader.files import atomic_write
from squad_reader.screen import say
from v4.checkpoint import join
from v4.graph import tf

COLUMNS = (
    "step epoch seconds train/loss train/grad_norm train/param_norm train/learning_rate "
    "train/examples_per_second train/f1_one_reference train/em_one_reference dev/loss dev/f1 "
    "dev/em dev/f1_one_reference dev/em_one_reference"
).split()


class ProgressLog(object):
    """Writes one run's numbers to its folder; what came after `step` is removed.

    Args:
        folder: of the experiment.
        step: the step that the run goes on from; 0 for a new run.
    """

    def __init__(self, folder, step):
        path = join(folder, "metrics.csv")
        rows = self._old_rows(path, step)
        self._begin = time.time() - (float(rows[-1][2]) if rows else 0.0)
        with atomic_write(path, "wb") as file:
            for row in [COLUMNS] + rows:
                file.write((",".join(row) + "\r\n").encode("ascii"))
        self._csv = io.open(path, "ab")
        self._log = io.open(join(folder, "log.txt"), "ab")
        self._events = tf.summary.FileWriter(folder)

    @staticmethod
    def _old_rows(path, step):
        if not step:
            return []
        try:
            with open(path) as file:
                rows = list(csv.reader(file))[1:]
        except IOError:
            return []
        return [row for row in rows if int(row[0]) <= step]

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
