"""The service as a process of its own: what only a real server, with real clients, can show."""

import http.client
import json
import random
import select
import socket
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from serve_load import Client, ask_all, running
from serving import POST

from squad_reader.predict.reader import Reader
from squad_reader.serve.headers import SECURITY_HEADERS
from squad_reader.serve.text_reader import TextReader

BODY_SECONDS = 3
SLOW = 200  # clients
MEMORY = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="only Linux tells the memory of a process"
)
WORDS = "the king of old Riga met Alma , who sold 40 clocks in 1987 . a mill river stands".split()


@pytest.fixture(scope="module")
def server(reader_flags):
    with running(*reader_flags, f"--body_seconds={BODY_SECONDS}", "--answer_seconds=200") as one:
        yield one


def text_of(words, seed, new=0.0):
    """A text of so many words, in paragraphs; a part of the words is in no other text."""
    rng = random.Random(seed)
    ends = ("", "", "", "", "", "", "", "", "", "\n\n")
    made = (f"w{seed}x{i}" if rng.random() < new else rng.choice(WORDS) for i in range(words))
    return " ".join(word + rng.choice(ends) for word in made)


def send_chunks(client, megabytes):
    """Send a body without a length."""
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    client.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(megabytes):
        client.sendall(chunk)
    client.sendall(b"0\r\n\r\n")


@MEMORY
def test_a_large_body_in_chunks_is_refused_and_not_held(server):
    before = server.megabytes("VmHWM")
    connection = socket.create_connection(server.place, timeout=60)
    with connection as client, ThreadPoolExecutor(1) as pool:
        told = pool.submit(client.recv, 1000)
        with suppress(OSError):  # a server need not wait for all of it
            send_chunks(client, 1000)
        assert told.result().startswith(b"HTTP/1.1 413 ")
    assert server.megabytes("VmHWM") - before < 60


def test_who_sends_all_of_a_large_body_before_looking_for_an_answer_gets_it(server):
    with socket.create_connection(server.place, timeout=60) as client:
        client.sendall(POST + b"Content-Length: 20000000\r\n\r\n")
        for _ in range(200):
            client.sendall(b"x" * 100_000)
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "sent", [b"GARBAGE\r\n\r\n", POST + b"Transfer-Encoding: chunked\r\n\r\nno number\r\n"]
)
def test_a_malformed_request_gets_an_error_like_all_others(server, sent):
    with socket.create_connection(server.place, timeout=60) as client:
        client.sendall(sent)
        response = http.client.HTTPResponse(client)
        response.begin()
        assert response.status == 400 and response.headers["Content-Type"] == "application/json"
        assert "expected an HTTP request" in json.loads(response.read())["error"]["message"]
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value


def test_slow_clients_are_cut_off_and_another_one_is_answered_meanwhile(server):
    slow = {socket.create_connection(server.place, timeout=60) for _ in range(SLOW)}
    try:
        begin = time.monotonic()
        for client in slow:
            client.sendall(POST + b"Content-Length: 1000\r\n\r\n")
        with Client(server) as other:
            assert other.ask("Zorn met Alma in Riga.", "Where?")["answers"]
        assert time.monotonic() - begin < BODY_SECONDS  # so none of them was cut off yet
        statuses = []
        while slow:
            readable, _, _ = select.select(slow, [], [], 0.2)
            statuses += [client.recv(1000).split(b" ", 2)[1] for client in readable]
            for client in readable:
                client.close()
            slow.difference_update(readable)
            for client in slow:
                with suppress(ConnectionError):  # cut off this moment: the answer is there to read
                    client.sendall(b" ")
            assert time.monotonic() - begin < 60
    finally:
        for client in slow:
            client.close()
    assert statuses == [b"408"] * SLOW


def test_health_is_told_at_once_while_long_texts_are_read(server):
    questions = [(text_of(8000, seed), "Who met Alma?") for seed in range(40)]
    waits = []
    with Client(server) as health, ThreadPoolExecutor(1) as pool:
        begin = time.monotonic()
        asked = pool.submit(ask_all, server, questions, 40)
        while not asked.done():
            sent = time.monotonic()
            assert health.request("GET", "/healthz") == (200, {"status": "ok"})
            waits.append(time.monotonic() - sent)
            time.sleep(0.05)
        took = time.monotonic() - begin
    answers, _ = asked.result()
    assert len(answers) == 40 and all(each["answers"] for each in answers)
    # If it came in its turn, the first one would wait for all forty.
    assert statistics.median(waits) < took / 20 and max(waits) < took / 2


def test_answers_to_64_at_once_are_those_of_each_alone(server, reader_flags):
    questions = [(text_of(20 + 5 * i, i) + f" code {i}000", "Which code?") for i in range(64)]
    found, _ = ask_all(server, questions, 64)
    folder, glove = (flag.split("=", 1)[1] for flag in reader_flags)
    reader = Reader.load(folder, glove, runtime="onnx")
    for (context, question), each in zip(questions, found, strict=True):
        (alone,) = TextReader(reader, context).ask(question).answers
        (answer,) = each["answers"]
        assert answer.pop("probability") == pytest.approx(alone.probability, rel=1e-3)
        assert tuple(answer.values()) == alone[:3]


@MEMORY
@pytest.mark.slow
def test_memory_reaches_a_plateau(reader_flags):
    rng, used = random.Random(1), []
    with running(*reader_flags) as server:
        for part in range(4):
            lengths = [int(5 * 1000 ** rng.random()) for _ in range(500)]  # 5 to 5,000
            asked = [(text_of(n, 1000 * part + i, 0.1), "Who?") for i, n in enumerate(lengths)]
            ask_all(server, asked, 8)
            used.append(server.megabytes())
    assert used[3] - used[1] < 30, used
