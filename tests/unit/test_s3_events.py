"""S3 event notifications as they come: encoded keys, test events, foreign objects."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from docpipe.domain.errors import MessageError
from docpipe.pipeline.s3_events import uploads_in

DOCUMENT = UUID("0b6f4a9e-8b6e-4a55-9f0e-3a0d6b1f7c21")


def record(key: str, *, event: str = "ObjectCreated:Post", **more: Any) -> dict[str, Any]:
    return {"eventName": event, "s3": {"bucket": {"name": "b"}, "object": {"key": key, "size": 1, **more}}}


def body(*records: dict[str, Any]) -> str:
    return json.dumps({"Records": records})


def test_an_upload_is_found_with_its_version() -> None:
    (upload,) = uploads_in(body(record(f"uploads/{DOCUMENT}", versionId="v7", sequencer="00A"))) or []
    assert (upload.document_id, upload.version_id, upload.generation) == (DOCUMENT, "v7", 0)


def test_keys_are_form_encoded() -> None:
    encoded = f"uploads%2F{DOCUMENT}"
    assert [upload.document_id for upload in uploads_in(body(record(encoded))) or []] == [DOCUMENT]


def test_several_records_in_one_message() -> None:
    both = body(record(f"uploads/{DOCUMENT}"), record(f"uploads/{UUID(int=7)}"))
    assert [upload.document_id for upload in uploads_in(both) or []] == [DOCUMENT, UUID(int=7)]


@pytest.mark.parametrize(
    "ignored",
    [
        json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}),
        body(record("uploads/not-an-id")),
        body(record(f"elsewhere/{DOCUMENT}")),
        body(record(f"uploads/{DOCUMENT}/more")),
        body(record(f"uploads/{DOCUMENT}", event="ObjectRemoved:Delete")),
    ],
)
def test_what_is_no_upload_of_ours_is_passed_over(ignored: str) -> None:
    assert uploads_in(ignored) == []


def test_a_message_of_another_kind_is_told_apart() -> None:
    assert uploads_in(json.dumps({"kind": "upload_arrived"})) is None


@pytest.mark.parametrize("broken", ["", "{", "[]", '"text"', '{"Records": [{"eventName": 3}]}'])
def test_a_message_that_cannot_be_understood_is_an_error_that_quotes_nothing(broken: str) -> None:
    with pytest.raises(MessageError) as error:
        uploads_in(broken)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
