"""The service in the tests' own process, with a stub for the model; for several files of tests."""

import threading
import time

from made_up import WantedScorer, stub_reader
from starlette.testclient import TestClient

from squad_reader.config import Config
from squad_reader.serve.api import make_api
from squad_reader.serve.server import guarded
from squad_reader.serve.service import Limits, Service

ORIGIN = "https://example.org"
POST = b"POST /v1/answer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


def application(reader=None, limits=None, **options):
    """Two words are answers: Riga and 40."""
    service = Service(reader or stub_reader({"Riga": 9.0, "40": 9.0}), limits or Limits())
    config = Config(**options)
    return guarded(make_api(service, config.root_path), config)


def client(reader=None, limits=None, **options):
    """A client of the whole application."""
    app = application(reader, limits, **options)
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def ask(client, context, question="Where?", **more):
    return client.post("/v1/answer", json={"context": context, "question": question, **more})


def error_of(response, status):
    assert response.status_code == status, response.text
    return response.json()["error"]


def failing_reader():
    said = "secret text"

    class Failing(WantedScorer):
        def get_logits(self, batch):
            raise RuntimeError(said)

    reader = stub_reader({})
    object.__setattr__(reader.members[0], "scorer", Failing())
    return reader


class Held:
    """A reader that answers when it is told to."""

    def __init__(self):
        self.go, held = threading.Event(), self

        class Waiting(WantedScorer):
            def get_logits(self, batch):
                assert held.go.wait(30)
                return super().get_logits(batch)

        self.reader = stub_reader({"Riga": 9.0})
        object.__setattr__(self.reader.members[0], "scorer", Waiting())


class Slow:
    """A reader that takes its time for each batch, and counts them."""

    def __init__(self, seconds):
        self.batches, slow = 0, self

        class Sleeping(WantedScorer):
            def get_logits(self, batch):
                slow.batches += 1
                time.sleep(seconds)
                return super().get_logits(batch)

        self.reader = stub_reader({"Riga": 9.0})
        object.__setattr__(self.reader.members[0], "scorer", Sleeping())
