"""Documents go through the image as they do on Lambda: real events, real database, real limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.answers import Document
from local.samples import make_samples
from local.sqs_batch import sqs_event
from tests.image.container import MB
from tests.image.hostile import bomb_in_the_middle
from tests.image.site import Site
from tests.image.thick import thick_scan
from tests.support import pages


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_samples(tmp_path_factory.mktemp("samples")).scan


@pytest.fixture(scope="module")
def scanned(site: Site, sample: Path) -> Document:
    """The sample scan, read once."""
    return site.read(sample)


def test_a_scan_gives_rows_and_objects(site: Site, scanned: Document) -> None:
    assert (scanned.status, scanned.pages_failed) == ("completed", 0)
    rows = site.rows("SELECT * FROM pages WHERE document_id = %s ORDER BY page_number", scanned.document_id)
    assert [row["source"] for row in rows] == ["ocr", "ocr", "ocr", "ocr", "text_layer", "blank"]
    assert all(row["mean_confidence"] > 80 for row in rows[:4])
    assert "Northfield" in rows[0]["text"] or len(rows[0]["text"].split()) > 50
    files = site.client.result_files(scanned.document_id)
    assert files
    objects = site.runtime.client("s3").list_objects_v2(Bucket="docpipe-local-results")["Contents"]
    keys = [entry["Key"] for entry in objects if scanned.document_id in entry["Key"]]
    assert sum(key.endswith(".jpg") for key in keys) == 6
    assert any(key.endswith(".pdf") for key in keys)


def test_every_function_of_the_image_starts_and_answers(site: Site) -> None:
    """A message that is none of theirs tells: it is set aside for an operator, by way of database and queue."""
    message: dict[str, Any] = {"MessageId": "m1", "ReceiptHandle": "r", "Body": "{}", "MD5OfBody": ""}
    message["Attributes"] = {"ApproximateReceiveCount": "1"}
    for name, spec in site.image_functions().items():
        answer = site.container(name).invoke(sqs_event(spec.event_sources[0].queue, [message]))
        assert answer == {"batchItemFailures": []}, name
        assert "message is none of ours" in site.container(name).log(), name


def test_it_writes_to_tmp_alone_and_clears_up(site: Site, scanned: Document) -> None:
    assert scanned.finished_at
    for container in site.containers.values():
        assert container.written_outside_tmp == []
        assert json.loads(container.python("import json, os; print(json.dumps(os.listdir('/tmp')))")) == []


def test_it_runs_as_an_ordinary_user_without_rights(site: Site, scanned: Document) -> None:
    assert scanned.finished_at
    code = """
import json, pathlib
found = []
for status in pathlib.Path("/proc").glob("[0-9]*/status"):
    fields = dict(line.split(":\\t", 1) for line in status.read_text().splitlines() if ":\\t" in line)
    found.append([fields["Uid"].split(), fields["CapEff"], fields["NoNewPrivs"]])
print(json.dumps(found))
"""
    for container in site.containers.values():
        for users, capabilities, no_new_privileges in json.loads(container.python(code)):
            assert (set(users), int(capabilities, 16), no_new_privileges) == ({"993"}, 0, "1")


def test_no_word_of_the_document_is_in_the_log(site: Site, scanned: Document) -> None:
    rows = site.rows("SELECT text FROM pages WHERE document_id = %s", scanned.document_id)
    words = {word for row in rows for word in row["text"].split() if word.isalpha() and len(word) > 7}
    logs = "".join(container.log() for container in site.containers.values())
    assert scanned.document_id in logs
    assert len(words) > 20
    assert [word for word in words if word in logs] == []


def test_pytesseract_reads_in_the_image_too(site: Site, tmp_path: Path) -> None:
    usual = site.containers.pop("ocr-small", None)
    site.containers["ocr-small"] = site.begin("ocr-small", {"OCR_ENGINE": "pytesseract"})
    document = site.read(pages.scanned_pdf(tmp_path / "scan.pdf", pages.scan()))
    site.containers.pop("ocr-small").remove()
    if usual:
        site.containers["ocr-small"] = usual
    (page,) = site.client.pages(document.document_id)
    assert (document.status, page.source) == ("completed", "ocr")
    assert pages.found(page.text) > 0.9


def test_a_page_that_would_take_all_memory_fails_alone(site: Site, tmp_path: Path) -> None:
    document = site.read(bomb_in_the_middle(tmp_path / "bomb.pdf"))
    assert document.status == "completed_with_failures"
    by_number = {page.page_number: page for page in site.client.pages(document.document_id)}
    assert by_number[2].error_code == "page_too_large"
    assert [by_number[number].source for number in (1, 3)] == ["ocr", "ocr"]
    container = site.container("ocr-small")
    assert container.running
    assert container.processes_killed_for_memory == 0


def test_520_pages_stay_below_the_memory_of_each_function(site: Site, tmp_path: Path) -> None:
    document = site.read(thick_scan(tmp_path / "thick.pdf", page_count=520))
    assert (document.status, document.page_count, document.pages_failed) == ("completed", 520, 0)
    specs = site.image_functions()
    for name in ("intake", "ocr-large", "assemble"):
        container = site.container(name)
        assert container.running
        assert container.processes_killed_for_memory == 0
        # Half is room for pages that are harder than these; what the kernel kept of files and /tmp is counted too.
        assert container.peak_memory < specs[name].memory_mb * MB / 2
