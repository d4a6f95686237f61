"""Reading S3 event notifications: form-encoded keys, test events, several records in one message."""

from __future__ import annotations

from urllib.parse import unquote_plus

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from docpipe.domain.errors import MessageError
from docpipe.domain.keys import document_id_of
from docpipe.messages import UploadArrived


class _Object(BaseModel):
    key: str
    version_id: str | None = Field(default=None, alias="versionId")


class _Entity(BaseModel):
    object: _Object


class _Record(BaseModel):
    event_name: str = Field(alias="eventName")
    s3: _Entity


class _Notification(BaseModel):
    """The part of a notification that is used (S3 user guide, "Event message structure")."""

    model_config = ConfigDict(extra="ignore")

    event: str | None = Field(default=None, alias="Event")
    records: list[_Record] | None = Field(default=None, alias="Records")


def uploads_in(body: str) -> list[UploadArrived] | None:
    """The uploads that a message announces.

    Returns:
        None when the message is no S3 notification; an empty list for the test event that S3 sends
        when notifications are set up, and for objects that no upload form was handed out for.

    Raises:
        MessageError: the message is no JSON object, or an S3 notification that cannot be understood.
    """
    try:
        notification = _Notification.model_validate_json(body)
    except ValidationError:
        # The validation error quotes its input, which may be anything: it must not travel on.
        raise MessageError("The message is no S3 event notification that can be understood.") from None
    if notification.records is None:
        return [] if notification.event == "s3:TestEvent" else None
    uploads = (_upload(record) for record in notification.records if record.event_name.startswith("ObjectCreated"))
    return [upload for upload in uploads if upload is not None]


def _upload(record: _Record) -> UploadArrived | None:
    document_id = document_id_of(unquote_plus(record.s3.object.key))
    if document_id is None:
        return None
    return UploadArrived(document_id=document_id, version_id=record.s3.object.version_id)
