"""Health data goes where it belongs and nowhere else: marked documents go through, and all that is emitted is searched.

The markers stand in the text, the file's name, its metadata, the owner's address and the tenant's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pymupdf
import pytest

from docpipe.domain.errors import EncryptedFileError
from local.client import Client
from local.front.tokens import Principal
from local.names import queue_url_prefix, resource_name
from local.runtime import Runtime
from local.samples import Sheet, make_samples
from local.samples.sheets import Look
from local.topology import load_topology
from tests.support.runtimes import shared_folder, wait_for

pytestmark = pytest.mark.xdist_group("command-line")

_SCANNED = "Quernstone"
_DIGITAL = "Zephyrine"
_NAME = "Marrowfen"
_OWNER = "Oddlingham"
_TENANT = "Tallowmere"
_TITLE = "Wickerbourne"
_CONSUMERS = ("intake", "ocr-small", "assemble", "notify", "deliver", "dead_letter")
_QUEUES = ("intake", "ocr-small", "assemble", "events", "deliveries")
MARKERS = (_SCANNED, _DIGITAL, _NAME, _OWNER, _TENANT, _TITLE)

_SHEETS = (
    Sheet(Look.TYPED, ("The patient", f"{_SCANNED} {_SCANNED}", "was seen on Monday.")),
    Sheet(Look.DIGITAL, (f"The patient {_DIGITAL} was seen on Tuesday by the same doctor.",)),
)


@dataclass(frozen=True, slots=True)
class Site:
    """A runtime that marked documents have gone through, each to its end."""

    runtime: Runtime
    client: Client
    read: str
    refused: str


def _titled(path: Path) -> Path:
    with pymupdf.open(path) as document:
        document.set_metadata({"title": _TITLE, "author": _TITLE})
        document.saveIncr()
    return path


def _uploaded(client: Client, path: Path) -> str:
    created = client.create(
        filename=f"{_NAME} {path.name}", byte_size=path.stat().st_size, outputs=["hocr", "alto"], pdfa=True
    )
    client.upload(created.upload, path)
    return created.document_id


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    owner = Principal(tenant_id=f"{_TENANT}@docpipe.example", email=f"{_OWNER}@docpipe.example")
    with (
        shared_folder() as folder,
        Runtime(folder) as runtime,
        Client(runtime.api_url, partial(runtime.token, owner)) as client,
    ):
        samples = make_samples(folder / "samples", _SHEETS)
        read, refused = _uploaded(client, _titled(samples.scan)), _uploaded(client, samples.protected)
        wait_for(lambda: all(client.document(document_id).finished_at for document_id in (read, refused)))
        wait_for(lambda: len(runtime.mailbox()) == 2)
        for queue in _QUEUES:
            _send_what_no_function_understands(runtime, queue)
        wait_for(lambda: all(_waiting(runtime, f"{queue}-dlq") for queue in _QUEUES))
        for scheduled in ("dead_letter", "sweep"):
            assert runtime.run_schedule(scheduled).error is None
        yield Site(runtime, client, read, refused)


def _send_what_no_function_understands(runtime: Runtime, queue: str) -> None:
    body = json.dumps({"kind": "chunk_ready", "filename": _NAME})
    runtime.client("sqs").send_message(QueueUrl=_url(runtime, queue), MessageBody=body)


def _url(runtime: Runtime, queue: str) -> str:
    return f"{queue_url_prefix(runtime.endpoint_url)}{queue}"


def _waiting(runtime: Runtime, queue: str) -> int:
    attributes = runtime.client("sqs").get_queue_attributes(
        QueueUrl=_url(runtime, queue), AttributeNames=["ApproximateNumberOfMessages"]
    )
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


def markers_in(emitted: str) -> list[str]:
    return [marker for marker in MARKERS if marker.lower() in emitted.lower()]


def test_the_markers_went_through(site: Site) -> None:
    """Else the other tests would search for what never was there."""
    text = " ".join(page.text for page in site.client.pages(site.read))
    assert _SCANNED in text
    assert _DIGITAL in text
    with psycopg.connect(site.runtime.database_url) as connection:
        rows = connection.execute("SELECT filename, owner_email, tenant_id FROM documents").fetchall()
    assert all(_NAME in name and _OWNER in email and _TENANT in tenant for name, email, tenant in rows)


def test_no_log_line_holds_health_data(site: Site) -> None:
    logs = {path.name: path.read_text(errors="replace") for path in (site.runtime.folder / "logs").iterdir()}
    assert {"api.log", "sweep.log", "emulator.log"} <= set(logs)
    assert all(logs[f"{name}.log"] for name in _CONSUMERS)
    assert {name: markers_in(log) for name, log in logs.items() if markers_in(log)} == {}


def test_no_message_between_functions_holds_health_data(site: Site) -> None:
    with psycopg.connect(site.runtime.database_url) as connection:
        sent = connection.execute("SELECT queue, body::text FROM events").fetchall()
    assert {queue for queue, _ in sent} >= {"ocr-small", "assemble", "events", "deliveries"}
    assert [body for _, body in sent if markers_in(body)] == []


def test_no_key_metadata_or_tag_of_an_object_holds_health_data(site: Site) -> None:
    s3: Any = site.runtime.client("s3")
    for name in load_topology().buckets:
        bucket = resource_name(name)
        stored = s3.list_objects_v2(Bucket=bucket)["Contents"]
        assert stored
        for key in (entry["Key"] for entry in stored):
            about = s3.head_object(Bucket=bucket, Key=key)
            told = [key, about["Metadata"], about.get("ContentDisposition")]
            told.append(s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"])
            assert markers_in(str(told)) == []


def test_mails_hold_no_health_data_but_the_address_they_go_to(site: Site) -> None:
    for mail in site.runtime.mailbox():
        assert markers_in(" ".join((mail.subject, mail.text, mail.html, mail.sender))) == []
        assert mail.recipients == (f"{_OWNER}@docpipe.example",)


def test_the_reason_of_a_failure_holds_no_health_data(site: Site) -> None:
    document = site.client.document(site.refused)
    assert (document.code, document.message) == (EncryptedFileError.code, str(EncryptedFileError()))
