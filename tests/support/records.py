"""Documents, chunks and pages in a real database, made by the real stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from docpipe.adapters.postgres.assembly import PostgresAssembly
from docpipe.adapters.postgres.catalog import PostgresCatalog
from docpipe.adapters.postgres.chunks import PostgresChunks
from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.intake import PostgresIntake
from docpipe.adapters.postgres.tenants import PostgresRateLimiter
from docpipe.domain.chunking import plan_chunks
from docpipe.domain.cost import Usage
from docpipe.domain.formats import FileFormat
from docpipe.domain.lanes import Lane
from docpipe.domain.limits import SYNCS
from docpipe.domain.page import PageReading, PageSource, Word, failed_page
from docpipe.domain.tiers import tier_for
from docpipe.stores import Admission, ChunkClaim, DocumentClaim, NewDocument, Refusal

USAGE = Usage(memory_mb=1_769, duration_ms=1_000)
LEASE_S = 60


def reading(page_number: int, *, text: str = "seen", confidence: float = 90.0) -> PageReading:
    """A page that was recognised."""
    word = Word(text=text, x0=10, y0=20, x1=50.126, y1=30, confidence=confidence, line=0)
    return PageReading(
        page_number=page_number,
        source=PageSource.OCR,
        reason="no text layer",
        text=text,
        words=(word,),
        mean_confidence=confidence,
        dpi=300.0,
        rotation=0,
        width=612.0,
        height=792.0,
        image=b"jpeg",
        duration_ms=1_200,
    )


class Records:
    """Brings documents to the state that a test is about."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.catalog = PostgresCatalog(database)
        self.intake = PostgresIntake(database)
        self.chunks = PostgresChunks(database)
        self.assembly = PostgresAssembly(database)

    def awaiting(
        self,
        *,
        tenant_id: str = "tenant-a",
        priority: bool = False,
        email: str | None = None,
        batch_id: UUID | None = None,
    ) -> UUID:
        """A document that awaits its upload."""
        document_id = uuid4()
        document = NewDocument(
            document_id=document_id,
            tenant_id=tenant_id,
            owner_email=email,
            filename="scan.pdf",
            content_type="application/pdf",
            byte_size=1_000,
            languages="eng",
            priority=priority,
            upload_expires_at=datetime.now(UTC) + timedelta(hours=1),
            batch_id=batch_id,
        )
        self.catalog.create(tenant_id, [document])
        return document_id

    def follow(self, *tenants: str) -> None:
        """A page of each tenant syncs, as when it connects."""
        for tenant_id in tenants:
            PostgresRateLimiter(self.database).take(tenant_id, SYNCS)

    def queued(self, pages: int, **created: Any) -> UUID:
        """A document whose pages wait in chunks, planned as intake plans them."""
        document_id = self.awaiting(**created)
        claim = granted(self.intake.claim(document_id, generation=0, lease_s=LEASE_S))
        spec = tier_for(pages)
        self.intake.admit(
            claim,
            Admission(
                file_format=FileFormat.PDF,
                byte_size=1_000,
                sha256="0" * 64,
                object_version="v1",
                page_count=pages,
                tier=spec.tier,
                lane=Lane(spec.tier, claim.priority).queue,
                chunks=plan_chunks(pages, spec),
            ),
            USAGE,
        )
        return document_id

    def chunk_ids(self, document_id: UUID) -> list[UUID]:
        """The chunks of a document that are not split, in page order."""
        rows = self.rows(
            "SELECT id FROM chunks WHERE document_id = %s AND status <> 'split' ORDER BY first_page", document_id
        )
        return [row["id"] for row in rows]

    def claimed(self, chunk_id: UUID, *, generation: int = 0) -> ChunkClaim:
        """A claim on a chunk."""
        claim = self.chunks.claim(chunk_id, generation=generation, lease_s=LEASE_S)
        assert isinstance(claim, ChunkClaim), claim
        return claim

    def recognised(self, pages: int, **created: Any) -> UUID:
        """A document all of whose pages are finished, and that awaits its assembly."""
        document_id = self.queued(pages, **created)
        for chunk_id in self.chunk_ids(document_id):
            claim = self.claimed(chunk_id)
            for page in claim.unfinished:
                self.chunks.save_page(claim, reading(page), f"documents/{document_id}/pages/{page:04d}.jpg")
            self.chunks.finish(claim, USAGE)
        return document_id

    def completed(self, pages: int, *, text: str = "seen", failed: tuple[int, ...] = (), **created: Any) -> UUID:
        """A document that has ended; of its pages those in ``failed`` could not be read."""
        document_id = self.queued(pages, **created)
        for chunk_id in self.chunk_ids(document_id):
            claim = self.claimed(chunk_id)
            for page in claim.unfinished:
                bad = failed_page(page, code="page_timeout", reason="This page took too long. Scan it again.")
                key = None if page in failed else f"documents/{document_id}/pages/{page:04d}.jpg"
                self.chunks.save_page(claim, bad if page in failed else reading(page, text=text), key)
            self.chunks.finish(claim, USAGE)
        self.assemble(document_id)
        return document_id

    def assemble(self, document_id: UUID) -> None:
        """Put a document together whose pages are finished."""
        generation = self.document(document_id)["generation"]
        claim = granted(self.assembly.claim(document_id, generation=generation, lease_s=LEASE_S))
        self.assembly.complete(claim, USAGE)

    def lease_ends(self, table: str, row_id: UUID, *, ago_s: int = 1) -> None:
        """As if the holder of a claim had been silent for its whole lease."""
        with self.database.transaction() as cursor:
            cursor.execute(
                f"UPDATE {table} SET lease_until = now() - make_interval(secs => %s) WHERE id = %s",
                (ago_s, row_id),
            )

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What a query finds."""
        with self.database.transaction() as cursor:
            return list(cursor.execute(sql, values).fetchall())

    def execute(self, sql: str) -> None:
        """Run statements that give no rows."""
        with self.database.transaction() as cursor:
            cursor.execute(sql)

    def row(self, sql: str, *values: object) -> dict[str, Any]:
        """The only row that a query finds."""
        (row,) = self.rows(sql, *values)
        return row

    def document(self, document_id: UUID) -> dict[str, Any]:
        """A document's row."""
        return self.row("SELECT * FROM documents WHERE id = %s", document_id)

    def outbox(self, document_id: UUID) -> list[tuple[str, str]]:
        """Queue and kind (or event) of each message left for a document, oldest first."""
        rows = self.rows("SELECT queue, body FROM events WHERE document_id = %s ORDER BY position", document_id)
        return [(row["queue"], row["body"].get("event", row["body"]["kind"])) for row in rows]


def granted(claim: DocumentClaim | Refusal) -> DocumentClaim:
    """A claim that was given."""
    assert isinstance(claim, DocumentClaim), claim
    return claim
