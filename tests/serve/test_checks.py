"""Flags that no request could match, or that contradict each other, are refused in one line."""

import json

import pytest
from serving import client, error_of

from squad_reader.config import Config
from squad_reader.errors import InputError
from squad_reader.serve import server
from squad_reader.serve.checks import check_flags, most_body
from squad_reader.serve.service import Limits

SHORT = {"max_context": 50, "max_question": 20}


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        *[("root_path", each) for each in ("reader", "/a?b", "/a#b", "/a b", "/a%20b", "//a")],
        *[("root_path", each) for each in ("/a//b", "/a/../b", "/.", "/a\\b", "/\u00fc", "/a\n")],
        *[("allow_origin", each) for each in ("https://b.org/", "https://a.org/page", "a.org")],
        *[("allow_origin", each) for each in ("https://a.org:443", "http://[::1]:80")],
        *[("allow_origin", each) for each in ("https://*.a.org", "https://a.org:*", "https://")],
        *[("allow_origin", each) for each in ("https://a.org:99999", "https://a.org:08", "*.org")],
        *[("allow_origin", each) for each in ("https://me@a.org", "https://b\u00fccher.de")],
        *[("allow_origin", each) for each in ("https://[zz]", "https://::1", "https://a.org?")],
        *[("allowed_host", each) for each in ("a.org:80", "http://a.org", "::1", "[::1]:80")],
        *[("allowed_host", each) for each in ("*.a.org", "a.org/b", "[a.org]", "b\u00fccher.de")],
        *[("allowed_host", each) for each in ("a org", "[::1", "[1:2]", "-")],
    ],
)
def test_what_no_request_can_have_is_refused_before_anything_is_loaded(flag, value):
    good = {"allow_origin": "https://good.org, ", "allowed_host": "good.org,", "root_path": ""}
    with pytest.raises(InputError, match=f"^--{flag}: expected .* such as .*, got ") as refused:
        server.serve(Config(**{flag: good[flag] + value}))
    assert "good.org" not in str(refused.value).rsplit(", got ", 1)[1]


@pytest.mark.parametrize(
    "options",
    [
        *[
            {"root_path": each}
            for each in ("", "/", "/reader", "/a/b/", "/.well-known/a~b", "/a..")
        ],
        *[{"allow_origin": each} for each in ("*", "null", "http://a.org:443", "https://a.org:80")],
        {"allow_origin": "http://localhost:3000,https://Example.org, http://[::1]:81,"},
        {"allow_origin": "https://xn--bcher-kva.de:65535,chrome-extension://abcdef"},
        {"allowed_host": "*"},
        {"allowed_host": "Reader.example, my_service,a-b.org.,127.0.0.2,[::1],[2001:db8::1],x"},
    ],
)
def test_what_a_request_can_have_is_taken(options):
    check_flags(Config(**options))


@pytest.mark.parametrize("letter", ["a", "\u4e2d", "\U0001f6b2", "\x01", "\u00e9"])
@pytest.mark.parametrize("escaped", [True, False])
def test_the_longest_text_and_question_fit_into_a_body_however_they_are_written(letter, escaped):
    service = client(limits=Limits(context=50, question=20), **SHORT)
    asked = {"context": letter * 49 + "x", "question": letter * 19 + "?"}
    content = json.dumps(asked, ensure_ascii=escaped, indent=8).encode()
    response = service.post(
        "/v1/answer", content=content, headers={"content-type": "application/json"}
    )
    assert response.status_code == 200
    asked["context"] += "x"
    assert error_of(service.post("/v1/answer", json=asked), 422)["field"] == "context"


def test_a_body_may_be_larger_where_the_flag_says_so():
    enough = most_body(Config(**SHORT))
    asked = {"context": "x", "question": "?", "n_best": 1}
    content = json.dumps(asked).encode() + b" " * enough
    for options, status in ((SHORT, 413), ({**SHORT, "max_body": 2 * enough}, 200)):
        headers = {"content-type": "application/json"}
        response = client(**options).post("/v1/answer", content=content, headers=headers)
        assert response.status_code == status


def test_a_limit_of_the_body_that_contradicts_those_of_texts_is_refused():
    enough = most_body(Config(**SHORT))
    check_flags(Config(**SHORT, max_body=enough))
    line = (
        f"^--max_body: .*--max_context=50 .*--max_question=20 .* {enough} bytes.*got {enough - 1}$"
    )
    with pytest.raises(InputError, match=line):
        check_flags(Config(**SHORT, max_body=enough - 1))
