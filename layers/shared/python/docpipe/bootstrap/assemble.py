"""Wiring of the assemble function."""

from __future__ import annotations

from functools import cache

from docpipe.adapters.postgres.assembly import PostgresAssembly
from docpipe.bootstrap.parts.aws import bucket
from docpipe.bootstrap.parts.database import database, publisher
from docpipe.bootstrap.parts.work import instruments
from docpipe.linguistics.guesser import EldGuesser
from docpipe.pdf.searchable import PdfWriter
from docpipe.pipeline.assemble_document import Assembly
from docpipe.ports import Archivist
from docpipe.scratch import clear_left_behind, scratch_folder
from docpipe.settings import AssembleSettings


@cache
def wired() -> Assembly:
    """What the function works with."""
    settings = AssembleSettings.from_environment()
    postgres = database(settings)
    clear_left_behind()
    return Assembly(
        store=PostgresAssembly(postgres),
        uploads=bucket(settings.uploads_bucket),
        results=bucket(settings.results_bucket),
        writer=PdfWriter(),
        archivist=_archivist,
        guesser=EldGuesser(),
        publisher=publisher(postgres, settings.queue_url_prefix),
        scratch=scratch_folder,
        lease_s=settings.lease_seconds,
        instruments=instruments(),
    )


def _archivist() -> Archivist:
    from docpipe.pdf.archival import PdfaArchivist  # noqa: PLC0415 - few documents are to be PDF/A, and it takes a second

    return PdfaArchivist()
