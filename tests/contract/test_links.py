"""Whatever makes links to results: each names its object and ends when it is to."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from cryptography.exceptions import InvalidSignature

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.cloudfront import CloudFrontLinks
from docpipe.adapters.rsa_keys import RsaKeyPairs
from docpipe.adapters.s3 import S3Links
from docpipe.domain.errors import SecretError
from docpipe.services import Links
from tests.support.fakes import FakeLinks
from tests.support.links import verify

KEY = "documents/x/text.txt"
PRIVATE = RsaKeyPairs().private_key()
HOST = "https://scans.docpipe.example"


@pytest.fixture(params=["fake", "s3", "cloudfront"])
def links(request: pytest.FixtureRequest, aws_credentials: None) -> Links:
    if request.param == "fake":
        return FakeLinks()
    if request.param == "s3":
        return S3Links(boto3.client("s3", config=CONFIG), "bucket")
    return CloudFrontLinks(HOST, "K2JCJMDEHXQW5F", PRIVATE)


def ends_at(link: str) -> datetime:
    """When a link ends, by its query."""
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    if "Expires" in query:
        return datetime.fromtimestamp(int(query["Expires"]), UTC)
    signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return signed_at + timedelta(seconds=int(query["X-Amz-Expires"]))


def test_a_link_names_its_object_and_ends_when_it_is_to(links: Links) -> None:
    before = int(time.time())
    link = links.link(KEY, expires_s=3_600)
    after = int(time.time()) + 1
    assert urlsplit(link).scheme == "https"
    assert urlsplit(link).path == f"/{KEY}"
    assert before + 3_600 <= ends_at(link).timestamp() <= after + 3_600


def test_no_browser_keeps_what_a_presigned_link_leads_to(aws_credentials: None) -> None:
    link = S3Links(boto3.client("s3", config=CONFIG), "bucket").link(KEY, expires_s=60)
    assert "response-cache-control=no-store" in link


def test_the_signature_holds_for_one_object_and_one_end() -> None:
    public = RsaKeyPairs().public_half_of(PRIVATE)
    link = CloudFrontLinks(HOST, "K2JCJMDEHXQW5F", PRIVATE).link(KEY, expires_s=3_600)
    assert link.startswith(f"{HOST}/{KEY}?Expires=")
    assert link.endswith("&Key-Pair-Id=K2JCJMDEHXQW5F")
    verify(link, public)
    end = str(int(ends_at(link).timestamp()))
    for forged in (link.replace("text.txt", "searchable.pdf"), link.replace(end, str(int(end) + 1))):
        assert forged != link
        with pytest.raises(InvalidSignature):
            verify(forged, public)
    with pytest.raises(InvalidSignature):
        verify(link, RsaKeyPairs().public_half_of(RsaKeyPairs().private_key()))


@pytest.mark.parametrize(
    "text", ["", "nonsense", RsaKeyPairs().public_half_of(PRIVATE)], ids=["empty", "nonsense", "public"]
)
def test_a_key_that_is_none_is_told_of_without_its_text(text: str) -> None:
    with pytest.raises(SecretError, match="no RSA key") as told:
        CloudFrontLinks(HOST, "K2JCJMDEHXQW5F", text)
    assert "nonsense" not in str(told.value)
