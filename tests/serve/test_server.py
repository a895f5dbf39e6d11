"""From the options to the service: each limit from its flag, threads, what uvicorn is told."""

import shutil
import socket
import subprocess
import sys

import onnxruntime
import pytest
from serve_load import MAIN
from serving import Held, ask, error_of
from starlette.testclient import TestClient

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.graph import scorer
from squad_reader.predict import reader
from squad_reader.serve import server
from squad_reader.serve.connection import Connection
from squad_reader.serve.port import check_port


def test_each_limit_is_that_of_its_flag(monkeypatch):
    held = Held()
    monkeypatch.setattr(server, "reader_of", lambda config, runtime: held.reader)
    limits = {"max_context": 60, "max_question": 30, "max_waiting": 1, "answer_seconds": 0.2}
    app = server.make_app(Config(**limits, allowed_host="reader.example", max_body=500))
    with TestClient(app, base_url="http://reader.example") as client:
        assert error_of(ask(client, "a" * 61), 422)["field"] == "context"
        assert error_of(ask(client, "a", "?" * 31), 422)["field"] == "question"
        assert error_of(client.post("/v1/answer", content=b"x" * 501), 413)["message"]
        late = error_of(ask(client, "a" * 60, "?" * 30), 503)
        assert late["message"] == "no answer within 0.2 seconds"
        full = error_of(ask(client, "a"), 503)  # the thread of the first one still holds its place
        assert full["message"].startswith("too many requests wait")
        held.go.set()


@pytest.mark.parametrize(
    ("workers", "threads", "expected"), [(1, 0, 2), (2, 0, 1), (5, 0, 1), (1, 3, 3), (2, 3, 3)]
)
def test_workers_share_the_cores_unless_a_flag_says_how_many_threads(
    monkeypatch, fixtures_dir, tmp_path, workers, threads, expected
):
    """As in a container with 2 of 64 cores, which `test_cores` has."""
    told = []

    def noted(content, options, **more):
        told.append(options.intra_op_num_threads)
        return real(content, options, **more)

    real = onnxruntime.InferenceSession
    monkeypatch.setattr(scorer.onnxruntime, "InferenceSession", noted)
    monkeypatch.setattr(reader, "num_cores", lambda: 2)
    folder = shutil.copytree(fixtures_dir / "golden_checkpoint", tmp_path / "reader")
    files = {
        "ckpt_load_dir": str(folder),
        "glove_path": str(fixtures_dir / "glove.small.50d.txt"),
    }
    reader.reader_of(Config(**files, workers=workers, threads=threads), "onnx")
    assert told and set(told) == {expected}


@pytest.mark.parametrize("workers", [1, 2])
def test_uvicorn_reads_requests_of_http_alone_by_our_connection(monkeypatch, workers):
    """With a library for web sockets, it would else open them past the guard."""
    told = {}
    monkeypatch.setattr(server, "make_app", lambda config: None)
    monkeypatch.setattr(server.uvicorn, "run", lambda app, **options: told.update(options))
    monkeypatch.setattr(server, "check_port", lambda host, port: None)
    monkeypatch.setenv(server.VARIABLE, "")
    server.serve(Config(workers=workers, host="127.0.0.2", port=7))
    expected = {
        "http": Connection,
        "ws": "none",
        "workers": workers,
        "host": "127.0.0.2",
        "port": 7,
    }
    assert {name: told[name] for name in expected} == expected


@pytest.mark.parametrize("workers", [1, 2])
def test_a_wrong_checkpoint_is_told_before_any_process_starts(monkeypatch, workers):
    """uvicorn would start a worker that ends with an error again and again."""

    def refuse(config, runtime):
        raise InputError("the weights are damaged")

    monkeypatch.setattr(server, "reader_of", refuse)
    monkeypatch.setattr(server.uvicorn, "run", lambda *_, **__: pytest.fail("it listens"))
    monkeypatch.setenv(server.VARIABLE, "")
    with pytest.raises(InputError, match="the weights are damaged"):
        server.serve(Config(workers=workers, port=0))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_port_in_use_is_one_line(reader_flags, workers):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        command = [sys.executable, MAIN, "serve", f"--port={port}", f"--workers={workers}"]
        done = subprocess.run([*command, *reader_flags], capture_output=True, text=True, timeout=60)
    start = f"main.py: error: --host=127.0.0.1 --port={port}: cannot listen there: "
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(start) and done.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["no such name", "a" * 70, "::1::2"])
def test_a_host_that_is_none_is_one_line(host):
    with pytest.raises(InputError, match=f"--host={host} --port=0: cannot listen there: ."):
        check_port(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "", "0.0.0.0"])
def test_a_port_that_is_free_is_free_again_after_the_check(host):
    check_port(host, 0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    check_port("127.0.0.1", port)
    socket.create_server(("127.0.0.1", port)).close()
