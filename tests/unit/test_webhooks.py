"""The rules of webhooks: addresses, signatures, and what follows from an answer."""

from __future__ import annotations

import pytest

from docpipe.domain.errors import WebhookAddressError
from docpipe.domain.webhooks import JITTER, RETRY_AFTER_S, Verdict, checked, is_public, judge, signature, wait_s

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("answered", "attempt", "verdict"),
    [
        (200, 1, Verdict.DELIVERED),
        (204, 6, Verdict.DELIVERED),
        (301, 1, Verdict.RETRY),
        (404, 1, Verdict.RETRY),
        (500, 5, Verdict.RETRY),
        (500, 6, Verdict.GIVEN_UP),
        (None, 1, Verdict.RETRY),
        (None, 6, Verdict.GIVEN_UP),
        (410, 1, Verdict.GONE),
    ],
)
def test_what_follows_from_an_answer(answered: int | None, attempt: int, verdict: Verdict) -> None:
    assert judge(answered, attempt=attempt, attempts=6) is verdict


@pytest.mark.parametrize("attempt", range(1, len(RETRY_AFTER_S) + 1))
def test_waits_are_spread_around_the_planned_ones(attempt: int) -> None:
    shortest, usual, longest = (wait_s(attempt, chance=chance) for chance in (0.0, 0.5, 1.0))
    assert usual == RETRY_AFTER_S[attempt - 1]
    assert (shortest, longest) == (round(usual * (1 - JITTER)), round(usual * (1 + JITTER)))


def test_the_signature_is_that_of_the_documentation() -> None:
    """Computed apart: ``printf '1700000000.{"id":"1"}' | openssl dgst -sha256 -hmac whsec_example``."""
    assert signature(["whsec_example"], timestamp=1_700_000_000, body='{"id":"1"}') == (
        "t=1700000000,v1=70a3c31785aff6fe6be3b8a5a8496f979021ecec1ad2ef5af3227cf3c92b3aa6"
    )


def test_with_two_secrets_there_are_two_signatures_the_newest_first() -> None:
    both = signature(["new", "old"], timestamp=1, body="x")
    new, old = (signature([secret], timestamp=1, body="x").partition(",")[2] for secret in ("new", "old"))
    assert both == f"t=1,{new},{old}"


@pytest.mark.parametrize(
    "url",
    [
        "https://clinic.example",
        "https://clinic.example:8443/hook?key=1",
        "https://8.8.8.8/hook",
        "https://xn--bcher-kva.example/",
    ],
)
def test_addresses_of_the_internet_are_taken(url: str) -> None:
    assert checked(url, NONE).geturl() == url


@pytest.mark.parametrize(
    "url",
    [
        "http://clinic.example",
        "ftp://clinic.example",
        "https://",
        "https://localhost/hook",
        "https://intranet/hook",
        "https://printer.local",
        "https://db.internal:5432",
        "https://user:secret@clinic.example",
        "https://clinic.example/#part",
        "https://127.0.0.1",
        "https://127.1",
        "https://2130706433",
        "https://0x7f.0.0.1",
        "https://127.0.0.0x1",
        "https://127.0.0.1.",
        "https://clinic.example:99999",
        "https://clinic..example",
        "https://./",
        "https://localhost.",
        "https://10.1.2.3",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(WebhookAddressError):
        checked(url, NONE)


def test_a_trusted_host_needs_neither_tls_nor_a_public_address() -> None:
    trusted = frozenset({"localhost", "127.0.0.1"})
    assert checked("http://127.0.0.1:9000/hook", trusted).port == 9_000
    assert checked("http://localhost/hook", trusted).hostname == "localhost"
    with pytest.raises(WebhookAddressError):
        checked("http://127.0.0.2/hook", trusted)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1"),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1"),
        *("::1", "fe80::1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "clinic.example", ""),
    ],
)
def test_what_is_no_public_ipv4_address(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "8.8.8.8", "203.0.114.1"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)
