"""The caller, the settings of its tenant, and the operator's view."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from docpipe.domain.roles import Role
from functions.api.models.documents import Languages


class Limits(BaseModel):
    """What is taken. ``languages`` are named as Tesseract does, the usual one first."""

    max_file_bytes: int
    max_pages: int
    formats: list[str]
    languages: list[str]


class Me(BaseModel):
    """Who the token stands for. ``websocket_url`` may be a path: it is on the same host then."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tenant_id": "harbour-lane",
                    "email": "reception@clinic.example",
                    "role": "member",
                    "limits": {
                        "max_file_bytes": 500_000_000,
                        "max_pages": 2_000,
                        "formats": ["application/pdf", "image/jpeg", "image/png", "image/tiff"],
                        "languages": ["eng", "spa"],
                    },
                    "websocket_url": "/ws",
                }
            ]
        }
    )

    tenant_id: str
    email: str | None
    role: Role
    limits: Limits
    websocket_url: str


class Settings(BaseModel):
    """What the tenant has chosen.

    ``default_languages`` are those of documents that name none; null for the usual one of the deployment.
    """

    model_config = ConfigDict(from_attributes=True)

    email_opt_out: bool
    default_languages: str | None


class ChangeSettings(BaseModel):
    """What is to be changed; what is left out stays as it is. ``default_languages`` may be null: the usual one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"email_opt_out": True}, {"default_languages": "eng+spa"}]}
    )

    email_opt_out: Annotated[bool, Field(strict=True)] = False
    default_languages: Languages | None = None


class Lane(BaseModel):
    """A recognition queue: chunks that wait and that are read; seconds that the oldest has waited."""

    model_config = ConfigDict(from_attributes=True)

    queue: str
    waiting: int
    running: int
    oldest_s: int | None


class Failure(BaseModel):
    """How often something has failed in the last week."""

    code: str
    count: int


class DeadLetters(BaseModel):
    """About how many messages of a queue were given up and can be tried again."""

    queue: str
    messages: int


class Minute(BaseModel):
    """Pages read in a minute, and the median wait of the documents begun in it."""

    model_config = ConfigDict(from_attributes=True)

    minute: datetime
    pages: int
    wait_p50_s: float | None


class Calibration(BaseModel):
    """Documents completed in the last week that were promised a range; the share that was done within it."""

    promised: int
    kept: int
    share: float | None


class Overview(BaseModel):
    """How the system does."""

    lanes: list[Lane]
    documents_by_state: dict[str, int]
    failures_by_reason: list[Failure]
    dead_letters: list[DeadLetters]
    throughput: list[Minute]
    cost_usd_today: float
    eta_calibration: Calibration


class Redrive(BaseModel):
    """Which queue's dead letters are to be tried again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"queue": "ocr-small"}]})

    queue: Annotated[str, StringConstraints(max_length=80)]


class Redriven(BaseModel):
    """How many messages went back."""

    queue: str
    moved: int
