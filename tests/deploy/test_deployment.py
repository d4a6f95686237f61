"""The life of a stage, by the real CDK command line: deployed, used, changed and destroyed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import httpx
import pytest

from docpipe.adapters.rsa_keys import RsaKeyPairs
from local.answers import Document
from local.front.tokens import LocalIssuer, Principal
from local.names import ACCOUNT, REGION
from tests.deploy.cloud import Cloud
from tests.deploy.conftest import DEV, deployed
from tests.deploy.emulated import ATTRIBUTES_NOT_CARRIED, NOT_CARRIED, NOT_CARRIED_WITH
from tests.deploy.manual import DEPLOYING, RUNBOOK
from tests.support import pages
from tests.support.links import verify
from tests.support.runtimes import wait_for
from tools.deploy import empty_buckets


@pytest.fixture(scope="module")
def outputs(cloud: Cloud) -> Iterator[dict[str, str]]:
    with deployed(cloud, DEV) as outputs:
        yield outputs


def resources(cloud: Cloud) -> dict[str, str]:
    """Types of the stack's resources, by logical id."""
    pages_of = cloud.emulator.client("cloudformation").get_paginator("list_stack_resources")
    return {
        entry["LogicalResourceId"]: entry["ResourceType"]
        for page in pages_of.paginate(StackName="docpipe-dev")
        for entry in page["StackResourceSummaries"]
    }


def signing_key(cloud: Cloud, number: int) -> str:
    """The public half of a number's key, as the secret of the stage holds it by now."""
    secrets = cloud.emulator.client("secretsmanager")
    (secret,) = [
        each["ARN"]
        for each in secrets.list_secrets()["SecretList"]
        if "links to results" in each.get("Description", "")
    ]
    held = json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])
    return RsaKeyPairs().public_half_of(held[f"key{number}"])


def fetched(cloud: Cloud, outputs: dict[str, str], link: str, number: int = 1) -> bytes:
    """What a link leads to, as CloudFront finds it: the signature first, then the path as the key."""
    verify(link, signing_key(cloud, number))
    address = urlsplit(link)
    assert f"https://{address.netloc}" == outputs["WebUrl"]
    found = cloud.emulator.client("s3").get_object(Bucket=f"docpipe-dev-results-{ACCOUNT}", Key=address.path[1:])
    return bytes(found["Body"].read())


def test_a_document_goes_through_by_the_lines_of_the_manual(
    cloud: Cloud,
    outputs: dict[str, str],
    issuer: LocalIssuer,
    open_api: Callable[[str], httpx.Client],
    tmp_path: Path,
) -> None:
    """From its creation at the API to its result, moved on by the deployed notifications, queues and functions."""
    pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan())
    values = {"https://….execute-api.REGION.amazonaws.com": outputs["ApiUrl"], "eyJ…": issuer.token(Principal())}
    upload = DEPLOYING.block("> created.json", values)
    cloud.shell(upload, tmp_path)
    ask = upload.partition("\n")[0] + "\n" + DEPLOYING.block('["document_id"]')

    def ended() -> Document | None:
        document = Document.model_validate_json(cloud.shell(ask, tmp_path))
        return document if document.finished_at else None

    document = wait_for(ended)
    assert document is not None
    assert (document.status, document.pages_done) == ("completed", 1)
    with open_api(outputs["ApiUrl"]) as api:
        (page,) = api.get(f"/documents/{document.document_id}/pages").json()["pages"]
    assert pages.found(page["text"]) > 0.9
    assert fetched(cloud, outputs, page["image_url"]).startswith(b"\xff\xd8")


def test_nobody_comes_in_without_a_token(open_api: Callable[[str], httpx.Client], outputs: dict[str, str]) -> None:
    with open_api(outputs["ApiUrl"]) as api:
        assert api.get("/documents", headers={"authorization": ""}).status_code == 401
        assert api.get("/documents", headers={"authorization": "Bearer nonsense"}).status_code == 403


def test_one_image_is_built_for_arm_and_pushed_once(cloud: Cloud, outputs: dict[str, str]) -> None:
    calls = [call for call in cloud.docker_calls() if call[0] in {"build", "tag", "push"}]
    build, tag, push = calls
    options = dict(zip(build[1:-1:2], build[2:-1:2], strict=True))
    assert options.keys() == {"--build-arg", "--file", "--platform", "--tag"}
    assert options["--platform"] == "linux/arm64"
    assert options["--file"] == "functions/ocr/Dockerfile"
    assert options["--build-arg"] == "LANGUAGES=eng"
    digest = options["--tag"].removeprefix("cdkasset-")
    address = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/cdk-hnb659fds-container-assets-{ACCOUNT}-{REGION}:{digest}"
    assert tag[1:] == [options["--tag"], address]
    assert push[1:] == [address]


def test_a_stage_is_as_described_until_a_setting_changes_which_moves_nothing(
    cloud: Cloud, outputs: dict[str, str]
) -> None:
    assert "Number of stacks with differences: 0" in cloud.differences(DEV)
    before = resources(cloud)
    changed = replace(DEV, settings=f"{DEV.settings} max_pages=77")
    assert cloud.deploy(changed)["ApiUrl"] == outputs["ApiUrl"]
    client: Any = cloud.emulator.client("lambda")
    told = client.get_function_configuration(FunctionName="docpipe-dev-api")["Environment"]["Variables"]
    assert told["MAX_PAGES"] == "77"
    assert resources(cloud) == before


def test_a_turn_gives_the_api_the_key_that_was_made_before_and_a_turn_back_the_one_of_then(
    cloud: Cloud, outputs: dict[str, str]
) -> None:
    """A deployment that is rolled back is a turn back."""
    first, following = (signing_key(cloud, number) for number in (1, 2))
    assert "link_key=2" in DEPLOYING.text
    for settings, number, expected in ((f"{DEV.settings} link_key=2", 2, following), (DEV.settings, 1, first)):
        cloud.deploy(replace(DEV, settings=settings))
        client: Any = cloud.emulator.client("lambda")
        told = client.get_function_configuration(FunctionName="docpipe-dev-api")["Environment"]["Variables"]
        assert RsaKeyPairs().public_half_of(told["LINKS_KEY"]) == signing_key(cloud, number) == expected


def test_the_runbook_looks_whether_sources_and_schedules_are_on(
    cloud: Cloud, outputs: dict[str, str], tmp_path: Path
) -> None:
    ask = RUNBOOK.block("list-event-source-mappings").partition("# is an event source on?\n")[2]
    sources = {
        arn.rpartition(":")[2]: (state, most)
        for arn, state, most in json.loads(cloud.shell(ask, tmp_path, STAGE="dev"))
    }
    assert sources == {"docpipe-dev-ocr-small": ("Enabled", 40), "docpipe-dev-ocr-small-priority": ("Enabled", 20)}
    rule = json.loads(cloud.shell(RUNBOOK.in_text("aws events describe-rule", {}), tmp_path, STAGE="dev"))
    assert rule["State"] == "ENABLED"


def test_the_manual_makes_a_sender_known(cloud: Cloud, tmp_path: Path) -> None:
    cloud.shell(DEPLOYING.block("sesv2"), tmp_path)
    known = json.loads(cloud.shell("aws sesv2 list-email-identities", tmp_path))["EmailIdentities"]
    assert "scans@example.org" in {identity["IdentityName"] for identity in known}


def test_before_a_stage_goes_its_buckets_are_emptied(
    cloud: Cloud, outputs: dict[str, str], operator: boto3.session.Session
) -> None:
    """Of every version, as S3 deletes no bucket that holds one."""
    objects = cloud.emulator.client("s3")
    names = [f"docpipe-dev-{name}-{ACCOUNT}" for name in ("uploads", "results")]
    for name in names:
        for body in (b"first", b"second"):
            objects.put_object(Bucket=name, Key="left/behind", Body=body)
        objects.delete_object(Bucket=name, Key="left/behind")
    empty_buckets(operator, "docpipe-dev")
    for name in names:
        listed = objects.list_object_versions(Bucket=name)
        assert not listed.get("Versions", []) + listed.get("DeleteMarkers", [])


def test_the_manual_lists_what_the_emulator_does_not_carry() -> None:
    missing = NOT_CARRIED | {kind for kind, _ in ATTRIBUTES_NOT_CARRIED | NOT_CARRIED_WITH}
    assert {kind for kind in missing if f"`{kind}`" not in DEPLOYING.text} == set()
