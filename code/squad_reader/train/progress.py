"""What a run writes while it goes: log.txt, metrics.csv and TensorBoard events.

The events are written by TensorBoard's own package, so that they are there with every backend of
Keras; not by its `EventFileWriter`, whose thread reports a full disk late and without the file's
name. A resumed run removes what was written after the checkpoint that it goes on from.
"""

import csv
import io
import itertools
import logging
import os
import socket
import time
from pathlib import Path
from typing import Any

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.record_writer import RecordWriter

from squad_reader.files import atomic_write, free_path
from squad_reader.screen import say
from squad_reader.train.appended import Appended

_event_files = itertools.count()

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
    """Writes one run's numbers to its folder, each at once.

    Args:
        folder: of the experiment.
        step: the step that the run goes on from; 0 for a new run.

    Raises:
        InputError: one of the files can't be written, now or later.
    """

    def __init__(self, folder: Path, step: int) -> None:
        self._csv_path = folder / "metrics.csv"
        self._begin = time.perf_counter() - self._start_csv(step)
        self._csv = Appended(self._csv_path)
        self._log = Appended(folder / "log.txt")
        self._event_file = Appended(events_path(folder))
        self._events = RecordWriter(self._event_file)
        self._add_event(file_version="brain.Event:2")
        # TensorBoard forgets what another run in this folder wrote after this step.
        started = SessionLog(status=SessionLog.START)
        self._add_event(step=step + 1, session_log=started)

    def _start_csv(self, step: int) -> float:
        """Keep the table up to `step`; returns the seconds of training that were written there."""
        old = self._old_rows() if self._csv_path.exists() else []
        if old and not step:
            logging.warning("a new run: the old table is kept as %s", self._keep_table("before"))
        rows = [row for row in old if int(row["step"]) <= step]
        with atomic_write(self._csv_path, newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return float(rows[-1]["seconds"] or 0) if rows else 0.0

    def _old_rows(self) -> list[dict[str, str]]:
        """All whole rows; none of a damaged table, which is kept under another name."""
        try:
            text = self._csv_path.read_bytes().decode()
            whole = text[: text.rfind("\n") + 1]  # a power cut may leave a part of the last row
            rows = list(csv.DictReader(io.StringIO(whole, newline="")))
            for row in rows:
                int(row["step"]), float(row["seconds"] or 0)
                if set(row) != set(COLUMNS) or None in row.values():
                    raise ValueError("a row of another length, or other columns")
            return rows
        except (KeyError, TypeError, ValueError, csv.Error) as error:
            kept = self._keep_table("damaged")
            logging.warning("%s is damaged (%s); kept as %s", self._csv_path, error, kept)
            return []

    def _keep_table(self, word: str) -> str:
        """Give the table another name, which no file has yet."""
        kept = free_path(str(self._csv_path.with_suffix(f".{word}.csv")))
        os.replace(self._csv_path, kept)
        return os.path.basename(kept)

    def say(self, line: str) -> None:
        """A line for people: on the screen, beside the progress bar, and in log.txt."""
        self._log_line(line)
        say(line)

    def scalars(self, step: int, values: dict[str, float]) -> None:
        """Write some of the numbers of `COLUMNS`; those of "step" and "epoch" are required."""
        seconds = round(time.perf_counter() - self._begin, 3)
        row = {"step": step, "seconds": seconds, **values}
        csv.DictWriter(self._csv, COLUMNS, restval="").writerow(row)
        shown = {name: value for name, value in values.items() if "/" in name}
        numbers = (f"{name} {value:.6g}" for name, value in shown.items())
        self._log_line(f"step {step}, {', '.join(numbers)}")
        summary = Summary(
            value=[Summary.Value(tag=tag, simple_value=value) for tag, value in shown.items()]
        )
        self._add_event(step=step, summary=summary)

    def text(self, step: int, tag: str, markdown: str) -> None:
        """Some text for TensorBoard's text page."""
        tensor = TensorProto(dtype=DT_STRING, string_val=[markdown.encode(errors="replace")])
        plugin = SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(plugin_name="text"), data_class=2
        )
        value = Summary.Value(tag=tag, metadata=plugin, tensor=tensor)
        self._add_event(step=step, summary=Summary(value=[value]))

    def _log_line(self, line: str) -> None:
        self._log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {line}\n")

    def _add_event(self, **content: Any) -> None:
        event = Event(wall_time=time.time(), **content)
        self._events.write(event.SerializeToString())

    def close(self) -> None:
        """Close the files; all is written already."""
        for file in (self._csv, self._log, self._event_file):
            file.close()


def events_path(folder: Path) -> Path:
    """A name for a new file of events: TensorBoard reads those of a folder in this order."""
    own = f"{socket.gethostname()}.{os.getpid()}.{next(_event_files):04d}"
    return folder / f"events.out.tfevents.{int(time.time()):010d}.{own}"
