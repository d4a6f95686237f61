"""The signature and the policy of an upload form, which no emulator checks as S3 does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import boto3
import pytest

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.s3 import S3UploadDesk
from docpipe.services import UploadForm


@pytest.fixture
def form(aws_credentials: None) -> UploadForm:
    desk = S3UploadDesk(boto3.client("s3", config=CONFIG), "uploads-bucket")
    return desk.form("uploads/1", max_bytes=100, content_type="application/pdf", expires_s=60)


def test_a_form_is_signed_by_signature_version_4_for_the_region(form: UploadForm) -> None:
    """Worked out from the S3 API reference, "Authenticating requests: browser-based uploads using POST"."""
    _, day, region, service, end = form.fields["x-amz-credential"].split("/")
    assert (region, service, end) == ("us-east-1", "s3", "aws4_request")
    key = b"AWS4testing"
    for part in (day, region, service, end):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, form.fields["policy"].encode(), hashlib.sha256).hexdigest()
    assert form.fields["x-amz-signature"] == signature
    assert form.fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"


def test_the_policy_bounds_bucket_key_size_and_type(form: UploadForm) -> None:
    conditions = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    for condition in (
        ["content-length-range", 1, 100],
        {"bucket": "uploads-bucket"},
        {"key": "uploads/1"},
        {"Content-Type": "application/pdf"},
    ):
        assert condition in conditions
