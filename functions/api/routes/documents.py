"""Documents and batches: creating, following, cancelling, retrying and erasing them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.answers import Document
from docpipe.domain.document import DocumentStatus
from docpipe.pipeline.change_document import cancel_document, retry_document
from docpipe.pipeline.create_document import DocumentRequest, Order, create_documents
from docpipe.pipeline.erase_document import erase_document
from docpipe.pipeline.push_news import push_gone
from docpipe.stores import DocumentFilter
from functions.api.caller import Caller, Desk
from functions.api.models import documents as models
from functions.api.models.problem import answers

router = APIGatewayHttpRouter()
_desk = Desk(router)

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[!-~]+$")]


@router.post(
    "/documents",
    summary="Create a document and get a form to upload it with",
    status_code=201,
    operation_id="createDocument",
    responses=answers(models.CreatedDocument, 400, 409, status=201),
    tags=["documents"],
)
def create(body: models.CreateDocument, idempotency_key: Key = None) -> models.CreatedDocument:
    """Create a document and get a form to upload it with."""
    caller = _desk.caller()
    answer = create_documents(_order(caller, [body], idempotency_key), _desk.api.front_desk)
    return models.CreatedDocument.model_validate(answer["documents"][0])


@router.post(
    "/batches",
    summary="Create several documents at once, all or none",
    status_code=201,
    operation_id="createBatch",
    responses=answers(models.CreatedBatch, 400, 409, status=201),
    tags=["batches"],
)
def create_batch(body: models.CreateBatch, idempotency_key: Key = None) -> models.CreatedBatch:
    """Create several documents at once, all or none."""
    caller = _desk.caller()
    answer = create_documents(_order(caller, body.documents, idempotency_key, batch=True), _desk.api.front_desk)
    return models.CreatedBatch.model_validate(answer)


@router.get(
    "/batches/<batch_id>",
    summary="Where a batch stands",
    operation_id="getBatch",
    responses=answers(models.Batch, 404),
    tags=["batches"],
)
def batch(batch_id: UUID) -> models.Batch:
    """Where a batch stands."""
    found = _desk.api.catalog.batch(_desk.caller().tenant_id, batch_id)
    return models.Batch(
        batch_id=batch_id,
        documents=[Document.model_validate(view) for view in found],
        counts=Counter(view.status.value for view in found),
        finished=all(view.status.is_final for view in found),
    )


@router.get(
    "/documents",
    summary="Documents of the tenant, the newest first",
    operation_id="listDocuments",
    responses=answers(models.DocumentList, 400),
    tags=["documents"],
)
def find(
    status: Annotated[list[DocumentStatus] | None, Query(max_length=len(DocumentStatus))] = None,
    batch_id: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> models.DocumentList:
    """Documents of the tenant, the newest first; with ``status``, which may be repeated, those in one of these."""
    which = DocumentFilter(statuses=tuple(status or ()), batch_id=batch_id)
    found = _desk.api.catalog.find(_desk.caller().tenant_id, which, limit=limit, cursor=cursor)
    documents = [Document.model_validate(view) for view in found.documents]
    return models.DocumentList(documents=documents, next_cursor=found.next_cursor)


@router.get(
    "/documents/<document_id>",
    summary="Where a document stands",
    operation_id="getDocument",
    responses=answers(Document, 404),
    tags=["documents"],
)
def get(document_id: UUID) -> Document:
    """Where a document stands."""
    return _document(_desk.caller(), document_id)


@router.post(
    "/documents/<document_id>/cancel",
    summary="Cancel a document: the page in hand is the last that is read",
    operation_id="cancelDocument",
    responses=answers(Document, 404, 409),
    tags=["documents"],
)
def cancel(document_id: UUID) -> Document:
    """Cancel a document: the page in hand is the last that is read."""
    caller = _desk.caller()
    cancel_document(caller.tenant_id, document_id, actor=caller.subject, deps=_desk.api.changes)
    return _document(caller, document_id)


@router.post(
    "/documents/<document_id>/retry",
    summary="Have what failed done again, and nothing else",
    operation_id="retryDocument",
    responses=answers(Document, 404, 409),
    tags=["documents"],
)
def retry(document_id: UUID) -> Document:
    """Have what failed done again, and nothing else."""
    caller = _desk.caller()
    retry_document(caller.tenant_id, document_id, actor=caller.subject, deps=_desk.api.changes)
    return _document(caller, document_id)


@router.delete(
    "/documents/<document_id>",
    summary="Erase a document: its file, its results and everything known of it",
    status_code=204,
    operation_id="deleteDocument",
    responses=answers(None, 404, status=204),
    tags=["documents"],
)
def erase(document_id: UUID) -> Response[None]:
    """Erase a document: its file, its results and everything known of it. It cannot be undone."""
    caller = _desk.caller()
    api = _desk.api
    erase_document(caller.tenant_id, document_id, actor=caller.subject, store=api.changes.store, shelves=api.shelves)
    push_gone(caller.tenant_id, document_id, api.changes.publisher.queue)
    return Response(status_code=204)


def _order(caller: Caller, documents: list[models.CreateDocument], key: str | None, *, batch: bool = False) -> Order:
    requests = [
        DocumentRequest(
            filename=document.filename,
            byte_size=document.byte_size,
            content_type=document.content_type,
            languages=document.languages,
            owner_email=document.owner_email or caller.email,
            pdfa=document.pdfa,
            outputs=tuple(dict.fromkeys(document.outputs)),
        )
        for document in documents
    ]
    return Order(caller.tenant_id, caller.role.has_priority, tuple(requests), batch=batch, idempotency_key=key)


def _document(caller: Caller, document_id: UUID) -> Document:
    return Document.model_validate(_desk.api.catalog.get(caller.tenant_id, document_id))
