"""Requests to strangers' addresses: against real servers, and never against what is ours."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
import trustme

from docpipe.adapters.webhooks import PinnedCaller
from docpipe.services import WebhookAnswer
from tests.support.receivers import receiver, status

HEADERS = {"Content-Type": "application/json", "Docpipe-Event-Id": "1"}
LOCAL = frozenset({"127.0.0.1", "localhost"})


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def serving(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Libraries like to log addresses and certificates."""
    with caplog.at_level("INFO"):
        yield
    assert caplog.records == []


def caller(**options: Any) -> PinnedCaller:
    return PinnedCaller(LOCAL, **options)


def test_a_request_arrives_as_it_was_sent() -> None:
    with receiver() as told:
        answer = caller().post(f"{told.url}/hook?key=1", HEADERS, '{"text":"ü"}')
    assert answer == WebhookAnswer(204)
    (request,) = told.received
    assert (request.path, request.body) == ("/hook?key=1", '{"text":"ü"}')
    assert request.headers["Host"] == told.url.removeprefix("http://")
    assert {name: request.headers[name] for name in HEADERS} == HEADERS


def test_tls_is_spoken_to_the_name_over_a_connection_to_the_address(authority: trustme.CA) -> None:
    with receiver(tls=serving(authority, "localhost"), host="localhost") as told:
        assert caller(tls=trusting(authority)).post(told.url, HEADERS, "{}") == WebhookAnswer(204)
    assert told.received[0].headers["Host"].startswith("localhost:")


def test_a_certificate_that_nobody_vouches_for_is_refused(authority: trustme.CA) -> None:
    with receiver(tls=serving(authority, "localhost"), host="localhost") as told:
        assert caller().post(told.url, HEADERS, "{}") == WebhookAnswer(None, "tls_failed")
    assert told.received == []


def test_a_certificate_of_another_name_is_refused(authority: trustme.CA) -> None:
    with receiver(tls=serving(authority, "other.example"), host="localhost") as told:
        assert caller(tls=trusting(authority)).post(told.url, HEADERS, "{}") == WebhookAnswer(None, "tls_failed")
    assert told.received == []


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirects_are_answers_and_not_followed(code: int) -> None:
    with receiver() as elsewhere, receiver(status(code, Location=elsewhere.url)) as told:
        assert caller().post(told.url, HEADERS, "{}") == WebhookAnswer(code)
    assert elsewhere.connections == 0


@pytest.mark.parametrize("code", [200, 400, 410, 500, 503])
def test_every_status_is_told(code: int) -> None:
    with receiver(status(code)) as told:
        assert caller().post(told.url, HEADERS, "{}") == WebhookAnswer(code)


def test_nothing_private_is_connected_to() -> None:
    with receiver() as told:
        port = told.url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "169.254.169.254", "[::1]"):
            for scheme in ("http", "https"):
                answer = PinnedCaller(frozenset()).post(f"{scheme}://{host}:{port}/", HEADERS, "{}")
                assert answer == WebhookAnswer(None, "address_refused")
    assert told.connections == 0


@pytest.mark.parametrize("others", [[], ["93.184.215.14"]])
def test_a_public_name_with_a_private_address_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, others: list[str]
) -> None:
    """No name server can be asked here, so what it would answer is put in its place."""
    with receiver() as told:
        port = int(told.url.rpartition(":")[2])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in [*others, "127.0.0.1"]]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
        answer = PinnedCaller(frozenset()).post(f"https://rebinding.example:{port}/", HEADERS, "{}")
    assert answer == WebhookAnswer(None, "address_refused")
    assert told.connections == 0


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second answer could be another one."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def counting(host: Any, *rest: Any) -> Any:
        asked.append(host)
        return real(host, *rest)

    with receiver(host="localhost") as told:
        monkeypatch.setattr(socket, "getaddrinfo", counting)
        assert caller().post(told.url, HEADERS, "{}") == WebhookAnswer(204)
    assert asked.count("localhost") == 1


def test_a_host_that_does_not_exist() -> None:
    assert caller().post("https://nowhere.invalid/", HEADERS, "{}") == WebhookAnswer(None, "host_unknown")


def test_a_host_that_does_not_listen() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert caller().post(f"http://127.0.0.1:{port}/", HEADERS, "{}") == WebhookAnswer(None, "connection_failed")


def test_a_host_that_hangs_up() -> None:
    with receiver(lambda handler: handler.connection.close()) as told:
        assert caller().post(told.url, HEADERS, "{}") == WebhookAnswer(None, "connection_failed")


def _silent(_handler: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def _dripping(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(300):
        handler.wfile.write(b"X-%d: 1\r\n" % number)
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("slow", [_silent, _dripping])
def test_who_takes_too_long_is_left_although_each_byte_comes_in_time(slow: Any) -> None:
    with receiver(slow) as told:
        assert caller(time_limit_s=0.4).post(told.url, HEADERS, "{}") == WebhookAnswer(None, "timeout")


def test_the_body_of_an_answer_is_not_read() -> None:
    written = []

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**12))
        handler.end_headers()
        for _ in range(10_000):
            written.append(handler.wfile.write(bytes(65_536)))

    with receiver(endless) as told:
        assert caller().post(told.url, HEADERS, "{}") == WebhookAnswer(200)
    assert len(written) < 1_000


def test_no_header_can_be_smuggled_in_by_the_address() -> None:
    with receiver() as told:
        answer = caller().post(f"{told.url}/hook HTTP/1.1\r\nX-Evil: 1", HEADERS, "{}")
    assert answer.answered is None or "X-Evil" not in told.received[0].headers
