"""Wiring of the intake function."""

from __future__ import annotations

from functools import cache

from docpipe.adapters.postgres.intake import PostgresIntake
from docpipe.bootstrap.parts.aws import bucket
from docpipe.bootstrap.parts.database import database, publisher
from docpipe.bootstrap.parts.work import instruments, page_workers
from docpipe.pipeline.admit_document import Intake
from docpipe.scratch import clear_left_behind, scratch_folder
from docpipe.settings import IntakeSettings


@cache
def wired() -> Intake:
    """What the function works with."""
    settings = IntakeSettings.from_environment()
    postgres = database(settings)
    clear_left_behind()
    return Intake(
        store=PostgresIntake(postgres),
        uploads=bucket(settings.uploads_bucket),
        reader=page_workers(settings.page_workers, settings.ocr_engine),
        publisher=publisher(postgres, settings.queue_url_prefix),
        scratch=scratch_folder,
        max_bytes=settings.max_file_bytes,
        max_pages=settings.max_pages,
        lease_s=settings.lease_seconds,
        instruments=instruments(),
    )
