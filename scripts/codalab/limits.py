"""Runs a command under a limit of time and of memory, as CodaLab's worker does with its container.

Memory is the resident memory of all processes of the command, added up, read from /proc. Not the
address space (RLIMIT_AS): TensorFlow reserves much more of that than it ever uses.
"""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
PERIOD = 0.1  # seconds between two checks
TIME_STATUS, MEMORY_STATUS = 124, 137  # as of `timeout`, and of a container that is out of memory


class Outcome(NamedTuple):
    """How a command ended; `verdict` says which limit it went over, and is empty otherwise."""

    status: int
    seconds: float
    peak: int
    verdict: str


def run_limited(command, seconds, memory, **kwargs):
    """Run a command with nothing to read, and end all of its processes with it.

    Args:
        command: list of arguments.
        seconds: wall-clock limit.
        memory: limit in bytes; not watched where there is no /proc.
        **kwargs: passed to `subprocess.Popen`.

    Returns:
        Outcome; its status is the command's, 128 + n after signal n, or of the limit.
    """
    start, peak, verdict = time.monotonic(), 0, ""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **kwargs)
    try:
        while process.poll() is None and not verdict:
            peak = max(peak, memory_of(family(process.pid)))
            if peak > memory:
                verdict = f"Memory limit exceeded ({peak:,} > {memory:,} bytes)"
            elif time.monotonic() - start > seconds:
                verdict = f"Time limit exceeded ({seconds:g} s)"
            else:
                _wait(process)
    finally:
        _end_all(process)
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if verdict:
        status = MEMORY_STATUS if verdict.startswith("Memory") else TIME_STATUS
    return Outcome(status, time.monotonic() - start, peak, verdict)


def _wait(process):
    try:
        process.wait(PERIOD)
    except subprocess.TimeoutExpired:
        pass


def family(leader):
    """Process ids of a session, and of all that descend from it: what a command has started.

    Of all processes bytes are read: the name of one, cut at 15 bytes, may be no UTF-8.
    """
    parents, members = {}, {leader}
    for folder in PROC.glob("[0-9]*"):
        try:
            _, parent, _, session = (folder / "stat").read_bytes().rpartition(b")")[2].split()[:4]
        except OSError:
            continue  # it has just ended
        parents[int(folder.name)] = int(parent)
        if int(session) == leader:
            members.add(int(folder.name))
    while found := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= found
    return members


def memory_of(pids):
    """Bytes of resident memory: now of all processes together, or at most of a single one."""
    now, most = 0, 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "status").read_bytes().splitlines()
        except OSError:
            continue
        facts = dict(line.split(b":", 1) for line in lines if line.startswith((b"VmRSS", b"VmHWM")))
        sizes = {name: int(value.split()[0]) * 1024 for name, value in facts.items()}
        now += sizes.get(b"VmRSS", 0)
        most = max(most, sizes.get(b"VmHWM", 0))
    return max(now, most)


def _end_all(process):
    """Kill what is left of the command: also what it started in the background."""
    pids = family(process.pid) - ({process.pid} if process.poll() is not None else set())
    # Stopped first: a shell whose child is killed before it would still say so on the terminal.
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in pids:
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):
                pass  # it has just ended, or is another user's, as what a setuid program becomes
    process.wait()
