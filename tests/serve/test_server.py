"""From the options to the service: what uvicorn is told."""

import pytest

from squad_reader.config import Config
from squad_reader.serve import server
from squad_reader.serve.connection import Connection


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
