"""What a bundle is made of: dependencies under their keys, the files that count, their sizes.

Keys, sizes and times are written as CodaLab's own client `cl run` reads them.
"""

import argparse
import hashlib
import os
import re
import signal
import sys
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "code"))

from squad_reader import screen  # noqa: E402
from squad_reader.errors import InputError  # noqa: E402
from squad_reader.files import sha256_of  # noqa: E402

# Not uploaded, and not part of the sum of code: caches, and the reader that comes with the package.
# A run that answers with a checkpoint has that as a bundle of its own.
SHIPPED = "shipped"
EXCLUDED = ("__pycache__", "*.pyc", "*.egg-info", SHIPPED)
SIZE_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
TIME_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


class UserError(InputError):
    """Input from outside is not what was expected; the text is one line that says so."""


class Parser(argparse.ArgumentParser):
    """Flags in any place, never abbreviated; what is wrong with them is one line."""

    def __init__(self, prog, description):
        shape = argparse.RawDescriptionHelpFormatter
        super().__init__(
            prog=prog, description=description, allow_abbrev=False, formatter_class=shape
        )

    def error(self, message):
        raise UserError(f"{message}; see --help")


def run_script(main):
    """Run a script's `main` and exit with its status; an error of input or files is one line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all is cleaned up
    signal.signal(signal.SIGINT, _stop)
    sys.exit(screen.run_command(_name(), main))


def _stop(*_):
    """What Ctrl-C does; a second one does nothing, so that the first can clean up.

    SIG_IGN is not used: Python prints a line where a signal came just before it was set.
    """
    signal.signal(signal.SIGINT, lambda *_: None)
    raise KeyboardInterrupt


def say(line):
    """Tell the user something, on stderr: stdout is for results."""
    screen.say(f"{_name()}: {line}", sys.stderr)


def _name():
    return os.path.basename(sys.argv[0])


def pass_on(content, stream):
    """Print bytes as they are on stdout or stderr; where nobody reads them they are lost."""
    stream = screen.Stream(getattr(stream, "buffer", None))
    stream.write(content)
    stream.flush()


def parse_dependency(spec):
    """Key and absolute path of `KEY:PATH`; the key of `:PATH` is the path's last part.

    Raises:
        UserError: no colon (`cl run` would call it b1, b2, ...), or nothing there.

    Example:
        >>> parse_dependency("numbers:/dev/null")
        ('numbers', '/dev/null')
    """
    key, colon, path = spec.partition(":")
    if not colon or not path:
        raise UserError(f"expected KEY:PATH or :PATH before the command, got {spec!r}")
    path = os.path.abspath(os.path.expanduser(path))  # a shell leaves `KEY:~/PATH` as it is
    if not os.path.exists(path):
        raise UserError(f"{spec}: there is no file or folder {path}")
    return key or os.path.basename(path), path


def parse_dependencies(specs):
    """Key -> absolute path of all dependencies, in their order.

    Raises:
        UserError: a key that would lie outside of the bundle, or that is taken.
    """
    dependencies = {}
    for spec in specs:
        key, path = parse_dependency(spec)
        if key != os.path.normpath(key) or key.startswith(("/", "..")) or key == ".":
            raise UserError(f"{spec}: expected a key inside the bundle, got {key!r}")
        for other in dependencies:
            if key == other or key.startswith(other + "/") or other.startswith(key + "/"):
                raise UserError(f"{spec}: the key {key!r} is taken by {other!r}")
        dependencies[key] = path
    return dependencies


def files_of(path):
    """Relative path -> full path of a folder's files, less those excluded; of a file, itself."""
    if not os.path.isdir(path):
        return {os.path.basename(path): path}
    found = {}
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not is_excluded(name)]
        for name in names:
            if not is_excluded(name):
                full = os.path.join(folder, name)
                found[os.path.relpath(full, path)] = full
    return dict(sorted(found.items()))


def is_excluded(name):
    """Whether a file or folder of this name is not uploaded; see `EXCLUDED`."""
    return any(fnmatch(name, pattern) for pattern in EXCLUDED)


def size_of(path):
    """Bytes of a file, or of all files of a folder that count."""
    return sum(os.lstat(full).st_size for full in files_of(path).values())


def digest_of(path):
    """One sha256 of names and contents: it tells whether a bundle is still the same."""
    digest = hashlib.sha256()
    for name, full in files_of(path).items():
        if os.path.islink(full) and os.path.isdir(path):
            content = hashlib.sha256(os.readlink(full).encode()).hexdigest()
        else:
            content = sha256_of(full)
        label = name if os.path.isdir(path) else ""  # a file is known by its key
        digest.update(f"{label}\0{content}\n".encode())
    return digest.hexdigest()


def parse_size(text):
    """Bytes of `3`, `3k`, `3m`, `3g` or `3t`.

    Example:
        >>> parse_size("2g")
        2147483648
    """
    return int(_parse(text, SIZE_UNITS, "a size such as 500m or 2g"))


def parse_time(text):
    """Seconds of `3`, `3s`, `3m`, `3h` or `3d`.

    Example:
        >>> parse_time("10m")
        600.0
    """
    return _parse(text, TIME_UNITS, "a time such as 600, 10m or 2h")


def _parse(text, units, expected):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([a-z]?)", text.lower())
    if match is None or match[2] not in units or float(match[1]) == 0:
        raise UserError(f"expected {expected}, got {text!r}")
    return float(match[1]) * units[match[2]]


def show_size(size):
    """A size for people.

    Example:
        >>> show_size(2_500_000), show_size(2_500), show_size(25)
        ('2.5 MB', '2.5 kB', '25 bytes')
    """
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
