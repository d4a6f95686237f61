"""What intake and assembly have in common: claiming a document's stage, releasing it, failing it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

from psycopg.rows import DictRow

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.outbox import ANNOUNCED, announce, post
from docpipe.adapters.postgres.rows import Cursor
from docpipe.domain.cost import Usage
from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import ClaimLostError, DocpipeError
from docpipe.domain.formats import FileFormat
from docpipe.domain.lanes import dead_letter_queue
from docpipe.domain.outputs import Output
from docpipe.messages import Message
from docpipe.stores import DocumentClaim, Refusal, Refused

_CLOSED = frozenset({"cancelled", "expired"})


class StageStore:
    """Claims on the stage in which a document has the status ``stage``; its messages come by ``queue``."""

    stage: ClassVar[DocumentStatus]
    queue: ClassVar[str]

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, document_id: UUID, *, generation: int, lease_s: int) -> DocumentClaim | Refusal:
        """Claim the stage; a document that failed in it is reopened by a redriven message."""
        with self._database.transaction() as cursor:
            row = cursor.execute(
                """SELECT *, greatest(0, ceil(extract(epoch FROM lease_until - now())))::int AS wait_s,
                          lease_until > now() AS held
                     FROM documents WHERE id = %s FOR UPDATE""",
                (document_id,),
            ).fetchone()
            if row is None:
                return Refusal(Refused.GONE)
            refusal = self._refusal(row, generation)
            if refusal is not None:
                return refusal
            return self._take(cursor, row, lease_s)

    def _refusal(self, row: DictRow, generation: int) -> Refusal | None:
        if row["status"] in _CLOSED:
            return Refusal(Refused.GONE)
        reopened = row["status"] == DocumentStatus.FAILED and self._failed_here(row)
        if row["status"] != self.stage and not reopened:
            return Refusal(Refused.DONE)
        if generation < row["generation"]:
            return Refusal(Refused.STALE)
        if row["held"]:
            return Refusal(Refused.BUSY, row["wait_s"])
        return None

    def _failed_here(self, row: DictRow) -> bool:
        """Whether a failed document failed in this stage."""
        raise NotImplementedError

    def _take(self, cursor: Cursor, row: DictRow, lease_s: int) -> DocumentClaim:
        reopened = row["status"] == DocumentStatus.FAILED
        died = row["attempt_token"] is not None and not reopened
        attempt = 1 if reopened else row["attempts"] + 1
        token = uuid4()
        cursor.execute(
            """UPDATE documents
                  SET status = %s, attempts = %s, attempt_token = %s,
                      lease_until = now() + make_interval(secs => %s),
                      status_code = NULL, status_reason = NULL, finished_at = NULL,
                      uploaded_at = coalesce(uploaded_at, now())
                WHERE id = %s""",
            (self.stage, attempt, token, lease_s, row["id"]),
        )
        return DocumentClaim(
            document_id=row["id"],
            token=token,
            attempt=attempt,
            generation=row["generation"],
            died=died,
            priority=row["priority"],
            languages=row["languages"],
            byte_size=row["byte_size"],
            object_version=row["object_version"],
            file_format=FileFormat(row["content_type"]) if row["page_count"] else None,
            page_count=row["page_count"],
            pages_failed=row["pages_failed"],
            pdfa=row["pdfa"],
            outputs=tuple(map(Output, row["outputs"])),
        )

    def extend(self, claim: DocumentClaim, *, lease_s: int) -> None:
        """Keep the claim for another ``lease_s`` seconds."""
        with self._database.transaction() as cursor:
            cursor.execute(
                """UPDATE documents SET lease_until = now() + make_interval(secs => %s)
                    WHERE id = %s AND status = %s AND attempt_token = %s""",
                (lease_s, claim.document_id, self.stage, claim.token),
            )
            _require_one(cursor)

    def release(self, claim: DocumentClaim, error_code: str, *, counted: bool, usage: Usage) -> None:
        """End the attempt; another may start at once."""
        with self._database.transaction() as cursor:
            cursor.execute(
                """UPDATE documents
                      SET attempts = attempts - %s, attempt_token = NULL, lease_until = NULL, status_code = %s,
                          usage_mb_ms = usage_mb_ms + %s, usage_invocations = usage_invocations + 1
                    WHERE id = %s AND status = %s AND attempt_token = %s""",
                (0 if counted else 1, error_code, usage.mb_ms, claim.document_id, self.stage, claim.token),
            )
            _require_one(cursor)

    def fail(
        self, claim: DocumentClaim, error: DocpipeError, usage: Usage, *, dead_letter: Message | None = None
    ) -> None:
        """The document failed, for the error's reason; ``dead_letter`` goes to the stage's dead-letter queue.

        The generation rises by one, so that every message of before is stale.
        """
        with self._database.transaction() as cursor:
            row = cursor.execute(
                f"""UPDATE documents
                       SET status = 'failed', status_code = %s, status_reason = %s, finished_at = now(),
                           generation = generation + 1, attempt_token = NULL, lease_until = NULL,
                           usage_mb_ms = usage_mb_ms + %s, usage_invocations = usage_invocations + 1
                     WHERE id = %s AND status = %s AND attempt_token = %s
                 RETURNING {ANNOUNCED}""",
                (error.code, error.message, usage.mb_ms, claim.document_id, self.stage, claim.token),
            ).fetchone()
            if row is None:
                raise ClaimLostError
            announce(cursor, row)
            if dead_letter is not None:
                post(cursor, dead_letter_queue(self.queue), claim.document_id, dead_letter)


def _require_one(cursor: Cursor) -> None:
    if cursor.rowcount != 1:
        raise ClaimLostError
