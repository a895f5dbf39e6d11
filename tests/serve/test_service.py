"""The service, with a stub for the model: answers and their places, errors, limits, headers."""

import asyncio
import json
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from made_up import WantedScorer, stub_reader
from starlette.testclient import TestClient

from squad_reader.config import Config
from squad_reader.serve.api import Limits, Service, make_api
from squad_reader.serve.guard import SECURITY_HEADERS, Guard
from squad_reader.serve.server import guarded

ORIGIN = "https://example.org"


def client(reader=None, limits=None, **options):
    """A client of the whole application."""
    service = Service(reader or stub_reader({"Riga": 9.0, "40": 9.0}), limits or Limits())
    app = guarded(make_api(service), Config(**options))
    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)


def ask(client, context, question="Where?", **more):
    return client.post("/v1/answer", json={"context": context, "question": question, **more})


def error_of(response, status):
    assert response.status_code == status, response.text
    return response.json()["error"]


@pytest.mark.parametrize(
    ("context", "text", "start"),
    [
        ("Zorn met Alma in Riga.", "Riga", 17),
        ("🚲🚲 rental costs 40 euros", "40", 16),  # in code points
        ("e\u0301e\u0301 40", "40", 5),
    ],
)
def test_an_answer_has_its_place_in_code_points(context, text, start):
    response = ask(client(), context, n_best=3)
    assert response.status_code == 200
    content = response.json()
    first = content["answers"][0]
    assert (first["text"], first["char_start"]) == (text, start)
    assert context[first["char_start"] : first["char_end"]] == text
    assert content["passages_read"] == content["passages"] == 1
    probabilities = [answer["probability"] for answer in content["answers"]]
    assert len(probabilities) == 3 and 0 < sum(probabilities) <= 1


def test_what_the_answer_looked_at_is_told_where_it_is_asked_for():
    assert ask(client(), "in Riga").json()["attention"] is None
    look = ask(client(), "in Riga", "Where ?", attention=True).json()["attention"]
    assert look == {"answer": ["Riga"], "question": ["Where", "?"], "weights": [[0.0, 1.0]]}


def test_a_body_without_its_type_is_told_what_to_add():
    response = client().post("/v1/answer", content=b'{"context": "a", "question": "?"}')
    assert "Content-Type: application/json" in error_of(response, 422)["message"]


def test_many_questions_are_answered_in_their_order():
    asked = [{"context": f"w{i} Riga", "question": "?", "n_best": 1} for i in range(5)]
    results = client().post("/v1/answers", json={"questions": asked}).json()["results"]
    assert [each["answers"][0]["text"] for each in results] == ["Riga"] * 5


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"question": "?"}, "context"),
        ({"context": "a", "question": 7}, "question"),
        ({"context": "", "question": "?"}, "context"),
        ({"context": " \n", "question": "?"}, "context"),
        ({"context": "a", "question": ""}, "question"),
        ({"context": "a", "question": "?", "n_best": 0}, "n_best"),
        ({"context": "a" * 101, "question": "?"}, "context"),
        ({"context": "a", "question": "?" * 51}, "question"),
        ({"context": "\ud800", "question": "?"}, "context"),
        ([], None),
    ],
)
def test_a_wrong_field_is_named_and_never_repeated(body, field):
    response = client(limits=Limits(context=100, question=50)).post(
        "/v1/answer", content=json.dumps(body), headers={"content-type": "application/json"}
    )
    error = error_of(response, 422)
    assert error["field"] == field and error["message"]
    assert "a" * 101 not in response.text


def test_a_body_that_is_no_json_and_an_unknown_route_get_json():
    service = client()
    assert error_of(service.post("/v1/answer", content=b"{no"), 422)["message"]
    assert error_of(service.get("/none"), 404)["message"] == "Not Found"
    assert error_of(service.get("/v1/answer"), 405)["message"] == "Method Not Allowed"


@pytest.mark.parametrize("text", ["…", "one"])
def test_a_text_of_one_token_is_answered(text):
    (answer,) = ask(client(), text).json()["answers"]
    assert answer["text"] == text and answer["probability"] == 1.0


def test_the_page_health_and_the_description_are_there():
    service = client()
    assert service.get("/healthz").json() == {"status": "ok"}
    for path, kind in (("/", "html"), ("/page.css", "css"), ("/page.js", "javascript")):
        response = service.get(path)
        assert response.status_code == 200 and kind in response.headers["content-type"]
    assert service.get("/favicon.ico").status_code == 204
    described = service.get("/openapi.json").json()["paths"]
    assert set(described) == {"/v1/answer", "/v1/answers", "/healthz"}


def failing_reader():
    class Failing(WantedScorer):
        def get_logits(self, batch):
            raise RuntimeError("secret text")

    reader = stub_reader({})
    object.__setattr__(reader.members[0], "scorer", Failing())
    return reader


def test_every_answer_has_the_security_headers_errors_too():
    service = client(failing_reader(), max_body=1000)
    responses = [
        service.get("/"),
        service.get("/none"),
        service.get("/healthz", headers={"host": "evil.example"}),
        service.post("/v1/answer", content=b"x" * 2000),
        service.post("/v1/answer", content=b"{no"),
        ask(service, "a"),
    ]
    assert [each.status_code for each in responses] == [200, 404, 400, 413, 422, 500]
    for response in responses:
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value
        assert "secret" not in response.text


@pytest.mark.parametrize(
    ("host", "allowed", "status"),
    [
        ("localhost", "", 200),
        ("LOCALHOST:8000", "", 200),
        ("127.0.0.1:8000", "", 200),
        ("[::1]:8000", "", 200),
        ("[::1]", "", 200),
        ("evil.example", "", 400),
        ("", "", 400),
        ("reader.example:80", "reader.example, other", 200),
        ("evil.example", "*", 200),
    ],
)
def test_the_name_that_a_client_calls_is_checked(host, allowed, status):
    response = client(allowed_host=allowed).get("/healthz", headers={"host": host})
    assert response.status_code == status


def test_an_allowed_origin_can_read_errors_and_another_one_cannot():
    service = client(failing_reader(), allow_origin=ORIGIN, max_body=1000)
    for origin, allowed in ((ORIGIN, True), ("https://evil.example", False)):
        headers = {"origin": origin, "content-type": "application/json"}
        for content, status in ((b"x" * 2000, 413), (b"{no", 422), (None, 500)):
            content = content or json.dumps({"context": "a", "question": "?"})
            response = service.post("/v1/answer", content=content, headers=headers)
            assert response.status_code == status
            found = response.headers.get("access-control-allow-origin")
            assert found == (ORIGIN if allowed else None)


@pytest.mark.parametrize("path", ["/reader/healthz", "/healthz", "/reader/", "/"])
def test_a_path_of_a_proxy_may_be_stripped_or_not(path):
    assert client(root_path="/reader").get(path).status_code == 200


def test_the_path_of_a_proxy_without_its_slash_leads_to_the_page():
    response = client(root_path="/reader/").get("/reader", follow_redirects=False)
    assert response.status_code == 308 and response.headers["location"] == "/reader/"


def test_another_path_that_only_begins_so_is_not_stripped():
    assert client(root_path="/reader").get("/readers").status_code == 404


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


def test_where_too_many_wait_the_next_is_refused_and_health_answers():
    held = Held()
    with client(held.reader, Limits(waiting=1)) as service, ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(ask, service, "Riga") for _ in range(2)]
        done, waiting = wait(asked, timeout=20, return_when=FIRST_COMPLETED)
        refused, first = done.pop().result(), waiting.pop()
        assert error_of(refused, 503)["message"].startswith("too many requests")
        assert refused.headers["retry-after"] == "1"
        assert service.get("/healthz").status_code == 200
        held.go.set()
        assert first.result().status_code == 200


def test_an_answer_that_takes_too_long_is_an_error():
    held = Held()
    with client(held.reader, Limits(seconds=0.1)) as service:
        assert "no answer within 0.1 seconds" in error_of(ask(service, "Riga"), 503)["message"]
        held.go.set()


def test_answers_at_the_same_time_are_those_of_each_alone():
    reader = stub_reader({f"code{i}": 9.0 for i in range(64)})
    with client(reader) as service, ThreadPoolExecutor(16) as pool:
        contexts = [" ".join(["w"] * (1 + 7 * i)) + f" code{i} end" for i in range(64)]
        found = [each.json() for each in pool.map(lambda text: ask(service, text), contexts)]
        alone = [ask(service, text).json() for text in contexts]
    assert [each["answers"][0]["text"] for each in found] == [f"code{i}" for i in range(64)]
    assert found == alone


# --- the guard alone ------------------------------------------------------------------------------


def responses_to(guard, messages, headers=()):
    """What a guard sends for a request whose body comes in these messages; then nothing comes."""
    sent, left = [], list(messages)

    async def receive():
        if left:
            return left.pop(0)
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/answer", "query_string": b""}
    scope["headers"] = [(b"host", b"localhost"), *headers]
    asyncio.run(guard(scope, receive, send))
    return sent[0]["status"], json.loads(sent[1]["body"]), len(left)


async def no_app(scope, receive, send):
    raise AssertionError("the application was reached")


def part(size, more=True):
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_a_body_without_a_length_is_refused_before_it_is_held():
    status, content, left = responses_to(Guard(no_app, max_body=100), [part(60)] * 1000)
    assert status == 413 and left == 998
    assert content["error"]["message"] == "expected a body of at most 100 bytes, got more"


def test_a_body_that_says_its_length_is_refused_unread():
    headers = [(b"content-length", b"101")]
    status, _, left = responses_to(Guard(no_app, max_body=100), [part(60)] * 3, headers)
    assert status == 413 and left == 3


def test_a_slow_body_is_cut_off():
    guard = Guard(no_app, body_seconds=0.05)
    assert responses_to(guard, [part(1)])[0] == 408


def test_a_client_that_goes_away_ends_the_request():
    assert responses_to(Guard(no_app), [part(1), {"type": "http.disconnect"}])[0] == 400
