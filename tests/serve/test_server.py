"""From the options to the service: each limit from its flag, threads, what uvicorn is told."""

import shutil

import onnxruntime
import pytest
from serving import Held, ask, error_of
from starlette.testclient import TestClient

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.graph import scorer
from squad_reader.predict import reader
from squad_reader.serve import server
from squad_reader.serve.connection import Connection


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
        server.serve(Config(workers=workers))


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"root_path": "reader"}, "--root_path must begin with a slash, got reader"),
        ({"allow_origin": "https://a.org,https://b.org/"}, "without a path, .* got https://b.org/"),
        ({"allow_origin": "https://a.org/page"}, "without a path, .* got https://a.org/page"),
        ({"allow_origin": "a.org"}, "expected scheme and name .* got a.org"),
    ],
)
def test_a_path_or_an_origin_that_no_request_can_have_is_refused(options, line):
    with pytest.raises(InputError, match=line):
        server.serve(Config(**options))


@pytest.mark.parametrize(
    "options",
    [
        {"root_path": "/reader"},
        {"root_path": "/a/b/"},
        {"root_path": "/"},
        {"allow_origin": "*"},
        {"allow_origin": "null"},
        {"allow_origin": "http://localhost:3000,https://Example.org, http://[::1]:80,"},
    ],
)
def test_a_path_or_an_origin_that_a_request_can_have_is_taken(options, monkeypatch):
    listened = []
    monkeypatch.setattr(server, "make_app", lambda config: None)
    monkeypatch.setattr(server.uvicorn, "run", lambda *_, **__: listened.append(True))
    monkeypatch.setenv(server.VARIABLE, "")
    server.serve(Config(**options))
    assert listened
