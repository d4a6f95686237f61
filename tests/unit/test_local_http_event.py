"""What the HTTP API makes of a function's return value, and of requests with the same thing twice."""

from __future__ import annotations

from typing import Any

import pytest

from local.front.http_event import Request, answer_of, http_event


def request(**given: Any) -> Request:
    values = {"method": "GET", "path": "/x", "query": "", "protocol": "HTTP/1.1", "source_ip": "127.0.0.1"}
    return Request(**{**values, "headers": (), "body": b"", **given})


@pytest.mark.parametrize("value", [{"name": "x"}, [1], "text", None])
def test_a_value_without_status_is_the_body_of_a_success(value: Any) -> None:
    answer = answer_of(value)
    assert (answer.status, answer.headers) == (200, (("content-type", "application/json"),))


def test_an_answer_without_body_or_headers_is_empty() -> None:
    answer = answer_of({"statusCode": 204})
    assert (answer.status, answer.body) == (204, b"")


def test_a_text_without_type_is_plain_text_in_utf_8() -> None:
    answer = answer_of({"statusCode": "200", "body": "ü"})
    assert (answer.status, answer.body) == (200, "ü".encode())
    assert dict(answer.headers)["content-type"].startswith("text/plain")


def test_a_header_that_comes_twice_is_joined() -> None:
    event = http_event(request(headers=(("accept", "a"), ("accept", "b"))), "GET /{proxy+}")
    assert event["headers"] == {"accept": "a,b"}


def test_what_a_request_does_not_have_is_not_in_its_event() -> None:
    event = http_event(request(), "GET /{proxy+}")
    assert not {"cookies", "queryStringParameters", "body"} & set(event)


def test_an_empty_parameter_is_kept() -> None:
    assert http_event(request(query="a=&b=1"), "GET /{proxy+}")["queryStringParameters"] == {"a": "", "b": "1"}
