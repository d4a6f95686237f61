"""Documents from their last page to their result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar
from uuid import UUID

from psycopg.rows import DictRow
from pydantic import TypeAdapter

from docpipe.adapters.postgres.outbox import ANNOUNCED, announce
from docpipe.adapters.postgres.rows import sure_row
from docpipe.adapters.postgres.stages import StageStore
from docpipe.domain import lanes
from docpipe.domain.cost import Usage, cost_microusd
from docpipe.domain.document import DocumentStatus, final_status
from docpipe.domain.errors import ClaimLostError
from docpipe.domain.page import PageSource, PageText, Word
from docpipe.stores import NOTHING_FOUND, DocumentClaim, Findings

_PAGES_AT_ONCE = 20
"""Words of about 20 pages are 1 MB: memory stays flat in the page count."""

_WORDS: TypeAdapter[tuple[Word, ...]] = TypeAdapter(tuple[Word, ...])
"""Makes words of JSON at once: to decode it into dictionaries and make words of those takes three times as long."""


class PostgresAssembly(StageStore):
    """The assembly stage in the ``documents`` table."""

    stage: ClassVar[DocumentStatus] = DocumentStatus.ASSEMBLING
    queue: ClassVar[str] = lanes.ASSEMBLE

    def _failed_here(self, row: DictRow) -> bool:
        return row["assembling_at"] is not None

    def pages(self, document_id: UUID) -> Iterator[PageText]:
        """The pages in order, a few at a time."""
        last = 0
        while True:
            with self._database.transaction() as cursor:
                rows = cursor.execute(
                    """SELECT page_number, source, text, words::text AS words, rotation, width, height, image_key,
                              dpi, script
                         FROM pages WHERE document_id = %s AND page_number > %s
                        ORDER BY page_number LIMIT %s""",
                    (document_id, last, _PAGES_AT_ONCE),
                ).fetchall()
            yield from map(_page_text, rows)
            if len(rows) < _PAGES_AT_ONCE:
                return
            last = rows[-1]["page_number"]

    def first_fault(self, document_id: UUID) -> str:
        """Why the first page that failed did so."""
        with self._database.transaction() as cursor:
            row = cursor.execute(
                "SELECT reason FROM pages WHERE document_id = %s AND source = 'failed' ORDER BY page_number LIMIT 1",
                (document_id,),
            ).fetchone()
            return row["reason"] if row else ""

    def complete(self, claim: DocumentClaim, usage: Usage, findings: Findings = NOTHING_FOUND) -> None:
        """Finish the document: status, confidence (the mean over its pages that have words), cost."""
        with self._database.transaction() as cursor:
            used = cursor.execute(
                """UPDATE documents
                      SET usage_mb_ms = usage_mb_ms + %s, usage_invocations = usage_invocations + 1,
                          usage_puts = usage_puts + %s
                    WHERE id = %s AND status = %s AND attempt_token = %s
                RETURNING usage_mb_ms, usage_invocations, usage_puts, page_count, pages_failed""",
                (usage.mb_ms, usage.puts, claim.document_id, self.stage, claim.token),
            ).fetchone()
            if used is None:
                raise ClaimLostError
            cursor.execute(
                f"""UPDATE documents
                       SET status = %s, finished_at = now(), attempt_token = NULL, lease_until = NULL,
                           status_code = NULL, cost_microusd = %s,
                           pdfa_conforms = %s, pdfa_pages_drawn = %s, suggested_languages = %s,
                           mean_confidence = (SELECT avg(mean_confidence) FROM pages
                                               WHERE document_id = documents.id)
                     WHERE id = %s
                 RETURNING {ANNOUNCED}""",
                (
                    final_status(page_count=used["page_count"], pages_failed=used["pages_failed"]),
                    _cost(used),
                    findings.archived.conforms if findings.archived else None,
                    findings.archived.pages_drawn if findings.archived else None,
                    findings.suggested_languages,
                    claim.document_id,
                ),
            )
            row = sure_row(cursor)
            announce(cursor, row)


def _cost(used: dict[str, Any]) -> int:
    return cost_microusd(mb_ms=used["usage_mb_ms"], invocations=used["usage_invocations"], puts=used["usage_puts"])


def _page_text(row: dict[str, Any]) -> PageText:
    return PageText(
        page_number=row["page_number"],
        source=PageSource(row["source"]),
        text=row["text"],
        words=_WORDS.validate_json(row["words"]),
        rotation=row["rotation"],
        width=row["width"],
        height=row["height"],
        image_key=row["image_key"],
        dpi=row["dpi"],
        script=row["script"],
    )
