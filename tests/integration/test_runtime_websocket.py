"""The WebSocket server of the local runtime behaves as API Gateway does, towards pages and towards functions."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.websocket import WebSocketPusher
from docpipe.domain.errors import PushError
from local.fleet import Fleet
from local.front.application import front_application
from local.front.connections import FRAME_LIMIT, MESSAGE_LIMIT, Limits
from local.front.server import FrontServer
from local.front.tokens import LocalIssuer
from local.front.websocket_api import WebSocketApi
from local.launch import launches_of
from local.topology import Topology, WebSocketApiSpec
from tests.support.fakes import FakeConnections
from tests.support.runtimes import PATIENCE_S, Journal, function, wait_for

ROUTES = ("$connect", "$disconnect", "$default", "talk", "hush")
pytestmark = pytest.mark.xdist_group("runtime-websocket")

SPEC = WebSocketApiSpec(
    routes=dict.fromkeys(ROUTES, "converse"), answered=("$default", "talk"), authorizer="gatekeeper"
)


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Journal:
    return Journal(tmp_path_factory.mktemp("journal") / "journal")


@pytest.fixture(scope="module")
def fleet(journal: Journal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("functions")
    environment = {"JOURNAL": str(journal.path)}
    functions = {name: function(name, environment=environment) for name in ("converse", "gatekeeper")}
    launches = launches_of(
        Topology(functions=functions),
        database_url="postgresql://unused",
        endpoint_url="http://unused",
        logs=folder,
        temporary=folder / "tmp",
    )
    fleet = Fleet(launches, 1)
    yield fleet
    fleet.close()


@contextlib.contextmanager
def serving(fleet: Fleet, limits: Limits | None = None) -> Iterator[FrontServer]:
    server = FrontServer()
    live = WebSocketApi(SPEC, fleet, limits)
    no_api: Any = None
    server.application = front_application(no_api, live, LocalIssuer(server.url), Path("unused"))
    server.start()
    yield server
    server.stop()
    server.join()
    live.close()
    server.close()


@pytest.fixture(scope="module")
def server(fleet: Fleet) -> Iterator[FrontServer]:
    with serving(fleet) as running:
        yield running


def opened(server: FrontServer, *protocols: str) -> ClientConnection:
    """A connection as a browser opens it."""
    offered = [Subprotocol(each) for each in protocols or ("x.a",)]
    url = f"{server.url.replace('http', 'ws', 1)}/ws"
    return connect(url, subprotocols=offered, open_timeout=PATIENCE_S, ping_interval=None, max_size=None, proxy=None)


def heard(connection: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(connection.recv(PATIENCE_S))
    return message


def said(connection: ClientConnection, **message: object) -> dict[str, Any]:
    connection.send(json.dumps(message))
    return heard(connection)


def questions(journal: Journal) -> int:
    """How often it was asked who may connect. What is noted of connections that end may come at any time."""
    return len([entry for entry in journal.entries() if "question" in entry])


def client(server: FrontServer) -> Any:
    return boto3.client(
        "apigatewaymanagementapi",
        endpoint_url=server.url,
        config=CONFIG.merge(Config(retries={"total_max_attempts": 1}, proxies={})),
    )


@pytest.mark.parametrize(("word", "status"), [("y.a", 403), ("raise.a", 500), ("x.refused", 403)])
def test_a_connection_that_is_refused_is_never_opened(server: FrontServer, word: str, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(server, word)
    assert refused.value.response.status_code == status


def test_without_a_word_nobody_is_asked(server: FrontServer, journal: Journal) -> None:
    before = questions(journal)
    url = f"{server.url.replace('http', 'ws', 1)}/ws"
    with pytest.raises(InvalidStatus) as refused, connect(url, open_timeout=PATIENCE_S, proxy=None):
        pytest.fail("it must not open")
    assert refused.value.response.status_code == 401
    assert questions(journal) == before


def test_functions_are_told_as_api_gateway_tells_them(server: FrontServer, journal: Journal) -> None:
    with opened(server, "x.a") as connection:
        assert connection.subprotocol == "x.a"
        own = said(connection, action="talk")["connection"]
    events = wait_for(
        lambda: (
            found
            if len(found := [e["event"] for e in journal.entries() if of_connection(e["event"], own)]) == 3
            else []
        )
    )
    contexts = [event["requestContext"] for event in events]
    assert [context["eventType"] for context in contexts] == ["CONNECT", "MESSAGE", "DISCONNECT"]
    assert [context["routeKey"] for context in contexts] == ["$connect", "talk", "$disconnect"]
    assert {context["authorizer"]["tenant_id"] for context in contexts} == {"a"}
    assert {context["authorizer"]["principalId"] for context in contexts} == {"somebody"}
    assert events[0]["headers"]["sec-websocket-protocol"] == "x.a"
    (question,) = [
        entry["question"]
        for entry in journal.entries()
        if entry.get("question", {}).get("requestContext", {}).get("connectionId") == own
    ]
    assert question["type"] == "REQUEST"
    assert question["methodArn"].endswith("/ws/$connect")
    assert "authorizer" not in question["requestContext"]


def of_connection(event: dict[str, Any], connection_id: str) -> bool:
    return bool(event.get("requestContext", {}).get("connectionId") == connection_id)


def test_messages_are_led_by_their_action(server: FrontServer) -> None:
    with opened(server) as connection:
        assert said(connection, action="talk", what=1)["route"] == "talk"
        for body in ('{"action": "other"}', '{"action": "$connect"}', '{"action": 1}', "[]", "no json", "[" * 20_000):
            connection.send(body)
            answer = heard(connection)
            assert (answer["route"], answer["heard"]) == ("$default", body)


def test_a_route_without_an_answer_gives_none(server: FrontServer) -> None:
    with opened(server) as connection:
        connection.send('{"action": "hush"}')
        assert said(connection, action="talk")["route"] == "talk"


def test_a_function_that_fails_ends_nothing(server: FrontServer) -> None:
    with opened(server) as connection:
        assert said(connection, action="talk", what="raise")["message"] == "Internal server error"
        assert said(connection, action="talk")["route"] == "talk"


def test_functions_send_to_connections_and_look_at_them(server: FrontServer, aws_credentials: None) -> None:
    management = client(server)
    with opened(server) as connection, opened(server) as other:
        own = said(connection, action="talk")["connection"]
        management.post_to_connection(ConnectionId=own, Data='{"type": "ü"}'.encode())
        assert heard(connection) == {"type": "ü"}
        about = management.get_connection(ConnectionId=own)
        assert about["ConnectedAt"] <= about["LastActiveAt"]
        with pytest.raises(management.exceptions.PayloadTooLargeException):
            management.post_to_connection(ConnectionId=own, Data=b"x" * (MESSAGE_LIMIT + 1))
        management.delete_connection(ConnectionId=own)
        with pytest.raises(ConnectionClosed):
            connection.recv(PATIENCE_S)
        assert said(other, action="talk")["route"] == "talk"

    def gone() -> bool:
        try:
            management.post_to_connection(ConnectionId=own, Data=b"x")
        except ClientError as error:
            return error.response["Error"]["Code"] == "GoneException"
        return False

    assert wait_for(gone)


def test_a_push_reaches_every_page_of_a_tenant_and_forgets_those_that_have_gone(
    server: FrontServer, aws_credentials: None
) -> None:
    connections = FakeConnections()
    pusher = WebSocketPusher(connections, client(server))
    pusher.push("nobody", {"type": "document"})
    with opened(server) as one, opened(server) as two, opened(server) as stranger:
        names = [said(each, action="talk")["connection"] for each in (one, two, stranger)]
        connections.add("a", names[0])
        connections.add("a", "Z29uZSBsb25nIGFnbw==")
        connections.add("a", names[1])
        connections.add("b", names[2])
        pusher.push("a", {"type": "document", "revision": 3})
        assert heard(one) == heard(two) == {"type": "document", "revision": 3}
        assert sorted(connections.of("a", limit=10)) == sorted(names[:2])
        assert said(stranger, action="talk")["route"] == "talk"


def test_an_api_that_cannot_be_reached_is_told(aws_credentials: None) -> None:
    server = FrontServer()
    server.close()
    connections = FakeConnections()
    connections.add("a", "one=")
    with pytest.raises(PushError):
        WebSocketPusher(connections, client(server)).push("a", {"type": "document"})
    assert connections.of("a", limit=10) == ["one="]


def test_strangers_have_no_use_of_the_management_api(server: FrontServer) -> None:
    answer = httpx.post(f"{server.url}/@connections/x", content=b"x", timeout=PATIENCE_S, trust_env=False)
    assert answer.status_code == 403


def test_a_message_larger_than_a_frame_ends_the_connection(server: FrontServer) -> None:
    with opened(server) as connection:
        connection.send("x" * (FRAME_LIMIT + 1))
        with pytest.raises(ConnectionClosed) as closed:
            connection.recv(PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


def test_a_connection_that_is_silent_is_ended_and_one_that_speaks_is_not(fleet: Fleet) -> None:
    with serving(fleet, Limits(idle_s=4.0)) as server, opened(server) as silent:
        with opened(server) as busy:
            for _ in range(20):
                said(busy, action="talk")
                with contextlib.suppress(TimeoutError):
                    busy.recv(0.25)
        with pytest.raises(ConnectionClosed) as closed:
            silent.recv(PATIENCE_S)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_no_connection_lives_longer_than_its_limit(fleet: Fleet) -> None:
    def talk_on(connection: ClientConnection) -> None:
        while True:
            said(connection, action="talk")

    with (
        serving(fleet, Limits(lifetime_s=2.0)) as server,
        opened(server) as busy,
        pytest.raises(ConnectionClosed) as closed,
    ):
        talk_on(busy)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001


def test_the_end_while_a_page_connects_is_quiet(
    fleet: Fleet, journal: Journal, capfd: pytest.CaptureFixture[str]
) -> None:
    refused: list[Exception] = []

    def connecting(server: FrontServer) -> None:
        try:
            opened(server, "ponder.a")
        except (InvalidHandshake, OSError, EOFError) as error:
            refused.append(error)

    before = questions(journal)
    with serving(fleet) as server:
        page = threading.Thread(target=connecting, args=(server,))
        page.start()
        wait_for(lambda: questions(journal) > before)
        # As the runtime ends: first the loops are told, then what they wait for is killed.
        server.stop()
        for environment in fleet.environments():
            environment.kill()
    page.join()
    assert len(refused) == 1
    assert capfd.readouterr().err == ""
