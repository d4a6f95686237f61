"""The routes of the API: each turns a request into one call, and its answer into a model."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.bootstrap import Api
from docpipe.domain.errors import ResultsNotReadyError
from docpipe.domain.keys import searchable_pdf_key, text_key
from docpipe.pipeline.create_document import DocumentRequest, create_document
from functions.api import models

router = APIGatewayHttpRouter()

LINK_LIFE_S = 3_600


def _principal() -> dict[str, Any]:
    """What the authorizer found out about the caller: tenant_id, subject, email, role."""
    authorizer = router.current_event.request_context.authorizer
    return authorizer.get_lambda if authorizer else {}


def _api() -> Api:
    api: Api = router.context["api"]
    return api


@router.post("/documents")
def create(body: models.CreateDocument) -> tuple[models.CreatedDocument, int]:
    """Create a document and get a form to upload it with."""
    principal = _principal()
    request = DocumentRequest(
        tenant_id=principal["tenant_id"],
        filename=body.filename,
        byte_size=body.byte_size,
        content_type=body.content_type,
        languages=body.languages,
        priority=body.priority,
        owner_email=body.owner_email or principal.get("email"),
    )
    document_id, form = create_document(request, _api().front_desk)
    created = models.CreatedDocument(
        document_id=document_id,
        status="awaiting_upload",
        upload=models.Upload(url=form.url, fields=form.fields),
        expires_at=form.expires_at,
    )
    return created, HTTPStatus.CREATED


@router.get("/documents/<document_id>")
def get(document_id: UUID) -> models.Document:
    """Where a document stands."""
    view = _api().catalog.get(_principal()["tenant_id"], document_id)
    return models.Document.model_validate(view)


@router.get("/documents/<document_id>/pages")
def pages(
    document_id: UUID,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> models.PageList:
    """The finished pages of a document, also while others are still being read."""
    found = _api().catalog.pages(_principal()["tenant_id"], document_id, after=after, limit=limit)
    answers = []
    for page in found:
        values = asdict(page)
        key = values.pop("image_key")
        answers.append(models.Page(**values, image_url=_link(key) if key else None))
    return models.PageList(pages=answers, next_after=found[-1].page_number if len(found) == limit else None)


@router.get("/documents/<document_id>/files")
def files(document_id: UUID) -> models.Files:
    """Where the whole text and the searchable PDF can be fetched."""
    view = _api().catalog.get(_principal()["tenant_id"], document_id)
    if not view.status.has_result:
        raise ResultsNotReadyError
    return models.Files(
        text_url=_link(text_key(document_id)), searchable_pdf_url=_link(searchable_pdf_key(document_id))
    )


def _link(key: str) -> str:
    return _api().results.link(key, expires_s=LINK_LIFE_S)
