"""What `limits` promises: the command's status, or that of the limit, and nothing left behind."""

import os
import signal
import sys
import time

import pytest
from limits import MEMORY_STATUS, PROC, TIME_STATUS, run_limited

LOTS = 1 << 40
needs_proc = pytest.mark.skipif(not PROC.is_dir(), reason="there is no /proc")


def shell(command, seconds=60, memory=LOTS):
    return run_limited(["bash", "-c", command], seconds, memory)


def is_alive(pid):
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pid):
    end = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not is_alive(pid)


@pytest.mark.parametrize(("command", "status"), [("true", 0), ("exit 7", 7), ("kill -9 $$", 137)])
def test_the_status_is_that_of_the_command(command, status):
    outcome = shell(command)
    assert (outcome.status, outcome.verdict) == (status, "")


def test_too_much_time_is_the_end_of_all_its_processes(tmp_path):
    outcome = shell(f"sleep 77 & echo $! > {tmp_path}/pid; sleep 78", seconds=0.5)
    assert outcome.status == TIME_STATUS and outcome.verdict == "Time limit exceeded (0.5 s)"
    assert 0.5 <= outcome.seconds < 30
    assert wait_until_gone(int((tmp_path / "pid").read_text()))


def test_what_it_left_in_the_background_ends_with_it(tmp_path):
    outcome = shell(f"sleep 77 >/dev/null 2>&1 & echo $! > {tmp_path}/pid")
    assert outcome.status == 0 and outcome.seconds < 30
    assert wait_until_gone(int((tmp_path / "pid").read_text()))


@needs_proc
@pytest.mark.parametrize("where", ["itself", "a child"])
def test_too_much_memory_is_the_end(where):
    program = f"{sys.executable} -c \"import time; x = b'1' * (200 << 20); time.sleep(60)\""
    outcome = shell(
        f"exec {program}" if where == "itself" else f"{program}; true", memory=100 << 20
    )
    assert outcome.status == MEMORY_STATUS
    assert outcome.verdict.startswith("Memory limit exceeded (")
    assert outcome.peak > 100 << 20 and outcome.seconds < 30


@needs_proc
def test_reserved_addresses_are_no_memory():
    program = "import mmap, time; x = mmap.mmap(-1, 8 << 30); time.sleep(0.5)"
    outcome = run_limited([sys.executable, "-c", program], 60, 200 << 20)
    assert outcome.status == 0 and 0 < outcome.peak < 200 << 20


@needs_proc
def test_a_name_of_a_process_that_is_no_utf_8_does_no_harm():
    """Linux cuts names at 15 bytes, which may be inside a letter."""
    outcome = shell("printf '\\303' > /proc/$$/comm; sleep 0.3")
    assert outcome.status == 0 and outcome.peak > 0


def test_a_process_that_may_not_be_killed_does_not_save_the_others(tmp_path, monkeypatch):
    kill, refused = os.kill, []

    def refuse_first(pid, number):
        if not refused:
            refused.append(pid)
            raise PermissionError
        kill(pid, number)

    monkeypatch.setattr(os, "kill", refuse_first)
    outcome = shell(f"echo $$ > {tmp_path}/pid; sleep 77", seconds=0.5)
    assert refused and outcome.status == TIME_STATUS
    assert wait_until_gone(int((tmp_path / "pid").read_text()))


def test_it_has_nothing_to_read():
    assert shell("! read line").status == 0


def test_an_interrupt_ends_the_command_too(tmp_path):
    """As after Ctrl-C: the signal comes while we wait."""

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(1)
    try:
        with pytest.raises(KeyboardInterrupt):
            shell(f"echo $$ > {tmp_path}/pid; sleep 79")
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
    assert wait_until_gone(int((tmp_path / "pid").read_text()))
