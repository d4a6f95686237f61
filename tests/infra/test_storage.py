"""The buckets and the way from an upload to the intake queue."""

from __future__ import annotations

from uuid import UUID

import pytest

from docpipe.domain import keys
from infra.constructs.storage import RESULTS_PREFIX, UPLOADS_PREFIX
from tests.infra.stack import Stack, referred, text

pytestmark = pytest.mark.xdist_group("synth")

each_bucket = pytest.mark.parametrize("name", ["uploads", "results"])


@each_bucket
def test_a_bucket_is_private_encrypted_and_versioned(stack: Stack, name: str) -> None:
    bucket = stack.bucket(name)
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


@each_bucket
def test_a_bucket_refuses_plain_http_and_old_tls(stack: Stack, name: str) -> None:
    (statements,) = [
        policy["PolicyDocument"]["Statement"]
        for policy in stack.of_type("AWS::S3::BucketPolicy").values()
        if stack.of_type("AWS::S3::Bucket")[referred(policy["Bucket"])] == stack.bucket(name)
    ]
    denied = [statement["Condition"] for statement in statements if statement["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied
    assert not [statement for statement in statements if statement["Effect"] == "Allow"]


@each_bucket
def test_a_broken_off_upload_and_an_old_version_do_not_stay_for_ever(stack: Stack, name: str) -> None:
    (rule,) = [r for r in stack.bucket(name)["LifecycleConfiguration"]["Rules"] if r["Id"] == "remnants"]
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}


def test_pages_of_the_web_may_post_uploads_and_nothing_else(stack: Stack) -> None:
    (rule,) = stack.bucket("uploads")["CorsConfiguration"]["CorsRules"]
    assert rule["AllowedMethods"] == ["POST"]
    assert "*" not in rule["AllowedOrigins"]
    assert "CorsConfiguration" not in stack.bucket("results")


def test_prefixes_are_those_the_library_writes_under() -> None:
    document_id = UUID(int=1)
    assert keys.upload_key(document_id).startswith(UPLOADS_PREFIX)
    for key in (keys.page_image_key(document_id, 1), keys.text_key(document_id), keys.searchable_pdf_key(document_id)):
        assert key.startswith(RESULTS_PREFIX)


def test_each_upload_is_announced_to_intake(stack: Stack) -> None:
    (notification,) = stack.bucket("uploads")["NotificationConfiguration"]["QueueConfigurations"]
    assert notification["Event"] == "s3:ObjectCreated:*"
    assert referred(notification["Queue"]) == stack.queue_ids["intake"]
    assert notification["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "uploads/"}]
    assert "NotificationConfiguration" not in stack.bucket("results")


def test_only_the_uploads_bucket_may_send_to_intake_from_outside(stack: Stack) -> None:
    admitted = [
        (policy_id, [referred(url) for url in policy["Queues"]], statement)
        for policy_id, policy in stack.of_type("AWS::SQS::QueuePolicy").items()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    ((policy_id, queues, statement),) = admitted
    assert queues == [stack.queue_ids["intake"]]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert text(statement["Condition"]["ArnEquals"]["aws:SourceArn"]) == (
        f"arn:<AWS::Partition>:s3:::{text(stack.bucket('uploads')['BucketName'])}"
    )
    # S3 tries the queue when the bucket is made: the policy must be there before.
    (bucket_resource,) = [
        resource
        for resource in stack.template["Resources"].values()
        if resource.get("Properties") is stack.bucket("uploads")
    ]
    assert policy_id in bucket_resource["DependsOn"]


@pytest.mark.parametrize(
    ("name", "moves"), [("uploads", {"GLACIER_IR": 90, "DEEP_ARCHIVE": 365}), ("results", {"GLACIER_IR": 90})]
)
def test_what_is_old_moves_to_cheaper_storage_and_what_is_shown_stays_at_hand(
    stack: Stack, name: str, moves: dict[str, int]
) -> None:
    (rule,) = [r for r in stack.bucket(name)["LifecycleConfiguration"]["Rules"] if r["Id"] == "archive"]
    assert {move["StorageClass"]: move["TransitionInDays"] for move in rule["Transitions"]} == moves


@each_bucket
def test_requests_are_logged_to_a_bucket_that_is_not_public(any_stack: Stack, name: str) -> None:
    log = any_stack.of_type("AWS::S3::Bucket")[
        referred(any_stack.bucket(name)["LoggingConfiguration"]["DestinationBucketName"])
    ]
    assert set(log["PublicAccessBlockConfiguration"].values()) == {True}
