"""The authorizer, as API Gateway calls it for requests and for WebSocket connections, against a real key server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import jwt
import pytest
from aws_lambda_powertools import Logger
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from moto import mock_aws

from docpipe.adapters.tokens import LEEWAY_S
from docpipe.bootstrap import authorizer
from docpipe.observability import SafeFormatter
from functions.authorizer.handler import handle
from tests.support.door import SECRET, TENANT, Door
from tests.support.invocations import Context
from tests.support.issuers import AUDIENCE, Issuer, strange_key


@pytest.mark.parametrize("key_id", ["ec", "rsa"])
def test_a_good_token_says_who_asks(door: Door, key_id: str) -> None:
    assert door.admitted(door.issuer.token(key_id)) == {
        "tenant_id": "clinic-a",
        "subject": "11111111-2222-4333-8444-555555555555",
        "email": "owner@docpipe.example",
        "role": "member",
    }


def test_the_policy_names_the_user(door: Door) -> None:
    assert door.connect(f"bearer.{door.issuer.token()}")["principalId"] == "11111111-2222-4333-8444-555555555555"
    assert door.connect("docpipe")["principalId"] == "nobody"


@pytest.mark.parametrize("header", ["sec-websocket-protocol", "Sec-WebSocket-Protocol", "SEC-WEBSOCKET-PROTOCOL"])
def test_the_subprotocol_is_found_however_its_header_is_spelt(door: Door, header: str) -> None:
    answer = door.connect(f"docpipe,bearer.{door.issuer.token()}", header)
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic {token}", "{token}", "bearer.{token}"])
def test_a_token_elsewhere_than_after_bearer_is_none(door: Door, authorization: str) -> None:
    assert door.request(authorization.format(token=door.issuer.token()))["isAuthorized"] is False
    assert door.request(f"bearer {door.issuer.token()}")["isAuthorized"] is True


def _unsigned(issuing: Issuer, algorithm: str) -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': algorithm, 'typ': 'JWT', 'kid': 'ec'})}.{part(issuing.claims())}."


def _signed_with_the_public_key(issuing: Issuer, key_id: str) -> str:
    """A token whose HMAC secret is the issuer's published key: the classic confusion of algorithms."""
    public = issuing.keys[key_id].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, _, _ = _unsigned(issuing, "HS256").rpartition(".")
    signature = hmac.new(pem, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


FORGERIES: dict[str, Callable[[Issuer], str]] = {
    "nothing": lambda _: "",
    "no token": lambda _: "abc",
    "three dots": lambda _: "...",
    "another's signature": lambda i: jwt.encode(i.claims(), strange_key(), "ES256", headers={"kid": "ec"}),
    "an unknown key": lambda i: jwt.encode(i.claims(), strange_key(), "ES256", headers={"kid": "other"}),
    "no key id": lambda i: jwt.encode(i.claims(), i.keys["ec"], "ES256"),
    "a number for a key id": lambda i: jwt.encode(i.claims(), i.keys["ec"], "ES256", headers={"kid": ""}),
    "alg none": lambda i: _unsigned(i, "none"),
    "alg None": lambda i: _unsigned(i, "None"),
    "alg NONE": lambda i: _unsigned(i, "NONE"),
    "an empty alg": lambda i: _unsigned(i, ""),
    "no signature": lambda i: i.token().rpartition(".")[0] + ".",
    "the EC public key as a secret": lambda i: _signed_with_the_public_key(i, "ec"),
    "the RSA public key as a secret": lambda i: _signed_with_the_public_key(i, "rsa"),
    "a secret where none is set": lambda i: jwt.encode(i.claims(), SECRET, "HS256", headers={"kid": "ec"}),
    "an algorithm not taken": lambda i: i.token("rsa", algorithm="RS512"),
    "a padding not taken": lambda i: i.token("rsa", algorithm="PS256"),
    "RS256 by the id of the EC key": lambda i: jwt.encode(i.claims(), i.keys["rsa"], "RS256", headers={"kid": "ec"}),
    "a changed body": lambda i: _spliced(i.token(), i.token(app_metadata={"docpipe_tenant": "clinic-b"})),
}


def _spliced(first: str, second: str) -> str:
    """The head and signature of one token around the body of another."""
    head, _, signature = first.split(".")
    return ".".join([head, second.split(".")[1], signature])


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_a_forgery_is_refused(door: Door, forgery: Callable[[Issuer], str]) -> None:
    assert door.admitted(forgery(door.issuer)) is None
    assert door.admitted(door.issuer.token()) is not None


NOT_NOW_OR_NOT_HERE: dict[str, Callable[[int], dict[str, Any]]] = {
    "expired": lambda now: {"exp": now - LEEWAY_S - 5},
    "without an end": lambda _: {"exp": None},
    "not valid yet": lambda now: {"nbf": now + LEEWAY_S + 60},
    "issued in the future": lambda now: {"iat": now + LEEWAY_S + 60},
    "of another issuer": lambda _: {"iss": "https://other.example"},
    "of no issuer": lambda _: {"iss": None},
    "for another audience": lambda _: {"aud": "anon"},
    "for other audiences": lambda _: {"aud": ["a", "b"]},
    "for nobody": lambda _: {"aud": None},
    "of nobody": lambda _: {"sub": None},
    "without a tenant": lambda _: {"app_metadata": {}},
    "with an empty tenant": lambda _: {"app_metadata": {"docpipe_tenant": " "}},
    "with a tenant that is no text": lambda _: {"app_metadata": {"docpipe_tenant": {"a": 1}}},
    "with metadata that is none": lambda _: {"app_metadata": "clinic-a"},
}


@pytest.mark.parametrize("changes", NOT_NOW_OR_NOT_HERE.values(), ids=NOT_NOW_OR_NOT_HERE.keys())
@pytest.mark.parametrize("key_id", ["ec", "rsa"])
def test_a_token_of_another_time_or_place_is_refused(
    door: Door, key_id: str, changes: Callable[[int], dict[str, Any]]
) -> None:
    assert door.admitted(door.issuer.token(key_id, **changes(int(time.time())))) is None


def test_clocks_may_differ_a_little(door: Door) -> None:
    now = int(time.time())
    assert door.admitted(door.issuer.token(exp=now - LEEWAY_S // 2, nbf=now + LEEWAY_S // 2)) is not None


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({}, "member"),
        ({"app_metadata": {"docpipe_tenant": "t", "docpipe_role": "premium"}}, "premium"),
        ({"app_metadata": {"docpipe_tenant": "t", "docpipe_role": "admin"}}, "admin"),
        ({"app_metadata": {"docpipe_tenant": "t", "docpipe_role": "king"}}, "member"),
        ({"cognito:groups": ["premium", "admin", "others"]}, "admin"),
        ({"cognito:groups": ["premium"]}, "premium"),
        ({"cognito:groups": []}, "member"),
        # What a user can write by himself says nothing.
        ({"role": "admin", "user_metadata": {"docpipe_role": "admin"}}, "member"),
    ],
)
def test_the_role_is_read_from_the_claims_that_are_named(door: Door, changes: dict[str, Any], role: str) -> None:
    admitted = door.admitted(door.issuer.token(**changes))
    assert admitted is not None
    assert admitted["role"] == role


def test_tenants_of_cognito_and_of_users_without_one(issuing: Issuer) -> None:
    door = Door(issuing, tenant=(*TENANT, "sub"))
    by_cognito = door.admitted(issuing.token(app_metadata=None, **{"custom:tenant": "clinic-c"}))
    alone = door.admitted(issuing.token(app_metadata=None))
    assert by_cognito is not None
    assert alone is not None
    assert by_cognito["tenant_id"] == "clinic-c"
    assert alone["tenant_id"] == alone["subject"]


def test_an_address_that_was_never_confirmed_gets_no_mail(door: Door) -> None:
    admitted = door.admitted(door.issuer.token(email_verified=False))
    assert admitted is not None
    assert admitted["email"] == ""


def test_a_shared_secret_is_taken_where_one_is_set_and_the_published_keys_still_are(issuing: Issuer) -> None:
    door = Door(issuing, secret=lambda: SECRET)
    assert door.admitted(jwt.encode(issuing.claims(), SECRET, "HS256")) is not None
    assert door.admitted(issuing.token()) is not None
    assert door.admitted(jwt.encode(issuing.claims(), SECRET[::-1], "HS256")) is None
    assert door.admitted(jwt.encode(issuing.claims(), SECRET, "HS512")) is None
    for key_id in ("ec", "rsa"):
        assert door.admitted(_signed_with_the_public_key(issuing, key_id)) is None


def test_what_is_logged_of_a_refusal_is_its_code(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    log = Logger(service=f"test-{uuid4()}", stream=stream, logger_formatter=SafeFormatter(), serialize_stacktrace=False)
    monkeypatch.setattr("functions.authorizer.handler.logger", lambda: log)
    token = door.issuer.token(exp=int(time.time()) - 3_600)
    door.request(f"Bearer {token}")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["code"] for line in lines] == ["token_expired"]
    logged = json.dumps(lines)
    assert not [part for part in (*token.split("."), "owner@docpipe.example", "clinic-a", "11111111") if part in logged]


def test_the_wiring_reads_the_secret_that_the_environment_names(
    issuing: Issuer, aws_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = {
        "DOCPIPE_STAGE": "test",
        "AUTH_ISSUER": issuing.address,
        "AUTH_JWKS_URL": issuing.jwks_url,
        "AUTH_AUDIENCE": AUDIENCE,
        "AUTH_TENANT_CLAIM": "custom:tenant, sub",
        "AUTH_ROLE_CLAIM": "role",
        "AUTH_SECRET": "docpipe/jwt",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        boto3.client("secretsmanager").create_secret(Name="docpipe/jwt", SecretString=SECRET)
        authorizer.wired.cache_clear()
        gate = authorizer.wired()
        token = jwt.encode(issuing.claims(role="premium"), SECRET, "HS256")
        event = {"version": "2.0", "headers": {"authorization": f"Bearer {token}"}}
        answer = handle(event, Context(), gate)
    assert (answer["isAuthorized"], answer["context"]["role"]) == (True, "premium")
    assert answer["context"]["tenant_id"] == answer["context"]["subject"]
