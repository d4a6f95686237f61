"""One account for all tests of deployments."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import httpx
import pytest

from local.front.tokens import AUDIENCE, LocalIssuer, Principal
from local.names import ACCOUNT, CREDENTIALS, REGION
from local.postgres import PostgresServer
from local.processes import PROJECT_ROOT
from tests.deploy.cloud import ISSUER, Cloud, EveryService, Stage, key_server
from tests.deploy.manual import DEPLOYING, HYBRID
from tests.support.runtimes import shared_folder

OWN_ISSUER = (f"auth_issuer={ISSUER}", "auth_client_id=page")

DEV = DEPLOYING.stage("dev", f"auth_audience={AUDIENCE}", *OWN_ISSUER)
PROD = DEPLOYING.stage("prod")
BESIDE = HYBRID.stage("hybrid", f"auth_audience={AUDIENCE}", ref="project", anon_key="page")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Deployments follow one another."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("deploy"))


@pytest.fixture(scope="package")
def issuer() -> LocalIssuer:
    return LocalIssuer(ISSUER)


@pytest.fixture(scope="package")
def cloud(issuer: LocalIssuer) -> Iterator[Cloud]:
    """An account that is bootstrapped, and the page built that is to be deployed."""
    subprocess.run([str(PROJECT_ROOT / "tools/build_web.sh")], check=True, stdin=subprocess.DEVNULL)
    with shared_folder() as folder, key_server(issuer) as keys:
        for name in ("objects", "temporary"):
            (folder / name).mkdir()
        database = PostgresServer(folder / "postgres", folder / "postgres.log")
        emulator = EveryService(objects=folder / "objects", temporary=folder / "temporary", log=folder / "emulator.log")
        try:
            database.start()
            emulator.start()
            cloud = Cloud(emulator, database, keys, folder)
            cloud.bootstrap(DEPLOYING.block("tools.cdk bootstrap", {"ACCOUNT": ACCOUNT, "REGION": REGION}))
            yield cloud
        finally:
            emulator.stop()
            database.stop()


@pytest.fixture(scope="package")
def open_api(cloud: Cloud, issuer: LocalIssuer) -> Callable[[str], httpx.Client]:
    """Opens a deployed API by its address, as a user with a token.

    The address does not resolve; the emulator goes by the header.
    """

    def open_at(address: str) -> httpx.Client:
        headers = {"host": urlsplit(address).netloc, "authorization": f"Bearer {issuer.token(Principal())}"}
        return httpx.Client(base_url=cloud.emulator.endpoint_url, headers=headers, timeout=60, trust_env=False)

    return open_at


@pytest.fixture
def operator(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> boto3.session.Session:
    """What a program of the operator's speaks to AWS by."""
    for name in (*CREDENTIALS, "AWS_ENDPOINT_URL"):
        monkeypatch.setenv(name, cloud.environment[name])
    return boto3.session.Session(region_name=REGION)


@contextmanager
def deployed(cloud: Cloud, stage: Stage) -> Iterator[dict[str, str]]:
    """A stage that is there for a while: its outputs. Afterwards nothing of it runs or waits any more."""
    yield cloud.deploy(stage)
    assert functions(cloud, stage)
    if stage.profile != "dev":
        _unprotect(cloud, stage)
    cloud.destroy(stage)
    assert functions(cloud, stage) == []
    assert queues(cloud, stage) == []


def _unprotect(cloud: Cloud, stage: Stage) -> None:
    """By the command of the manual, which is also what ``make destroy`` asks for."""
    command = DEPLOYING.in_text("aws cloudformation update-termination-protection", {"<stage>": stage.name})
    assert command in cloud.not_destroyed(stage)
    assert functions(cloud, stage)
    cloud.shell(command, cloud.folder)


def functions(cloud: Cloud, stage: Stage) -> list[str]:
    listed = cloud.emulator.client("lambda").get_paginator("list_functions").paginate()
    names = [function["FunctionName"] for page in listed for function in page["Functions"]]
    return [name for name in names if name.startswith(stage.prefix)]


def queues(cloud: Cloud, stage: Stage) -> list[str]:
    return list(cloud.emulator.client("sqs").list_queues(QueueNamePrefix=stage.prefix).get("QueueUrls", []))
