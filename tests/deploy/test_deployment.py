"""The life of a stage, by the real CDK command line: deployed, used, changed and destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from local.answers import Document
from local.front.tokens import LocalIssuer, Principal
from local.processes import PROJECT_ROOT
from tests.deploy.cloud import DEV, Cloud
from tests.deploy.emulated import ATTRIBUTES_NOT_CARRIED, NOT_CARRIED
from tests.support import pages
from tests.support.runtimes import wait_for

STACK = "docpipe-dev"


@pytest.fixture(scope="module")
def outputs(cloud: Cloud) -> Iterator[dict[str, str]]:
    """A stage that is deployed."""
    yield cloud.deploy(**DEV)
    assert functions(cloud)
    cloud.destroy(**DEV)
    assert functions(cloud) == []
    assert queues(cloud) == []


@pytest.fixture
def api(cloud: Cloud, outputs: dict[str, str], issuer: LocalIssuer) -> Iterator[httpx.Client]:
    """The deployed API, as a user with a token sees it; its name does not resolve, the emulator goes by the header."""
    host = urlsplit(outputs["ApiUrl"]).netloc
    headers = {"host": host, "authorization": f"Bearer {issuer.token(Principal())}"}
    with httpx.Client(base_url=cloud.emulator.endpoint_url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


def functions(cloud: Cloud) -> list[str]:
    listed = cloud.emulator.client("lambda").get_paginator("list_functions").paginate()
    names = [function["FunctionName"] for page in listed for function in page["Functions"]]
    return [name for name in names if name.startswith(STACK)]


def queues(cloud: Cloud) -> list[str]:
    return list(cloud.emulator.client("sqs").list_queues(QueueNamePrefix=STACK).get("QueueUrls", []))


def resources(cloud: Cloud) -> dict[str, str]:
    """Types of the stack's resources, by logical id."""
    pages_of = cloud.emulator.client("cloudformation").get_paginator("list_stack_resources")
    return {
        entry["LogicalResourceId"]: entry["ResourceType"]
        for page in pages_of.paginate(StackName=STACK)
        for entry in page["StackResourceSummaries"]
    }


def test_a_document_goes_through_the_deployed_stage(cloud: Cloud, api: httpx.Client, tmp_path: Path) -> None:
    """From its creation at the API to its result, moved on by the deployed notifications, queues and functions."""
    scan = pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan())
    wanted = {"filename": "scan.pdf", "byte_size": scan.stat().st_size, "languages": "eng"}
    created = api.post("/documents", json=wanted)
    assert created.status_code == 201, created.text
    form = created.json()["upload"]
    address = urlsplit(form["url"])
    sent = httpx.post(
        f"{cloud.emulator.endpoint_url}{address.path}",
        headers={"host": address.netloc},
        data=form["fields"],
        files={"file": scan.read_bytes()},
        trust_env=False,
    )
    assert sent.status_code == 204, sent.text
    path = f"/documents/{created.json()['document_id']}"

    def ended() -> Document | None:
        document = Document.model_validate(api.get(path).json())
        return document if document.finished_at else None

    document = wait_for(ended)
    assert document is not None
    assert (document.status, document.pages_done) == ("completed", 1)
    (page,) = api.get(f"{path}/pages").json()["pages"]
    assert pages.found(page["text"]) > 0.9


def test_nobody_comes_in_without_a_token(api: httpx.Client) -> None:
    assert api.get("/documents", headers={"authorization": ""}).status_code == 401
    assert api.get("/documents", headers={"authorization": "Bearer nonsense"}).status_code == 403


def test_a_stage_is_as_described_until_a_setting_changes_which_moves_nothing(
    cloud: Cloud, outputs: dict[str, str]
) -> None:
    assert "Number of stacks with differences: 0" in cloud.differences(**DEV)
    before = resources(cloud)
    assert cloud.deploy(**DEV, max_pages="77")["ApiUrl"] == outputs["ApiUrl"]
    client: Any = cloud.emulator.client("lambda")
    told = client.get_function_configuration(FunctionName=f"{STACK}-api")["Environment"]["Variables"]
    assert told["MAX_PAGES"] == "77"
    assert resources(cloud) == before


def test_the_manual_lists_what_the_emulator_does_not_carry() -> None:
    manual = (PROJECT_ROOT / "docs/deploying.md").read_text()
    missing = NOT_CARRIED | {kind for kind, _ in ATTRIBUTES_NOT_CARRIED}
    assert {kind for kind in missing if f"`{kind}`" not in manual} == set()
