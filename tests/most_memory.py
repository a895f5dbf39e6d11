"""Runs a script, then prints the most memory that this process had, in KB.

Usage: python tests/most_memory.py SCRIPT [ARGUMENTS]; in a test: `run_measured`.

Where there is a /proc its number is taken, since ru_maxrss begins with that of the process which
started this one.
"""

import atexit
import re
import resource
import runpy
import subprocess
import sys


def run_measured(script, *args, **kwargs):
    """The process, which has to end well, and its memory in KB."""
    command = [sys.executable, __file__, str(script), *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, **kwargs)
    assert done.returncode == 0, done.stderr
    return done, int(re.search(r"most memory: (\d+)", done.stderr).group(1))


def tell():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        with open("/proc/self/status") as file:
            most = int(re.search(r"VmHWM:\s*(\d+)", file.read()).group(1))
    except OSError:
        pass
    print("most memory:", most, file=sys.stderr)


if __name__ == "__main__":
    atexit.register(tell)
    sys.argv = sys.argv[1:]
    sys.path[0] = sys.argv[0].rsplit("/", 1)[0]
    runpy.run_path(sys.argv[0], run_name="__main__")
