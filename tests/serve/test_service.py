"""The service, with a stub for the model: answers and their places, errors, limits."""

import json
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from made_up import stub_reader
from serving import Held, Slow, ask, client, error_of

from squad_reader.serve.service import Limits


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


@pytest.mark.parametrize(("words", "read"), [(28, 29), (29, 30), (30, 30), (33, 30)])
def test_how_much_of_a_question_was_read_is_told(words, read):
    """A reader reads 30 tokens; the mark at the end is one."""
    asked = {"context": "in Riga", "question": "where " * words + "?"}
    found = client().post("/v1/answer", json=asked).json()
    assert (found["question_tokens_read"], found["question_tokens"]) == (read, words + 1)
    (same,) = client().post("/v1/answers", json={"questions": [asked]}).json()["results"]
    assert same == found


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
        ({"context": "a", "question": "  "}, "question"),
        ({"context": "a", "question": "\u200b"}, "question"),
        ({"context": "\u200b\n\ufeff", "question": "?"}, "context"),
        ({"context": "a", "question": "?", "nbest": 3}, "nbest"),
        ({"context": "a", "question": "?", "body": 3}, "body"),
        ({"context": "a", "question": "?", "\ud800": 3}, None),
        ({"context": "a", "question": "?", "b" * 101: 3}, "b" * 100),
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


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"context": " "}, "context"),
        ({"question": "\u200b"}, "question"),
        ({"n_best": "3"}, "n_best"),
        ({"nbest": 3}, "nbest"),
    ],
)
def test_of_many_questions_the_wrong_one_is_named_and_none_is_answered(wrong, field):
    slow, good = Slow(0), {"context": "Riga", "question": "?"}
    asked = {"questions": [good, {**good, **wrong}, good]}
    error = error_of(client(slow.reader).post("/v1/answers", json=asked), 422)
    assert error["field"] == f"questions.1.{field}" and slow.batches == 0
    unknown = {"questions": [good], "n_best": 3}
    assert error_of(client().post("/v1/answers", json=unknown), 422)["field"] == "n_best"


def test_of_a_body_that_is_no_json_no_field_is_named():
    json_type = {"content-type": "application/json"}
    for content in (b"{no", b'{"context": "caf\xe9"}', b"[" * 100_000):
        error = error_of(client().post("/v1/answer", content=content, headers=json_type), 422)
        assert error["field"] is None and "JSON" in error["message"]


def test_a_body_of_another_type_and_an_unknown_route_get_json():
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


def test_the_api_says_in_what_unit_places_are():
    service = client()
    answer = service.get("/openapi.json").json()["components"]["schemas"]["FoundAnswer"]
    assert "char_start" in answer["properties"] and "code points" in answer["description"]
    places = service.get("/docs").text.split("<h2>Places in a text</h2>")[1].split("<h2>")[0]
    assert "char_start" in places and "count Unicode code points" in places


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
        response = ask(service, "Riga")
        assert "no answer within 0.1 seconds" in error_of(response, 503)["message"]
        assert response.headers["retry-after"] == "1"
        held.go.set()


def test_an_answer_that_nobody_waits_for_keeps_its_place_until_its_thread_is_free():
    held = Held()
    with client(held.reader, Limits(waiting=1, seconds=1.0)) as service:
        assert "no answer" in error_of(ask(service, "Riga"), 503)["message"]
        assert "too many requests" in error_of(ask(service, "Riga"), 503)["message"]
        held.go.set()
        end = time.monotonic() + 60
        while ask(service, "Riga").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.05)


def test_many_questions_in_one_request_share_its_limit_of_time():
    """Each alone would be there in time."""
    asked = {"questions": [{"context": f"w{i} Riga", "question": "?"} for i in range(12)]}
    slow = Slow(0.3)
    with client(slow.reader, Limits(seconds=1.5)) as service:
        assert "no answer" in error_of(service.post("/v1/answers", json=asked), 503)["message"]
        assert 0 < slow.batches < 12
        assert ask(service, "Riga").status_code == 200


def test_no_more_is_read_for_an_answer_that_is_too_late():
    slow = Slow(0.3)
    text = "word " * 40_000  # one paragraph: many windows, in several batches
    with client(slow.reader) as service:
        assert ask(service, text).status_code == 200
    assert slow.batches > 1
    slow.batches = 0
    with client(slow.reader, Limits(seconds=0.2, at_work=1)) as service:
        assert "no answer" in error_of(ask(service, text), 503)["message"]
    time.sleep(0.3 * 2)
    assert slow.batches <= 1


def test_answers_at_the_same_time_are_those_of_each_alone():
    logits = {f"code{i}": 9.0 for i in range(64)}
    with client(stub_reader(logits)) as service, ThreadPoolExecutor(64) as pool:
        contexts = [" ".join(["w"] * (1 + 7 * i)) + f" code{i} end" for i in range(64)]
        found = [each.json() for each in pool.map(lambda text: ask(service, text), contexts)]
    with client(stub_reader(logits)) as service:  # another one: nothing is remembered
        alone = [ask(service, text).json() for text in contexts]
    assert [each["answers"][0]["text"] for each in found] == [f"code{i}" for i in range(64)]
    assert found == alone
