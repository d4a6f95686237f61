"""The ``pages`` table as one tenant sees it: pages, their text, and searching in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from docpipe.adapters.postgres.connection import Database
from docpipe.adapters.postgres.cursors import decode, encode
from docpipe.adapters.postgres.document_views import find_document
from docpipe.domain.errors import CursorError, PageNotFoundError
from docpipe.stores import Hit, HitPage, PageOutline, PageTextView, PageView, Segment

_PAGE = """page_number, source, reason, error_code, text, words, mean_confidence, dpi, rotation, width, height,
           duration_ms, image_key"""

_OUTLINE = "page_number, source, error_code, mean_confidence, words_to_check, width, height"

_BEGIN, _END = "\x02", "\x03"
"""Marks around a match within a snippet: control characters, which are taken out of the text before."""

_HEADLINE = (
    f"StartSel={_BEGIN}, StopSel={_END}, MaxFragments=2, MinWords=6, MaxWords=18, "
    'FragmentDelimiter=" … ", HighlightAll=false'
)

_SEARCH = """
WITH hits AS (
    SELECT p.document_id, d.filename, p.page_number, p.text, q.query, ts_rank_cd(p.search, q.query) AS rank
      FROM websearch_to_tsquery('simple', %(query)s) AS q(query), pages p JOIN documents d ON d.id = p.document_id
     WHERE d.tenant_id = %(tenant)s AND p.search @@ q.query
       AND (%(within)s::uuid IS NULL OR p.document_id = %(within)s::uuid)
), best AS (
    SELECT * FROM hits
     WHERE %(rank)s::real IS NULL OR rank < %(rank)s::real
        OR rank = %(rank)s::real AND (document_id, page_number) > (%(document)s::uuid, %(page)s::int)
     ORDER BY rank DESC, document_id, page_number LIMIT %(limit)s
)
SELECT document_id, filename, page_number, rank::text,
       ts_headline('simple', translate(left(text, 200000), %(marks)s, ''), query, %(headline)s) AS snippet
  FROM best ORDER BY best.rank DESC, document_id, page_number
"""

_LARGEST = 2**31 - 1
"""Fits PostgreSQL's ``integer`` and its ``real``; no page and no rank comes near it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Which pages are read, and which of their columns.

    Attributes:
        size: SQL that gives the bytes which a page counts for.
        limit: pages at most, or None.
        max_bytes: what they may hold together.
    """

    columns: str
    size: str
    after: int
    limit: int | None
    max_bytes: int


class PostgresResults:
    """Pages and their text."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def pages(
        self, tenant_id: str, document_id: UUID, *, after: int, limit: int, max_bytes: int
    ) -> tuple[list[PageView], int | None]:
        """Finished pages with a number above ``after``, in order, bounded by number and bytes."""
        size = "octet_length(words::text) + octet_length(text)"
        rows, onward = self._some(tenant_id, document_id, _Part(_PAGE, size, after, limit, max_bytes))
        return [PageView(**row) for row in rows], onward

    def page(self, tenant_id: str, document_id: UUID, page_number: int) -> PageView:
        """One finished page."""
        with self._database.transaction(tenant_id) as cursor:
            find_document(cursor, tenant_id, document_id)
            row = cursor.execute(
                f"SELECT {_PAGE} FROM pages WHERE document_id = %s AND page_number = %s", (document_id, page_number)
            ).fetchone()
        if row is None:
            raise PageNotFoundError
        return PageView(**row)

    def outline(self, tenant_id: str, document_id: UUID) -> list[PageOutline]:
        """All finished pages in order, without words and text."""
        with self._database.transaction(tenant_id) as cursor:
            find_document(cursor, tenant_id, document_id)
            rows = cursor.execute(
                f"SELECT {_OUTLINE} FROM pages WHERE document_id = %s ORDER BY page_number", (document_id,)
            ).fetchall()
        return [PageOutline(**row) for row in rows]

    def text(
        self, tenant_id: str, document_id: UUID, *, after: int, max_bytes: int
    ) -> tuple[list[PageTextView], int | None]:
        """The text of the finished pages, bounded by bytes."""
        part = _Part("page_number, text", "octet_length(text)", after, None, max_bytes)
        rows, onward = self._some(tenant_id, document_id, part)
        return [PageTextView(**row) for row in rows], onward

    def _some(self, tenant_id: str, document_id: UUID, part: _Part) -> tuple[list[dict[str, Any]], int | None]:
        """The part's first page always, then as many as fit; and where to go on."""
        with self._database.transaction(tenant_id) as cursor:
            find_document(cursor, tenant_id, document_id)
            rows = cursor.execute(
                f"""WITH sizes AS (
                        SELECT *, sum({part.size}) OVER (ORDER BY page_number) AS so_far,
                               row_number() OVER (ORDER BY page_number) AS place
                          FROM (SELECT * FROM pages WHERE document_id = %s AND page_number > %s
                                 ORDER BY page_number LIMIT %s) AS part)
                    SELECT {part.columns}, (SELECT max(page_number) FROM sizes) AS last_page
                      FROM sizes WHERE place = 1 OR so_far <= %s ORDER BY page_number LIMIT %s""",
                (document_id, part.after, part.limit and part.limit + 1, part.max_bytes, part.limit),
            ).fetchall()
        last = max((row.pop("last_page") for row in rows), default=0)
        return rows, rows[-1]["page_number"] if rows and rows[-1]["page_number"] < last else None

    def search(
        self, tenant_id: str, query: str, *, within: UUID | None = None, limit: int, cursor: str | None
    ) -> HitPage:
        """Pages that hold what a web search would find for ``query``, the best first."""
        rank, document_id, page_number = _place(cursor) if cursor is not None else (None, None, None)
        with self._database.transaction(tenant_id) as transaction:
            rows = transaction.execute(
                _SEARCH,
                {
                    "query": query,
                    "tenant": tenant_id,
                    "within": within,
                    "rank": rank,
                    "document": document_id,
                    "page": page_number,
                    "limit": limit + 1,
                    "marks": _BEGIN + _END,
                    "headline": _HEADLINE,
                },
            ).fetchall()
        more, rows = len(rows) > limit, rows[:limit]
        last = rows[-1] if more else None
        onward = encode(last["rank"], str(last["document_id"]), last["page_number"]) if last else None
        return HitPage(tuple(_hit(row) for row in rows), onward)


def _hit(row: dict[str, Any]) -> Hit:
    return Hit(**{**row, "snippet": segments(row["snippet"]), "rank": float(row["rank"])})


def segments(marked: str) -> tuple[Segment, ...]:
    """A headline of PostgreSQL's, cut at the marks."""
    found: list[Segment] = []
    for number, piece in enumerate(marked.split(_BEGIN)):
        match, end, rest = piece.partition(_END)
        texts = (
            (Segment(match, match=True), Segment(rest, match=False))
            if number and end
            else (Segment(piece, match=False),)
        )
        found += [segment for segment in texts if segment.text]
    return tuple(segment for segment in found if segment.text)


def _place(cursor: str) -> tuple[str, str, int]:
    """Rank, document and page in a cursor, written as PostgreSQL reads them: callers may have written it themselves.

    Raises:
        CursorError: it does not hold them.
    """
    rank, document_id, page_number = decode(cursor, str, str, int)
    try:
        place = float(str(rank)), UUID(str(document_id)), int(page_number)
    except ValueError:
        raise CursorError from None
    if not 0 <= place[0] <= _LARGEST or not 0 <= place[2] <= _LARGEST:
        raise CursorError
    return repr(place[0]), str(place[1]), place[2]
