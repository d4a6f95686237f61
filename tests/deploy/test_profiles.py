"""The other profiles deployed: production as far as an emulator carries it, hybrid with work from the API beside it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import boto3
import httpx
import psycopg
import pytest

from local.front.tokens import Principal
from local.names import ACCOUNT
from tests.deploy.cloud import Cloud
from tests.deploy.conftest import BESIDE, PROD, deployed
from tests.deploy.manual import DEPLOYING, HYBRID
from tests.support import pages
from tests.support.runtimes import wait_for
from tools.deploy import empty_buckets


@pytest.fixture
def production(cloud: Cloud) -> Iterator[dict[str, str]]:
    with deployed(cloud, PROD) as outputs:
        yield outputs


@pytest.fixture
def hybrid(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    make_secret = HYBRID.block("create-secret").partition("\n")[0]
    cloud.shell(make_secret, tmp_path_factory.mktemp("secret"), DATABASE_URL=cloud.database_url("hybrid"))
    with deployed(cloud, BESIDE) as outputs:
        yield outputs


def test_production_has_its_alarms_and_takes_a_first_user(
    cloud: Cloud, production: dict[str, str], operator: boto3.session.Session, tmp_path: Path
) -> None:
    wanted = {
        resource["Properties"]["AlarmName"]
        for resource in cloud.template(PROD)["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    }
    alarms = cloud.emulator.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNamePrefix=PROD.prefix)
    found = {alarm["AlarmName"] for page in alarms for alarm in page["MetricAlarms"]}
    assert len(wanted) > 40
    assert found == wanted
    uploads = f"docpipe-prod-uploads-{ACCOUNT}"
    cloud.emulator.client("s3").put_object(Bucket=uploads, Key="kept", Body=b"kept")
    empty_buckets(operator, "docpipe-prod")
    assert cloud.emulator.client("s3").list_objects_v2(Bucket=uploads)["KeyCount"] == 1
    cloud.shell(DEPLOYING.block("admin-create-user", {"USER_POOL": production["UserPool"]}), tmp_path)
    users = cloud.emulator.client("cognito-idp").list_users(UserPoolId=production["UserPool"])["Users"]
    assert {"Name": "custom:tenant", "Value": "clinic"} in users[0]["Attributes"]


def test_the_api_beside_creates_jobs_by_row_and_file_in_either_order(
    cloud: Cloud, hybrid: dict[str, str], open_api: Callable[[str], httpx.Client], tmp_path: Path
) -> None:
    """With the key of the identity that the stack made for it, by the statement and the commands of the manual."""
    pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan())
    size = (tmp_path / "scan.pdf").stat().st_size
    make_key = HYBRID.in_text("aws iam create-access-key", {"<stage>": "hybrid"})
    key = json.loads(cloud.shell(make_key, tmp_path))
    as_producer = {
        "AWS_ACCESS_KEY_ID": key["AccessKey"]["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["AccessKey"]["SecretAccessKey"],
    }
    insert: Any = HYBRID.block("INSERT INTO documents", language="sql")
    upload = HYBRID.block("aws s3 cp", {"ACCOUNT": ACCOUNT})
    announcement = json.loads(HYBRID.block("upload_arrived", language="json"))

    def make_row(document_id: str) -> None:
        with psycopg.connect(cloud.database_url("hybrid")) as connection:
            row = {"filename": "scan.pdf", "content_type": "application/pdf", "byte_size": size, "owner_email": None}
            connection.execute(insert, {**row, "id": document_id, "tenant_id": Principal().tenant_id})

    row_first, file_first = str(uuid.uuid4()), str(uuid.uuid4())
    make_row(row_first)
    for document_id in (row_first, file_first):
        cloud.shell(upload, tmp_path, ID=document_id, **as_producer)
    make_row(file_first)
    body = json.dumps({**announcement, "document_id": file_first})
    sqs = cloud.emulator.client("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="docpipe-hybrid-intake")["QueueUrl"], MessageBody=body)
    with open_api(hybrid["ApiUrl"]) as api:
        for document_id in (row_first, file_first):
            ended = wait_for(partial(_ended, api, f"/documents/{document_id}"))
            assert ended is not None
            assert (ended["status"], ended["pages_done"]) == ("completed", 1)
    remove = DEPLOYING.in_text(
        "aws iam delete-access-key", {"<stage>": "hybrid", "KEY": key["AccessKey"]["AccessKeyId"]}
    )
    cloud.shell(remove, tmp_path)


def _ended(api: httpx.Client, path: str) -> dict[str, Any] | None:
    document: dict[str, Any] = api.get(path).json()
    return document if document["finished_at"] else None
