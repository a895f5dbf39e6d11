"""The service as a process of its own, as its flags say; and what it leaves behind: no text."""

import os
import re
import socket
import time
from pathlib import Path

import pytest
from serve_load import Client, running
from serving import ORIGIN, POST

HOST = "reader.example"
SECRET = "Quixquax"  # in no log and no file
STARTED = re.compile(r"Started server process \[(\d+)\]")


def test_the_flags_reach_the_service(reader_flags):
    flags = ["--root_path=/reader", f"--allow_origin={ORIGIN}", "--max_body=12000"]
    flags += ["--max_context=60", "--max_question=30", "--answer_seconds=0.0001"]
    with running(*reader_flags, *flags, f"--allowed_host={HOST}") as server, Client(server) as one:
        for path in ("/reader/", "/reader/docs", "/docs"):
            one.connection.request("GET", path, headers={"Host": HOST})
            with one.connection.getresponse() as response:
                assert response.status == 200 and b"<html" in response.read()
        _, described = one.request("GET", "/reader/openapi.json")
        assert described["servers"] == [{"url": "/reader"}]
        for context, question, status, said in (
            ("a" * 61, "?", 422, "context"),
            ("a", "?" * 31, 422, "question"),
            ("a" * 60, "?" * 30, 503, "no answer within 0.0001 seconds"),
        ):
            asked = {"context": context, "question": question}
            found, content = one.request("POST", "/v1/answer", asked)
            assert found == status and said in content["error"].values()
        one.connection.request("POST", "/v1/answer", b"x" * 12001, {"Origin": ORIGIN})
        with one.connection.getresponse() as response:
            assert response.status == 413
            assert response.headers["Access-Control-Allow-Origin"] == ORIGIN


@pytest.fixture
def watched(reader_flags, tmp_path):
    """A server with an empty folder to work in and an empty one for temporary files."""
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    for folder in (work, temporary):
        folder.mkdir()
    env = {**os.environ, "TMPDIR": str(temporary), "HOME": str(work)}
    # From the lengths follows that a body may have 11,200 bytes.
    limits = [
        "--max_context=50",
        "--max_question=50",
        "--body_seconds=0.5",
        f"--allow_origin={ORIGIN}",
    ]
    with running(*reader_flags, *limits, cwd=work, env=env) as server:
        yield server


def files_of(*folders):
    """Path, size and time of all files in them."""
    paths = [path for folder in folders for path in folder.rglob("*")]
    return {(path, path.stat().st_size, path.stat().st_mtime_ns) for path in paths}


def test_no_text_is_written_into_a_file_or_the_log(watched, reader_flags, tmp_path):
    text, reader = f"Zorn met {SECRET} in Riga.", Path(reader_flags[0].split("=", 1)[1])
    before = files_of(tmp_path, reader)
    with Client(watched) as client:
        assert client.ask(text, f"Who is {SECRET}?")["answers"]
        for asked, status in (
            ({"context": text, "question": SECRET, "n_best": 0}, 422),
            ({"context": text, "question": SECRET, "n_best": SECRET}, 422),
            ({"context": SECRET * 2000, "question": SECRET}, 413),
        ):
            assert client.request("POST", "/v1/answer", asked)[0] == status
        assert client.request("GET", f"/v1/answer?context={SECRET}")[0] == 405
        for method, path in (("GET", "/" + "a" * 99 + SECRET), ("A" * 100 + SECRET, "/healthz")):
            assert client.request(method, path)[0] in (404, 405)
        preflight = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
        client.connection.request("OPTIONS", f"/v1/answer?context={SECRET}", headers=preflight)
        with client.connection.getresponse() as response:
            assert response.status == 204
    for sent, status in (
        (POST + b"Transfer-Encoding: chunked\r\n\r\n2ee0\r\n" + SECRET.encode() * 1500, b"413"),
        (POST + b"Content-Length: 999\r\n\r\n" + text.encode(), b"408"),
        (f"{SECRET}\r\n\r\n".encode(), b"400"),
    ):
        with socket.create_connection(watched.place, timeout=60) as one:
            one.sendall(sent)
            assert one.recv(1000).split(b" ", 2)[1] == status
    log = watched.log.read_text("utf-8")
    assert "200" in log and "408" in log and SECRET not in log
    assert files_of(tmp_path, reader) == before


def test_several_workers_serve_with_the_same_options(reader_flags):
    with running(*reader_flags, "--workers=2", "--max_question=30") as server:
        end = time.monotonic() + 60
        while server.log.read_text("utf-8").count("Application startup complete") < 2:
            assert time.monotonic() < end, server.log.read_text("utf-8")
            time.sleep(0.05)
        for _ in range(8):  # connections, each to any of the two
            with Client(server) as client:
                (answer,) = client.ask("Zorn met Alma in Riga.", "Who?")["answers"]
                assert answer["text"] in "Zorn met Alma in Riga."
                asked = {"context": "a", "question": "?" * 31}
                assert client.request("POST", "/v1/answer", asked)[0] == 422
        assert len(set(STARTED.findall(server.log.read_text("utf-8")))) == 2
