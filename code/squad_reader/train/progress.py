"""What a run writes while it goes: log.txt, metrics.csv and TensorBoard events.

The events are written by TensorBoard's own package, so that they are there with every backend of
Keras. A resumed run takes back what was written after the checkpoint that it goes on from.
"""

import csv
import logging
import os
import time
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from squad_reader.files import atomic_write
from squad_reader.screen import say

COLUMNS = (
    "step",
    "epoch",
    "seconds",
    "train/loss",
    "train/grad_norm",
    "train/param_norm",
    "train/learning_rate",
    "train/examples_per_second",
    "train/f1_one_reference",
    "train/em_one_reference",
    "dev/loss",
    "dev/f1",
    "dev/em",
    "dev/f1_one_reference",
    "dev/em_one_reference",
)


class ProgressLog:
    """Writes one run's numbers to its folder.

    Args:
        folder: of the experiment.
        step: the step that the run goes on from; 0 for a new run.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self._csv_path = folder / "metrics.csv"
        self._begin = time.perf_counter() - self._start_csv(step)
        self._csv = open(self._csv_path, "a", newline="", encoding="utf-8")
        self._events = EventFileWriter(str(folder))
        if step:  # TensorBoard forgets what was written after this step
            started = SessionLog(status=SessionLog.START)
            self._events.add_event(Event(wall_time=time.time(), step=step + 1, session_log=started))
        self._log = open_log(folder / "log.txt")

    def _start_csv(self, step: int) -> float:
        """Keep the table up to `step`; returns the seconds of training that were written there."""
        rows = self._old_rows(step) if step and self._csv_path.exists() else []
        with atomic_write(self._csv_path, newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return float(rows[-1]["seconds"] or 0) if rows else 0.0

    def _old_rows(self, step: int) -> list[dict[str, str]]:
        """Rows up to `step`; none of a damaged table, which is kept under another name."""
        try:
            with open(self._csv_path, newline="", encoding="utf-8") as file:
                rows = [row for row in csv.DictReader(file) if int(row["step"]) <= step]
            if any(None in row or None in row.values() for row in rows):
                raise ValueError("a row of another length")
            return rows
        except (KeyError, TypeError, ValueError) as error:
            kept = self._csv_path.with_suffix(".damaged.csv")
            logging.warning("%s is damaged (%s); kept as %s", self._csv_path, error, kept.name)
            os.replace(self._csv_path, kept)
            return []

    def say(self, line: str) -> None:
        """A line for people: on the screen, beside the progress bar, and in log.txt."""
        self._log.info(line)
        say(line)

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Write some of the numbers of `COLUMNS`; those of "step" and "epoch" are required."""
        seconds = round(time.perf_counter() - self._begin, 3)
        row = {"step": step, "seconds": seconds, **values}
        csv.DictWriter(self._csv, COLUMNS, restval="").writerow(row)
        self._csv.flush()
        shown = {name: value for name, value in values.items() if "/" in name}
        self._log.info(
            "step %d, %s", step, ", ".join(f"{name} {value:.6g}" for name, value in shown.items())
        )
        summary = Summary(
            value=[Summary.Value(tag=tag, simple_value=value) for tag, value in shown.items()]
        )
        self._events.add_event(Event(wall_time=time.time(), step=step, summary=summary))

    def text(self, step: int, tag: str, markdown: str) -> None:
        """Some text for TensorBoard's text page."""
        tensor = TensorProto(dtype=DT_STRING, string_val=[markdown.encode(errors="replace")])
        plugin = SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(plugin_name="text"), data_class=2
        )
        value = Summary.Value(tag=tag, metadata=plugin, tensor=tensor)
        self._events.add_event(
            Event(wall_time=time.time(), step=step, summary=Summary(value=[value]))
        )

    def flush(self) -> None:
        """Bring TensorBoard's events to the file; log.txt and metrics.csv are there at once."""
        self._events.flush()

    def close(self) -> None:
        """Write what is still held back."""
        self._csv.close()
        self._events.close()
        for handler in list(self._log.handlers):
            handler.close()
            self._log.removeHandler(handler)


def open_log(path: Path) -> logging.Logger:
    """A logger whose lines go to the end of a file, with the time in front."""
    log = logging.getLogger("squad_reader.train")
    log.setLevel(logging.INFO)
    log.propagate = False
    handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    log.addHandler(handler)
    return log
