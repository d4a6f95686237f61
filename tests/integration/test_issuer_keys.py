"""The keys of the token issuer, as the authorizer comes by them: fetched seldom, rotated, withdrawn, out of reach."""

from __future__ import annotations

import base64
from collections.abc import Callable

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from docpipe.adapters.signing_keys import COOLDOWN_S, FRESH_S, STALE_S
from docpipe.domain.errors import KeysUnavailableError
from tests.support.door import SECRET, Door
from tests.support.issuers import Issuer, strange_key


def test_a_key_set_never_gives_a_secret(issuing: Issuer, door: Door) -> None:
    secret = base64.urlsafe_b64encode(SECRET.encode()).rstrip(b"=").decode()
    issuing.published.append({"kty": "oct", "kid": "oct", "k": secret, "alg": "HS256"})
    assert door.admitted(jwt.encode(issuing.claims(), SECRET, "HS256", headers={"kid": "oct"})) is None
    assert door.admitted(issuing.token()) is not None


def test_a_key_for_encrypting_signs_nothing(issuing: Issuer, door: Door) -> None:
    key = rsa.generate_private_key(65_537, 2_048)
    issuing.publish("enc", key, use="enc")
    assert door.admitted(issuing.token("enc")) is None


def test_keys_are_fetched_once_and_rotated_keys_found(issuing: Issuer, door: Door) -> None:
    for _ in range(3):
        assert door.admitted(issuing.token()) is not None
    assert issuing.asked == 1
    issuing.publish("new", strange_key())
    door.now += COOLDOWN_S + 1
    assert door.admitted(issuing.token("new")) is not None
    assert issuing.asked == 2


def test_a_withdrawn_key_is_taken_no_longer_than_keys_are_kept(issuing: Issuer, door: Door) -> None:
    assert door.admitted(issuing.token("rsa")) is not None
    issuing.published = [key for key in issuing.published if key["kid"] != "rsa"]
    door.now += FRESH_S + 1
    assert door.admitted(issuing.token("rsa")) is None
    assert door.admitted(issuing.token("ec")) is not None


def test_strangers_with_unknown_keys_cause_few_fetches(issuing: Issuer, door: Door) -> None:
    for number in range(20):
        forged = jwt.encode(issuing.claims(), strange_key(), "ES256", headers={"kid": f"unknown-{number}"})
        assert door.admitted(forged) is None
        door.now += 1
    assert issuing.asked == 1
    door.now += COOLDOWN_S
    assert door.admitted(jwt.encode(issuing.claims(), strange_key(), "ES256", headers={"kid": "unknown"})) is None
    assert issuing.asked == 2


FAULTS = {
    "an error": (500, None),
    "no JSON": (200, b"<html>"),
    "no object": (200, b"[]"),
    "no keys": (200, b'{"keys": []}'),
}


@pytest.mark.parametrize(("status", "body"), FAULTS.values(), ids=FAULTS.keys())
def test_an_issuer_that_does_not_answer_is_no_fault_of_the_caller(
    issuing: Issuer, door: Door, status: int, body: bytes | None
) -> None:
    issuing.status, issuing.body = status, body
    token = issuing.token()
    ways: list[Callable[[], object]] = [
        lambda: door.request(f"Bearer {token}"),
        lambda: door.connect(f"bearer.{token}"),
    ]
    for ask in ways:
        with pytest.raises(KeysUnavailableError) as raised:
            ask()
        assert raised.value.code == "keys_unavailable"
        assert not [part for part in (token, issuing.address, "clinic-a") if part in str(raised.value)]
    # It is not asked for each request; once it is back, so is the door.
    assert issuing.asked == 1
    issuing.status, issuing.body = 200, None
    door.now += COOLDOWN_S + 1
    assert door.admitted(token) is not None


def test_known_keys_outlive_an_issuer_that_is_down_for_a_while(issuing: Issuer, door: Door) -> None:
    assert door.admitted(issuing.token()) is not None
    issuing.status = 503
    door.now += FRESH_S + 1
    assert door.admitted(issuing.token()) is not None
    door.now += STALE_S
    with pytest.raises(KeysUnavailableError):
        door.admitted(issuing.token())
