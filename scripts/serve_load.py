"""Starts the service and asks it, by many clients at once: for `benchmark.py` and for tests."""

import http.client
import itertools
import json
import queue
import re
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

MAIN = Path(__file__).resolve().parent.parent / "code" / "main.py"
CLIENTS = 16
FIRST = 1000  # requests, in which the speed is measured
LISTENS = re.compile(r"running on http://([\d.]+):(\d+) ")
HEADERS = {"Content-Type": "application/json"}


class Server(NamedTuple):
    """A process that serves.

    Attributes:
        pid: its number.
        place: address and port.
        log: the file with all that it printed.
    """

    pid: int
    place: tuple[str, int]
    log: Path

    def megabytes(self, what="VmRSS"):
        """Memory now, or with "VmHWM" the most so far; as Linux tells it."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"{what}:\s+(\d+) kB", status)[1]) * 1024 / 1e6


@contextmanager
def running(*flags, **where):
    """Serve with these flags, on a free port, as long as the block runs.

    Args:
        *flags: of `main.py serve`.
        **where: of `subprocess.Popen`, such as its folder and its environment.
    """
    command = [sys.executable, MAIN, "serve", "--port=0", *flags]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.txt"
        with path.open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, **where)
        with process:
            try:
                yield Server(process.pid, _place_of(process, path), path)
            finally:
                process.terminate()


def _place_of(process, log):
    """Where it listens, from its log."""
    while process.poll() is None:
        if found := LISTENS.search(log.read_text("utf-8", errors="replace")):
            return found[1], int(found[2])
        time.sleep(0.02)
    raise OSError(f"the service did not start: {log.read_text('utf-8', errors='replace')}")


class Client:
    """One that keeps its connection."""

    def __init__(self, server, timeout=120):
        self.connection = http.client.HTTPConnection(*server.place, timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def request(self, method, path, content=None):
        """Status and content of the answer."""
        body = None if content is None else json.dumps(content)
        self.connection.request(method, path, body, HEADERS if body else {})
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def ask(self, context, question):
        """The answer to a question; anything but an answer is an error."""
        asked = {"context": context, "question": question}
        status, content = self.request("POST", "/v1/answer", asked)
        if status != 200:
            raise OSError(f"expected an answer, got status {status}: {content}")
        return content


def ask_all(server, questions, clients):
    """Ask all of some questions, by several clients at the same time.

    Args:
        server: a `Server`.
        questions: (context, question) of each.
        clients: how many.

    Returns:
        The answers, in the order of the questions, and the seconds that each took.
    """
    free = queue.SimpleQueue()

    def ask(asked):
        client = free.get()
        begin = time.perf_counter()
        try:
            return client.ask(*asked), time.perf_counter() - begin
        finally:
            free.put(client)

    with ExitStack() as stack, ThreadPoolExecutor(clients) as pool:
        for _ in range(clients):
            free.put(stack.enter_context(Client(server)))
        done = list(pool.map(ask, questions))
    return [answer for answer, _ in done], [seconds for _, seconds in done]


def percentile_99(seconds):
    """What 99 of 100 are not above."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[-1]


def questions_of(path, number):
    """So many (context, question) of a SQuAD file, from the first one on again where it has less.

    Args:
        path: the file.
        number: how many.
    """
    sys.path.insert(0, str(MAIN.parent))
    from squad_reader.data.squad_json import read_squad

    data = read_squad(path)
    pairs = [(data.contexts[each.context_index], each.question) for each in data.examples]
    return list(itertools.islice(itertools.cycle(pairs), number))


def measure_load(server, questions):
    """Ask all of some questions, by `CLIENTS` at the same time.

    Yields:
        What was measured, the value, and the server's peak memory in MB: after the `FIRST`
        requests, and after all.
    """
    first, rest = questions[:FIRST], questions[FIRST:]
    begin = time.perf_counter()
    _, seconds = ask_all(server, first, CLIENTS)
    rate = len(first) / (time.perf_counter() - begin)
    before = server.megabytes()
    value = f"{rate:.0f} requests/s, 99th percentile {1000 * percentile_99(seconds):.0f} ms"
    yield f"{CLIENTS} clients, {len(first):,} requests", value, server.megabytes("VmHWM")
    ask_all(server, rest, CLIENTS)
    now = server.megabytes()
    value = f"{now:.0f} MB in use, {now - before:+.0f} MB since the first {len(first):,}"
    yield f"memory after {len(questions):,} requests", value, server.megabytes("VmHWM")
