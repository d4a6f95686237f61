"""Every object store keeps the same promises: the fake, and S3's adapter against an emulated S3."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.s3 import S3ObjectStore
from docpipe.domain.errors import FileTooLargeError, StorageError, UploadArchivedError, UploadMissingError
from docpipe.services import ObjectStore
from tests.support.fakes import FakeObjectStore

BY_PATH = CONFIG.merge(Config(s3={"addressing_style": "path"}))
"""Bucket names are no host names of a server of the test's own."""


@pytest.fixture(params=["fake", "s3"])
def store(request: pytest.FixtureRequest, aws_credentials: None) -> Iterator[ObjectStore]:
    if request.param == "fake":
        yield FakeObjectStore()
        return
    with mock_aws():
        client = boto3.client("s3", config=CONFIG)
        client.create_bucket(Bucket="bucket")
        client.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
        yield S3ObjectStore(client, "bucket")


def test_what_is_put_can_be_got(store: ObjectStore) -> None:
    store.put("key", b"body", "text/plain")
    assert store.get("key") == b"body"


def test_a_file_survives_the_way_out_and_in(store: ObjectStore, tmp_path: Path) -> None:
    # Larger than one part of a multipart upload.
    body = bytes(range(256)) * (80 << 10)
    (tmp_path / "out").write_bytes(body)
    store.upload("key", tmp_path / "out", "application/pdf", "searchable.pdf")
    assert store.download("key", tmp_path / "in").byte_size == len(body)
    assert (tmp_path / "in").read_bytes() == body


def test_a_version_is_read_after_the_key_was_overwritten(store: ObjectStore, tmp_path: Path) -> None:
    store.put("key", b"first", "text/plain")
    first = store.download("key", tmp_path / "file")
    store.put("key", b"second!", "text/plain")
    assert store.download("key", tmp_path / "file", first.version_id) == first
    assert (tmp_path / "file").read_bytes() == b"first"
    assert store.download("key", tmp_path / "file").byte_size == 7
    assert (tmp_path / "file").read_bytes() == b"second!"


def test_an_object_that_is_too_large_is_not_fetched(store: ObjectStore, tmp_path: Path) -> None:
    store.put("key", b"body", "text/plain")
    with pytest.raises(FileTooLargeError, match="at most 3 bytes"):
        store.download("key", tmp_path / "file", most_bytes=3)
    assert not (tmp_path / "file").exists()
    assert store.download("key", tmp_path / "file", most_bytes=4).byte_size == 4


def test_a_missing_object_is_told_apart(store: ObjectStore, tmp_path: Path) -> None:
    for read in (lambda: store.download("none", tmp_path / "x"), lambda: store.get("none")):
        with pytest.raises(UploadMissingError):
            read()


def test_whether_an_object_is_there_is_told_of_its_very_key(store: ObjectStore) -> None:
    assert not store.holds("uploads/a")
    store.put("uploads/a", b"first", "text/plain")
    store.put("uploads/a", b"second", "text/plain")
    store.put("uploads/bc", b"another", "text/plain")
    assert store.holds("uploads/a")
    assert not store.holds("uploads/b")
    store.erase("uploads/a")
    assert not store.holds("uploads/a")


def test_an_object_in_an_archive_is_told_apart(aws_credentials: None, tmp_path: Path) -> None:
    """Where uploads go after a year (``deep_archive_after_days``): to try again would not help."""
    with mock_aws():
        client = boto3.client("s3", config=CONFIG)
        client.create_bucket(Bucket="bucket")
        client.put_object(Bucket="bucket", Key="key", Body=b"body", StorageClass="DEEP_ARCHIVE")
        store = S3ObjectStore(client, "bucket")
        with pytest.raises(UploadArchivedError):
            store.download("key", tmp_path / "file")


def test_a_small_file_takes_one_request_each_way(aws_credentials: None, tmp_path: Path) -> None:
    asked: list[str] = []
    with mock_aws():
        client = boto3.client("s3", config=CONFIG)
        client.create_bucket(Bucket="bucket")
        client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name))
        (tmp_path / "out").write_bytes(b"body")
        store = S3ObjectStore(client, "bucket")
        store.upload("key", tmp_path / "out", "text/plain")
        store.download("key", tmp_path / "in")
    assert asked == ["PutObject", "GetObject"]


def test_a_file_that_breaks_off_on_its_way_is_not_taken_for_whole(aws_credentials: None, tmp_path: Path) -> None:
    class BreaksOff(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "9")
            self.end_headers()
            self.wfile.write(b"body")

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with HTTPServer(("127.0.0.1", 0), BreaksOff) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{server.server_port}", config=BY_PATH)
        with pytest.raises(StorageError):
            S3ObjectStore(client, "bucket").download("key", tmp_path / "in")
        server.shutdown()


def test_erasing_leaves_no_version_and_touches_nothing_else(store: ObjectStore, tmp_path: Path) -> None:
    for key in ("documents/a/text.txt", "documents/a/text.txt", "documents/a/pages/1.jpg", "documents/ab/text.txt"):
        store.put(key, b"body", "text/plain")
    first = store.download("documents/a/pages/1.jpg", tmp_path / "file")
    assert store.erase("documents/a/") == 3
    with pytest.raises(UploadMissingError):
        store.download("documents/a/pages/1.jpg", tmp_path / "file", first.version_id)
    assert store.get("documents/ab/text.txt") == b"body"
    assert store.erase("documents/a/") == 0
