"""How many processor cores this process may use: what a container allows counts too.

A container may let a process see 64 cores and give it the time of two. Two threads are then faster
than 64.

Source of the files: the Linux kernel's cgroup v2 (`cpu.max`) and v1 (`cpu.cfs_quota_us`):
    https://docs.kernel.org/admin-guide/cgroup-v2.html
"""

import math
import os
from collections.abc import Iterator
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


def num_cores(own: Path = OWN, cgroups: Path = CGROUPS) -> int:
    """Cores that this process may use, at least 1.

    Args:
        own: file that names the process' groups.
        cgroups: folder of all groups.
    """
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quotas = [quota for folder in _folders(own, cgroups) for quota in _quotas(folder)]
    return max(1, min([cores, *(math.ceil(quota) for quota in quotas)]))


def _folders(own: Path, cgroups: Path) -> Iterator[Path]:
    """Folders of the process' groups and of those around them: each of them may have a limit."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        lines = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        base = cgroups / controllers  # of version 2, where it is empty, `cgroups`
        # In a container the path may be that on the host, which is not there: its own is the base.
        parts = [part for part in path.split("/") if part not in ("", "..")]
        yield from (base.joinpath(*parts[:length]) for length in range(len(parts) + 1))


def _quotas(folder: Path) -> Iterator[float]:
    """Cores' worth of time that a group may take, if it is limited."""
    for names in (("cpu.max",), ("cpu.cfs_quota_us", "cpu.cfs_period_us")):
        try:
            words = " ".join((folder / name).read_text("utf-8") for name in names).split()
            quota, period = float(words[0]), float(words[1])
        except (OSError, ValueError, IndexError):  # not there, or "max"
            continue
        if quota > 0 and period > 0:  # -1: no limit
            yield quota / period
