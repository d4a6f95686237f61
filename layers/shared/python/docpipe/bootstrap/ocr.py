"""Wiring of the ocr functions."""

from __future__ import annotations

from functools import cache

from docpipe.adapters.postgres.chunks import PostgresChunks
from docpipe.bootstrap.parts.aws import bucket
from docpipe.bootstrap.parts.database import database, publisher
from docpipe.bootstrap.parts.work import instruments, page_workers
from docpipe.pipeline.recognise_chunk import Recognition
from docpipe.scratch import clear_left_behind, scratch_folder
from docpipe.settings import OcrSettings


@cache
def wired() -> Recognition:
    """What the functions work with."""
    settings = OcrSettings.from_environment()
    postgres = database(settings)
    clear_left_behind()
    return Recognition(
        store=PostgresChunks(postgres),
        uploads=bucket(settings.uploads_bucket),
        results=bucket(settings.results_bucket),
        reader=page_workers(settings.page_workers, settings.ocr_engine),
        publisher=publisher(postgres, settings.queue_url_prefix),
        scratch=scratch_folder,
        page_time_limit_s=settings.page_time_limit_s,
        lease_s=settings.lease_seconds,
        instruments=instruments(),
    )
