"""What stands around the routes: hosts, origins, paths, bodies, and headers of every response."""

import asyncio
import json
import re

import pytest
from serving import ORIGIN, ask, client, error_of, failing_reader

from squad_reader.serve import guard
from squad_reader.serve.guard import Guard
from squad_reader.serve.headers import SECURITY_HEADERS
from squad_reader.serve.service import Limits


def test_every_answer_has_the_security_headers_errors_too():
    options = {"max_body": 1000, "allow_origin": ORIGIN, "root_path": "/reader"}
    service = client(failing_reader(), **options)
    asked = {"origin": ORIGIN, "access-control-request-method": "POST"}
    responses = [
        service.options("/v1/answer", headers=asked),
        service.options("/v1/answer", headers={**asked, "origin": "https://evil.example"}),
        service.get("/"),
        service.get("/reader"),
        service.get("/none"),
        service.get("/v1/answer"),
        service.get("/healthz", headers={"host": "evil.example"}),
        service.post("/v1/answer", content=b"x" * 2000),
        service.post("/v1/answer", content=b"{no"),
        ask(service, "a"),
        ask(client(body_seconds=1e-9, **options), "a"),
        ask(client(limits=Limits(waiting=0), **options), "a"),
    ]
    statuses = [204, 405, 200, 200, 404, 405, 400, 413, 422, 500, 408, 503]
    assert [each.status_code for each in responses] == statuses
    for response in responses:
        for name, value in SECURITY_HEADERS.items():
            assert response.headers[name] == value
        assert "secret" not in response.text


def test_a_failure_is_told_in_json_and_the_log_has_its_place_but_no_text(caplog):
    error = error_of(ask(client(failing_reader()), "a"), 500)
    assert error == {"field": None, "message": "the server failed; see its log"}
    (record,) = [each for each in caplog.records if each.name == "squad_reader.serve"]
    told = record.getMessage()
    assert told.startswith("POST /v1/answer: RuntimeError\n") and "in get_logits" in told
    assert "secret text" not in caplog.text


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
        ("reader.example", "Reader.Example", 200),
        ("READER.example", "Reader.Example", 200),
        ("evil.example", "*", 200),
    ],
)
def test_the_name_that_a_client_calls_is_checked(host, allowed, status):
    response = client(allowed_host=allowed).get("/healthz", headers={"host": host})
    assert response.status_code == status


def test_an_allowed_origin_can_read_errors_and_another_one_cannot():
    service = client(failing_reader(), Limits(question=50), allow_origin=ORIGIN, max_body=1000)
    full = client(limits=Limits(waiting=0), allow_origin=ORIGIN)
    question = json.dumps({"context": "a", "question": "?"})
    asked = [
        (service, b"x" * 2000, 413),
        (service, b"{no", 422),
        (service, question, 500),
        (full, question, 503),
    ]
    for origin, allowed in ((ORIGIN, True), ("https://evil.example", False)):
        headers = {"origin": origin, "content-type": "application/json"}
        for of, content, status in asked:
            response = of.post("/v1/answer", content=content, headers=headers)
            assert response.status_code == status and response.json()["error"]["message"]
            found = response.headers.get("access-control-allow-origin")
            assert found == (ORIGIN if allowed else None)
            if status == 503 and allowed:
                assert response.headers["access-control-expose-headers"] == "retry-after"


def cross_origin_headers(response):
    return {name for name in response.headers if name.startswith("access-control-")}


@pytest.mark.parametrize("allowed", [ORIGIN, "*"])
def test_a_page_of_an_allowed_origin_may_ask(allowed):
    asked = {"origin": ORIGIN, "access-control-request-method": "POST"}
    asked["access-control-request-headers"] = "content-type"
    response = client(allow_origin=allowed).options("/v1/answer", headers=asked)
    assert response.status_code == 204 and response.content == b""
    assert response.headers["access-control-allow-origin"] == allowed
    assert "POST" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == "content-type"


def test_an_origin_that_is_not_allowed_gets_no_header_of_it_at_all():
    service = client(allow_origin=ORIGIN)
    for asked in ({"origin": "https://evil.example"}, {"origin": ""}, {}):
        preflight = {**asked, "access-control-request-method": "POST"}
        refused = service.options("/v1/answer", headers=preflight)
        assert error_of(refused, 405)["message"] == "Method Not Allowed"
        health = service.get("/healthz", headers=asked)
        assert health.status_code == 200
        assert cross_origin_headers(refused) == cross_origin_headers(health) == set()
        assert health.headers["vary"] == "Origin"


def test_the_host_of_a_preflight_is_checked():
    asked = {"origin": ORIGIN, "access-control-request-method": "POST", "host": "evil.example"}
    response = client(allow_origin=ORIGIN).options("/v1/answer", headers=asked)
    assert "Host" in error_of(response, 400)["message"]
    assert response.headers["access-control-allow-origin"] == ORIGIN  # who may read errors


def test_an_allowed_origin_may_be_written_with_capitals():
    service = client(allow_origin=f"{ORIGIN},https://Reader.Example:81")
    for origin in (ORIGIN, "https://reader.example:81"):
        response = service.get("/healthz", headers={"origin": origin})
        assert response.headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize("before", ["/reader", ""])
def test_a_path_of_a_proxy_may_be_stripped_or_not(before):
    service = client(root_path="/reader")
    for path in ("/", "/page.css", "/page.js", "/docs", "/openapi.json", "/healthz"):
        assert service.get(before + path).status_code == 200
    question = {"context": "in Riga", "question": "?"}
    assert service.post(before + "/v1/answer", json=question).json()["answers"][0]["text"] == "Riga"
    assert service.get(before + "/openapi.json").json()["servers"] == [{"url": "/reader"}]


@pytest.mark.parametrize("path", ["/", "/docs", "/a&b", "/a&b/"])
def test_all_addresses_of_a_page_lead_into_the_path_of_a_proxy(path):
    """Without a slash at its end, the page's own address would lead relative ones out of it."""
    found = re.findall(r'(?:href|src)="(.*?)"', client(root_path="/a&b").get(path).text)
    assert len(found) >= 4
    paths = {f"/a&amp;b/{name}" for name in ("", "docs", "page.css", "page.js", "favicon.ico")}
    assert set(found) <= {*paths, "/a&amp;b/openapi.json"}


def test_no_path_leads_out_of_that_of_a_proxy():
    response = client(root_path="/reader").get("/reader/healthz/", follow_redirects=False)
    assert response.status_code == 404


def test_of_a_wrong_method_the_right_one_is_told():
    response = client().get("/v1/answer")
    assert response.status_code == 405 and response.headers["allow"] == "POST"


def test_a_path_is_cut_for_the_log_alone():
    before = "/" + "reader" * 50
    assert client(root_path=before).get(before + "/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/healthz", "/docs", "/page.js", "/openapi.json"])
def test_what_can_be_got_has_a_head(path):
    service = client()
    head, got = service.head(path), service.get(path)
    assert head.status_code == 200 and head.headers == got.headers


def test_another_path_that_only_begins_so_is_not_stripped():
    assert client(root_path="/reader").get("/readers").status_code == 404


# --- the guard alone ------------------------------------------------------------------------------


def responses_to(guard, messages, headers=()):
    """What a guard sends for a request whose body comes in these messages; then nothing comes.

    Returns:
        Status, content, and how many messages were left when it answered and when it ended.
    """
    sent, left, at_answer = [], list(messages), []

    async def receive():
        if left:
            return left.pop(0)
        await asyncio.sleep(60)

    async def send(message):
        at_answer.append(len(left))
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/answer", "query_string": b""}
    scope["headers"] = [(b"host", b"localhost"), *headers]
    asyncio.run(guard(scope, receive, send))
    body = b"".join(message["body"] for message in sent[1:])
    assert not sent[-1].get("more_body")
    return sent[0]["status"], json.loads(body), at_answer[0], len(left)


async def no_app(scope, receive, send):
    raise AssertionError("the application was reached")


def part(size, more=True):
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def test_a_body_without_a_length_is_refused_before_it_is_held():
    parts = [*[part(60)] * 999, part(60, more=False)]
    status, content, at_answer, left = responses_to(Guard(no_app, max_body=100), parts)
    assert (status, at_answer) == (413, 998)
    assert left == 0  # many clients look for an answer only when they have sent all
    assert content["error"]["message"] == "expected a body of at most 100 bytes, got more"


def test_a_body_that_says_its_length_is_refused_unread():
    headers = [(b"content-length", b"101")]
    parts = [part(60), part(41, more=False), part(1)]
    assert responses_to(Guard(no_app, max_body=100), parts, headers)[::2] == (413, 3)


def test_what_is_left_of_a_large_body_is_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(guard, "LINGER_SECONDS", 0.05)
    assert responses_to(Guard(no_app, max_body=100), [part(101)])[0] == 413


def test_a_slow_body_is_cut_off():
    assert responses_to(Guard(no_app, max_body=100, body_seconds=0.05), [part(1)])[0] == 408


def test_a_client_that_goes_away_ends_the_request():
    assert (
        responses_to(Guard(no_app, max_body=100), [part(1), {"type": "http.disconnect"}])[0] == 400
    )
