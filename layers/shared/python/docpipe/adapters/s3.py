"""S3: objects in and out a piece at a time; links to them, and upload forms, for browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from docpipe.adapters.aws import error_code, translated
from docpipe.domain.errors import FileTooLargeError, StorageError, UploadArchivedError, UploadMissingError
from docpipe.services import StoredObject, UploadForm

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

_MISSING = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NotFound"})

_ARCHIVED = "InvalidObjectState"

_LARGE = 16 << 20
"""Bytes from which a file goes in pieces side by side; for less, the threads take more CPU than the transfer."""

_TRANSFER = TransferConfig(multipart_threshold=_LARGE, multipart_chunksize=8 << 20, max_concurrency=4)
"""At most 4 pieces of 8 MB in memory: flat, however large the file."""

_IN_ONE = TransferConfig(multipart_threshold=_LARGE, use_threads=False)


class S3ObjectStore:
    """One bucket of S3."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def download(
        self, key: str, path: Path, version_id: str | None = None, *, most_bytes: int | None = None
    ) -> StoredObject:
        """Write an object to a file, a piece at a time; see ``ObjectStore.download``."""
        with _reading("The uploaded file could not be fetched"):
            # One request tells the size and brings a small file; a large one is asked for again, in pieces.
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **_version(version_id))
            stored = StoredObject(answer["ContentLength"], version_id or answer.get("VersionId"))
            with closing(answer["Body"]) as body:
                if most_bytes is not None and stored.byte_size > most_bytes:
                    raise FileTooLargeError(stored.byte_size, most_bytes)
                if stored.byte_size < _LARGE:
                    with path.open("wb") as file:
                        copyfileobj(body, file)
            if stored.byte_size >= _LARGE:
                extra = _version(stored.version_id)
                self._client.download_file(self._bucket, key, str(path), ExtraArgs=extra, Config=_TRANSFER)
        # Pieces go to their places by offset: a storage that answers a range with more than it overwrites others.
        if path.stat().st_size != stored.byte_size:
            raise StorageError("The uploaded file did not arrive as it is stored. Try again; check the storage.")
        return stored

    def get(self, key: str) -> bytes:
        """A small object's bytes."""
        with _reading("A page image could not be fetched"):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Store a small object."""
        with translated(StorageError, "A page image could not be stored"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type)

    def upload(self, key: str, path: Path, content_type: str, filename: str | None = None) -> None:
        """Store a file, a piece at a time; ``filename`` is what a browser will save it as."""
        extra = {"ContentType": content_type}
        if filename is not None:
            extra["ContentDisposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
        config = _TRANSFER if path.stat().st_size >= _LARGE else _IN_ONE
        with translated(StorageError, "A result could not be stored"):
            self._client.upload_file(str(path), self._bucket, key, ExtraArgs=extra, Config=config)

    def holds(self, key: str) -> bool:
        """Whether there is an object of that key, asked without the right to read it."""
        with translated(StorageError, "Whether a file has come could not be asked"):
            # A key that continues this one comes after all versions of it.
            listed = self._client.list_object_versions(Bucket=self._bucket, Prefix=key, MaxKeys=1)
        return any(entry["Key"] == key and entry["IsLatest"] for entry in listed.get("Versions", []))

    def erase(self, prefix: str) -> int:
        """Delete every version of every object whose key begins with ``prefix``, and what marks them as deleted."""
        erased = 0
        with translated(StorageError, "Objects could not be deleted"):
            for page in self._client.get_paginator("list_object_versions").paginate(Bucket=self._bucket, Prefix=prefix):
                versions: list[ObjectIdentifierTypeDef] = [
                    {"Key": entry["Key"], "VersionId": entry["VersionId"]}
                    for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
                ]
                if versions:
                    answer = self._client.delete_objects(
                        Bucket=self._bucket, Delete={"Objects": versions, "Quiet": True}
                    )
                    if answer.get("Errors"):
                        raise StorageError("Some objects could not be deleted. Try again.")
                erased += len(versions)
        return erased


class S3Links:
    """Presigned addresses of one bucket: the signature is that of the client's credentials, and ends with them."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def link(self, key: str, *, expires_s: int) -> str:
        """An address from which whoever has it may fetch an object for ``expires_s`` seconds; no browser keeps it."""
        params = {"Bucket": self._bucket, "Key": key, "ResponseCacheControl": "no-store"}
        return self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=expires_s)


class S3UploadDesk:
    """Presigned POST forms for the uploads bucket. POST, not PUT: only POST bounds the size."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def form(self, key: str, *, max_bytes: int, content_type: str | None, expires_s: int) -> UploadForm:
        """A form for one object, that refuses an empty file, one over ``max_bytes``, and another type."""
        conditions: list[Any] = [["content-length-range", 1, max_bytes]]
        fields: dict[str, str] = {}
        if content_type is not None:
            fields["Content-Type"] = content_type
            conditions.append({"Content-Type": content_type})
        form = self._client.generate_presigned_post(
            self._bucket, key, Fields=fields, Conditions=conditions, ExpiresIn=expires_s
        )
        return UploadForm(
            url=form["url"],
            fields=dict(form["fields"]),
            expires_at=datetime.now(UTC) + timedelta(seconds=expires_s),
        )


def _version(version_id: str | None) -> dict[str, Any]:
    return {} if version_id is None else {"VersionId": version_id}


@contextmanager
def _reading(what: str) -> Iterator[None]:
    """``translated``, with an object that is missing or archived told apart."""
    with translated(StorageError, what):
        try:
            yield
        except ClientError as error:
            if error_code(error) in _MISSING:
                raise UploadMissingError from None
            if error_code(error) == _ARCHIVED:
                raise UploadArchivedError from None
            raise
