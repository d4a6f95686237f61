"""Rows of ``documents`` as their owners see them, with what other tables tell of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.rows import Cursor
from docpipe.adapters.postgres.waiting import Waiting, waiting_of
from docpipe.domain.cost import cost_microusd
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import DocumentNotFoundError
from docpipe.domain.outputs import Output
from docpipe.stores import DocumentView, FailedPageView

COLUMNS = """id AS document_id, batch_id, filename, status, status_code AS code, status_reason AS message,
             content_type, byte_size, languages, suggested_languages, priority,
             outputs, pdfa, pdfa_conforms, pdfa_pages_drawn, page_count, pages_done, pages_failed, tier,
             mean_confidence, usage_mb_ms, usage_invocations, usage_puts, revision,
             created_at, uploaded_at, queued_at, started_at, assembling_at, finished_at"""

_USAGE = ("usage_mb_ms", "usage_invocations", "usage_puts")
_FAILED_PAGES_SHOWN = 100
_NOWHERE = Waiting(None, None)


def find_document(cursor: Cursor, tenant_id: str, document_id: UUID) -> dict[str, Any]:
    """The row of a tenant's document.

    Raises:
        DocumentNotFoundError: the tenant has no such document.
    """
    row = cursor.execute(
        f"SELECT {COLUMNS} FROM documents WHERE id = %s AND tenant_id = %s", (document_id, tenant_id)
    ).fetchone()
    if row is None:
        raise DocumentNotFoundError
    return row


def views_of(
    database: Database, rows: Sequence[dict[str, Any]], failed: Mapping[UUID, Sequence[FailedPageView]]
) -> tuple[DocumentView, ...]:
    """Rows with the columns in ``COLUMNS``, completed by their failed pages, and by queue positions and ETAs.

    The latter count over all tenants, so they are not asked for within a tenant's transaction.
    """
    waiting = waiting_of(database.rows, rows)
    return tuple(
        _view(row, failed.get(row["document_id"], ()), waiting.get(row["document_id"], _NOWHERE)) for row in rows
    )


def failed_pages(cursor: Cursor, rows: Sequence[dict[str, Any]]) -> dict[UUID, list[FailedPageView]]:
    """The failed pages of documents, at most 100 of each, from rows with the columns in ``COLUMNS``."""
    documents = [row["document_id"] for row in rows if row["pages_failed"]]
    found: defaultdict[UUID, list[FailedPageView]] = defaultdict(list)
    if documents:
        pages = cursor.execute(
            """SELECT d.id, p.page_number, p.error_code AS code, p.reason AS message
                 FROM unnest(%s::uuid[]) AS d(id), LATERAL (
                      SELECT page_number, error_code, reason FROM pages
                       WHERE document_id = d.id AND source = 'failed' ORDER BY page_number LIMIT %s) AS p""",
            (documents, _FAILED_PAGES_SHOWN),
        ).fetchall()
        for page in pages:
            found[page.pop("id")].append(FailedPageView(**page))
    return found


def _view(row: dict[str, Any], failed: Sequence[FailedPageView], waiting: Waiting) -> DocumentView:
    """A row with the columns in ``COLUMNS``, completed by what other tables tell."""
    known = {**row, "status": DocumentStatus(row["status"]), "outputs": tuple(map(Output, row["outputs"]))}
    known["cost_microusd"] = _cost(known["status"], *(known.pop(column) for column in _USAGE))
    return DocumentView(**known, failed_pages=tuple(failed), queue_position=waiting.position, eta=waiting.eta)


def _cost(status: DocumentStatus, mb_ms: int, invocations: int, puts: int) -> int | None:
    """What a document has cost that has ended, however it did; None of one that nothing was done for."""
    if not status.is_final or invocations == 0:
        return None
    return cost_microusd(mb_ms=mb_ms, invocations=invocations, puts=puts)
