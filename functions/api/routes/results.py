"""What was read: pages, text, files and searching."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.domain.errors import ResultsNotReadyError
from docpipe.domain.keys import output_key, searchable_pdf_key, text_key
from docpipe.domain.limits import ANSWER_BYTES, SEARCHES
from docpipe.domain.tiers import MAX_PAGES
from docpipe.stores import PageView
from functions.api.caller import Desk
from functions.api.models import results as models
from functions.api.routes.described import Cursor, Routes

router = APIGatewayHttpRouter()
_desk = Desk(router)
_results = Routes(router, "results")

LINK_LIFE_S = 3_600
_PAGE_BREAK = "\f"

After = Annotated[int, Query(description="Number of the last page that you have.", ge=0, le=10 * MAX_PAGES)]


@_results.get("/documents/<document_id>/pages", 404)
def list_pages(
    document_id: UUID,
    after: After = 0,
    limit: Annotated[int, Query(description="Pages at most; fewer when they are full of words.", ge=1, le=50)] = 20,
) -> models.PageList:
    """The finished pages of a document, also while others are still being read."""
    found, onward = _desk.api.texts.pages(
        _desk.caller().tenant_id, document_id, after=after, limit=limit, max_bytes=ANSWER_BYTES
    )
    return models.PageList(pages=[_page(page) for page in found], next_after=onward)


@_results.get("/documents/<document_id>/pages/<page_number>", 404)
def get_page(document_id: UUID, page_number: Annotated[int, Path(ge=1, le=10 * MAX_PAGES)]) -> models.Page:
    """One finished page."""
    return _page(_desk.api.texts.page(_desk.caller().tenant_id, document_id, page_number))


@_results.get("/documents/<document_id>/outline", 404)
def get_outline(document_id: UUID) -> models.Outline:
    """How each finished page came out, without words and text.

    Small enough for a document of 2,000 pages: which pages are there, and where words are to be checked.
    """
    found = _desk.api.texts.outline(_desk.caller().tenant_id, document_id)
    return models.Outline(pages=[models.PageOutline.model_validate(page) for page in found])


@_results.get("/documents/<document_id>/text", 404)
def get_text(document_id: UUID, after: After = 0) -> models.Text:
    """The text of a document, as far as it has been read."""
    # The text is in the answer twice.
    found, onward = _desk.api.texts.text(
        _desk.caller().tenant_id, document_id, after=after, max_bytes=ANSWER_BYTES // 2
    )
    return models.Text(
        text=_PAGE_BREAK.join(page.text for page in found),
        pages=[models.PageText.model_validate(page) for page in found],
        next_after=onward,
    )


@_results.get("/documents/<document_id>/files", 404, 409)
def get_files(document_id: UUID) -> models.Files:
    """Where the whole text, the searchable PDF and what else was asked for can be fetched."""
    view = _desk.api.catalog.get(_desk.caller().tenant_id, document_id)
    if not view.status.has_result:
        raise ResultsNotReadyError
    return models.Files(
        text_url=_link(text_key(document_id)),
        searchable_pdf_url=_link(searchable_pdf_key(document_id)),
        **{f"{output}_url": _link(output_key(document_id, output)) for output in view.outputs},
    )


@_results.get("/search", 400)
def search(
    q: Annotated[str, Query(description="What to search for.", min_length=1, max_length=200, pattern=r"^[^\x00]*$")],
    limit: Annotated[int, Query(description="Hits at most.", ge=1, le=50)] = 20,
    cursor: Cursor = None,
    document_id: Annotated[UUID | None, Query(description="Only in this document.")] = None,
) -> models.Hits:
    """Search in all documents of the tenant, or in one.

    Words, "phrases", ``or``, and ``-without``, as in a web search. Case does not count; words are not bent.
    """
    tenant_id = _desk.caller(SEARCHES).tenant_id
    found = _desk.api.texts.search(tenant_id, q, within=document_id, limit=limit, cursor=cursor)
    return models.Hits.model_validate(found)


def _page(view: PageView) -> models.Page:
    values = asdict(view)
    key = values.pop("image_key")
    return models.Page(**values, image_url=_link(key) if key else None)


def _link(key: str) -> str:
    return _desk.api.links.link(key, expires_s=LINK_LIFE_S)
