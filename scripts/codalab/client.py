"""Calls of CodaLab's client `cl`, and what its output means.

Its exit status is only 0 or 1, so what went wrong is read from the last line of its stderr. The
forms of the outputs are those of the package `codalab` 1.7.5.
"""

import os
import re
import shlex
import subprocess
import sys
import threading
from typing import NamedTuple

from bundles import UserError, pass_on, screen

HIDDEN = re.compile(rb"Traceback \(most recent call last\)|Terminated by Ctrl-C")
UUID = re.compile(r"^0x[0-9a-f]{32}$", re.MULTILINE)
WORKSHEET = re.compile(r"(\S+)/worksheets/(0x[0-9a-f]{32})")
# The server cannot be reached, or answers with a status of 500 or more. The client prints a
# traceback for these, and none for mistakes of the user.
OUTAGE = re.compile(
    r"^(?:\w+\.)*(?:JsonApiException|URLError|HTTPError|RemoteDisconnected|IncompleteRead"
    r"|Connection\w*Error|timeout|TimeoutError):?"
)


class Answer(NamedTuple):
    """How a call ended: its exit status, stdout, and its last line of stderr."""

    status: int
    output: bytes
    error: str

    @property
    def is_outage(self):
        """Whether the server did not answer, so that the same call may work later."""
        return self.status != 0 and OUTAGE.match(self.error) is not None

    @property
    def text(self):
        """What it printed on stdout."""
        return self.output.decode(errors="replace").strip()

    @property
    def fault(self):
        """The last line of its stderr; of `JsonApiException` without the name of its module."""
        return re.sub(r"^(\w+\.)+(?=\w+: )", "", self.error) or "no message"


class Client:
    """The client under the command `command`, a list; each call is shown before it is made."""

    def __init__(self, command):
        self.command = command

    def show(self, line):
        """A call as it can be pasted into a shell."""
        return shlex.join([*self.command, *line])

    def call(self, line, quiet=False):
        """Make a call, passing on to stderr what it prints, up to a traceback.

        Args:
            line: arguments of `cl`.
            quiet: do not print its stdout.
        """
        screen.say(f"$ {self.show(line)}", sys.stderr)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        try:
            process = subprocess.Popen([*self.command, *line], **pipes, env=_environment())
        except OSError as error:
            raise UserError(f"--cl: cannot run {self.command[0]}: {error.strerror}") from error
        readers = [_Reader(process.stdout, quiet), _Reader(process.stderr)]
        try:
            status = process.wait()
        except BaseException:
            for reader in readers:
                reader.quiet = True  # what it says to Ctrl-C
            process.terminate()
            process.wait()
            raise
        output, errors = (reader.finish() for reader in readers)
        lines = errors.decode(errors="replace").replace("\r", "\n").split("\n")
        return Answer(status, output, next((one for one in reversed(lines) if one.strip()), ""))


class _Reader(threading.Thread):
    """Reads what a process prints, and prints it at once: also a prompt without a line end."""

    def __init__(self, pipe, quiet=False):
        super().__init__(daemon=True)
        self.pipe, self.quiet, self.read = pipe, quiet, bytearray()
        self.start()

    def run(self):
        with self.pipe:
            if screen.Stream(sys.stderr).isatty():
                for part in iter(self.pipe.read1, b""):
                    self._take(part, part)
            else:
                for part in self.pipe:
                    # Of a progress that was written again and again into one line, the last.
                    self._take(part, part.rstrip().rpartition(b"\r")[2] + b"\n")

    def _take(self, part, shown):
        self.read += part
        self.quiet = self.quiet or HIDDEN.search(part) is not None
        if not self.quiet:
            pass_on(shown, sys.stderr)

    def finish(self):
        self.join()
        return bytes(self.read)


def _environment():
    """The environment, in which Google's packages do not warn that Python 3.9 is old."""
    filters = filter(None, [os.environ.get("PYTHONWARNINGS"), "ignore::FutureWarning"])
    return {**os.environ, "PYTHONWARNINGS": ",".join(filters)}


def uuid_of(answer):
    """The identifier of the bundle that `cl upload` or `cl run` made: the last line.

    Example:
        >>> uuid_of(Answer(0, b"0x0123456789abcdef0123456789abcdef", ""))
        '0x0123456789abcdef0123456789abcdef'
    """
    found = UUID.findall(answer.text)
    if not found:
        raise UserError(f"expected the identifier of a bundle from cl, got {answer.text!r}")
    return found[-1]


def worksheet_of(answer):
    """INSTANCE::UUID of the worksheet that `cl work` prints; it names the worksheet in any shell.

    Example:
        >>> uuid = "0x0123456789abcdef0123456789abcdef"
        >>> text = f"Currently on worksheet: http://host/worksheets/{uuid} (home-me)"
        >>> worksheet_of(Answer(0, text.encode(), ""))
        'http://host::0x0123456789abcdef0123456789abcdef'
    """
    match = WORKSHEET.search(answer.text)
    if match is None:
        raise UserError(f"expected the current worksheet from cl work, got {answer.text!r}")
    return "::".join(match.groups())
