"""What a run leaves to read: a table, TensorBoard events, a log; and what a resume takes back."""

import csv
import errno
import io
import os
import re
import time

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from squad_reader.errors import InputError
from squad_reader.train.progress import COLUMNS, ProgressLog, events_path


@pytest.fixture
def start(tmp_path):
    """Gives a function that begins, or goes on with, the log in one folder."""
    logs = []

    def start(step=0):
        logs.append(ProgressLog(tmp_path, step))
        return logs[-1]

    yield start
    for log in logs:
        log.close()


def rows(folder):
    with open(folder / "metrics.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def events(folder):
    accumulator = EventAccumulator(str(folder))
    accumulator.Reload()
    return accumulator


def test_the_table_has_the_promised_columns_and_an_empty_cell_where_nothing_was_measured(
    start, tmp_path
):
    log = start()
    log.scalars(1, {"epoch": 1, "train/loss": 2.5})
    log.scalars(2, {"epoch": 1, "dev/f1": 50.0})
    assert (tmp_path / "metrics.csv").read_text().splitlines()[0] == ",".join(COLUMNS)
    table = rows(tmp_path)
    assert [row["step"] for row in table] == ["1", "2"]
    assert [row["train/loss"] for row in table] == ["2.5", ""]
    assert [row["dev/f1"] for row in table] == ["", "50.0"]


def test_numbers_in_the_table_come_back_to_the_last_digit(start, tmp_path):
    value = 1 / 3
    start().scalars(1, {"epoch": 1, "train/loss": value})
    assert float(rows(tmp_path)[0]["train/loss"]) == value


def test_a_line_is_in_the_table_at_once(start, tmp_path):
    """Without a close: a kill loses no line that was written."""
    start().scalars(1, {"epoch": 1, "train/loss": 1.0})
    assert len(rows(tmp_path)) == 1


def test_a_number_without_a_column_is_refused(start):
    with pytest.raises(ValueError, match="dev/beauty"):
        start().scalars(1, {"epoch": 1, "dev/beauty": 1.0})


def test_seconds_are_those_of_all_runs_without_the_time_between(start, tmp_path, monkeypatch):
    clock = iter([100.0, 101.5, 104.0, 5000.0, 5001.0])  # start, 2 lines; start, 1 line
    monkeypatch.setattr("squad_reader.train.progress.time.perf_counter", lambda: next(clock))
    first = start()
    first.scalars(1, {"epoch": 1})
    first.scalars(2, {"epoch": 1})
    first.close()
    start(2).scalars(3, {"epoch": 1})
    assert [row["seconds"] for row in rows(tmp_path)] == ["1.5", "4.0", "5.0"]


def test_tensorboard_reads_the_numbers_and_the_text(start, tmp_path):
    log = start()
    log.scalars(1, {"epoch": 1, "train/loss": 2.5, "train/grad_norm": 0.5})
    log.scalars(2, {"epoch": 1, "train/loss": 1.25})
    log.text(2, "dev/answers", "| é | \ud83d |")
    log.close()
    read = events(tmp_path)
    assert set(read.Tags()["scalars"]) == {"train/loss", "train/grad_norm"}
    assert [(e.step, e.value) for e in read.Scalars("train/loss")] == [(1, 2.5), (2, 1.25)]
    assert read.Tags()["tensors"] == ["dev/answers"]
    (event,) = read.Tensors("dev/answers")
    assert event.step == 2
    assert event.tensor_proto.string_val[0].decode() == "| é | ? |"
    plugin = read.SummaryMetadata("dev/answers").plugin_data.plugin_name
    assert plugin == "text"


def test_the_log_has_the_time_before_each_line(start, tmp_path, capsys):
    log = start()
    log.say("héllo")
    log.scalars(7, {"epoch": 1, "train/loss": 2.5})
    first, second = (tmp_path / "log.txt").read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d héllo", first)
    assert second.endswith(" step 7, train/loss 2.5")
    assert capsys.readouterr().out == "héllo\n"


def test_a_resumed_run_takes_back_what_came_after_its_checkpoint(start, tmp_path):
    log = start()
    for step in (1, 2, 3):
        log.scalars(step, {"epoch": 1, "train/loss": float(step)})
    log.close()
    log = start(2)
    log.scalars(3, {"epoch": 1, "train/loss": 30.0})
    log.close()
    assert [row["train/loss"] for row in rows(tmp_path)] == ["1.0", "2.0", "30.0"]
    values = [(e.step, e.value) for e in events(tmp_path).Scalars("train/loss")]
    assert values == [(1, 1.0), (2, 2.0), (3, 30.0)]


def test_a_new_run_begins_a_new_table_and_keeps_the_old_ones(start, tmp_path, caplog):
    for epoch in (1, 2, 3):
        log = start()
        assert rows(tmp_path) == []
        log.scalars(1, {"epoch": epoch, "train/loss": epoch})
        log.close()
    for name, epoch in (("metrics.before.csv", 1), ("metrics.before-1.csv", 2)):
        assert f"the old table is kept as {name}" in caplog.text
        with open(tmp_path / name, newline="") as file:
            assert [row["epoch"] for row in csv.DictReader(file)] == [str(epoch)]
    assert [e.value for e in events(tmp_path).Scalars("train/loss")] == [3.0]


def test_half_a_row_at_the_end_is_left_out(start, tmp_path, caplog):
    """As a power cut may leave it."""
    log = start()
    log.scalars(1, {"epoch": 1, "train/loss": 2.5})
    log.close()
    with open(tmp_path / "metrics.csv", "a") as file:
        file.write("2,1,0.5")
    start(2).scalars(3, {"epoch": 1})
    assert [row["step"] for row in rows(tmp_path)] == ["1", "3"]
    assert caplog.text == ""


@pytest.mark.parametrize(
    "content",
    [b"no table\n1\n", b"step,seconds\n1,1\n", b"step\n\xff\n", b"step,\x00\n1,2\n"]
    + [",".join(COLUMNS).encode() + row for row in (b"\n1,1,x,,,,,,,,,,,,\n", b"\n1,1\n")],
)
def test_a_table_that_cannot_be_read_is_kept_under_another_name(start, tmp_path, content):
    (tmp_path / "metrics.csv").write_bytes(content)
    start(2)
    assert rows(tmp_path) == []
    kept = tmp_path / "metrics.damaged.csv"
    assert kept.read_bytes() == content


class FullDisk(io.FileIO):
    """Takes three bytes, and then no more."""

    full = False

    def write(self, data):
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.full = True
        return super().write(data[:3])


def test_files_of_events_of_one_second_are_read_in_the_order_in_which_they_were_begun(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(time, "time", lambda: 1.0)
    names = [events_path(tmp_path).name for _ in range(12)]
    assert names == sorted(names) and len(set(names)) == 12


@pytest.mark.parametrize("name", ["_csv", "_log", "_event_file"])
def test_a_full_disk_is_one_line_with_the_file_and_the_run_can_go_on(start, tmp_path, capfd, name):
    log = start()
    log.scalars(1, {"epoch": 1, "train/loss": 2.5})
    file = getattr(log, name)
    before = file.path.read_bytes()
    file.close()
    file._file = FullDisk(file.path, "a")
    with pytest.raises(InputError, match=rf"^cannot write {file.path}: No space left on device$"):
        log.scalars(2, {"epoch": 1, "train/loss": 1.0})
    assert file.path.read_bytes() == before
    log.close()
    log = start(1)
    log.scalars(2, {"epoch": 1, "train/loss": 1.25})
    log.close()
    assert [row["train/loss"] for row in rows(tmp_path)] == ["2.5", "1.25"]
    values = [(e.step, e.value) for e in events(tmp_path).Scalars("train/loss")]
    assert values == [(1, 2.5), (2, 1.25)]
    assert capfd.readouterr().err == ""


def test_a_line_goes_into_the_log_of_its_own_run_only(start, tmp_path):
    log = start()
    log.close()
    again = start()
    again.say("once")
    assert (tmp_path / "log.txt").read_text(encoding="utf-8").count("once") == 1
