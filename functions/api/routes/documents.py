"""Documents and batches: creating, following, cancelling, retrying and erasing them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated
from uuid import UUID

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from docpipe.answers.documents import Document
from docpipe.domain.document import DocumentStatus
from docpipe.pipeline import change_document
from docpipe.pipeline.create_document import DocumentRequest, Order, create_documents
from docpipe.pipeline.erase_document import erase_document
from docpipe.pipeline.push_news import push_gone
from docpipe.stores import DocumentFilter
from functions.api.caller import Caller, Desk
from functions.api.models import documents as models
from functions.api.routes.described import Cursor, Limit, Routes

router = APIGatewayHttpRouter()
_desk = Desk(router)
_documents = Routes(router, "documents")
_batches = Routes(router, "batches")

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="Of your choice, new for each thing to be made: the same request sent again under the same key is "
        "answered as before, and makes nothing twice.",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
    ),
]


@_documents.post("/documents", 400, 409, status=201)
def create_document(body: models.CreateDocument, idempotency_key: Key = None) -> models.CreatedDocument:
    """Create a document and get a form to upload it with.

    Send the file by the form of ``upload``: its fields in order, then the file as ``file``, as multipart/form-data.
    It takes a file of at most ``max_file_bytes`` (``GET /me``), until ``expires_at``; once the file has been taken,
    what is sent by the same form changes nothing.
    """
    caller = _desk.caller()
    answer = create_documents(_order(caller, [body], idempotency_key), _desk.api.front_desk)
    return models.CreatedDocument.model_validate(answer["documents"][0])


@_batches.post("/batches", 400, 409, status=201)
def create_batch(body: models.CreateBatch, idempotency_key: Key = None) -> models.CreatedBatch:
    """Create several documents at once, all or none.

    Their owner gets one e-mail, and webhooks one event ``batch.finished``, when all of them have ended.
    """
    caller = _desk.caller()
    answer = create_documents(_order(caller, body.documents, idempotency_key, batch=True), _desk.api.front_desk)
    return models.CreatedBatch.model_validate(answer)


@_batches.get("/batches/<batch_id>", 404)
def get_batch(batch_id: UUID) -> models.Batch:
    """Where a batch stands."""
    found = _desk.api.catalog.batch(_desk.caller().tenant_id, batch_id)
    return models.Batch(
        batch_id=batch_id,
        documents=[Document.model_validate(view) for view in found],
        counts=Counter(view.status.value for view in found),
        finished=all(view.status.is_final for view in found),
    )


@_documents.get("/documents", 400)
def list_documents(
    status: Annotated[
        list[DocumentStatus] | None, Query(description="Only those in one of these.", max_length=len(DocumentStatus))
    ] = None,
    batch_id: Annotated[UUID | None, Query(description="Only those of this batch.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.DocumentList:
    """Documents of the tenant, the newest first.

    Those that are in one of these states, when ``status`` is given, once or more often.
    """
    which = DocumentFilter(statuses=tuple(status or ()), batch_id=batch_id)
    found = _desk.api.catalog.find(_desk.caller().tenant_id, which, limit=limit, cursor=cursor)
    documents = [Document.model_validate(view) for view in found.documents]
    return models.DocumentList(documents=documents, next_cursor=found.next_cursor)


@_documents.get("/documents/<document_id>", 404)
def get_document(document_id: UUID) -> Document:
    """Where a document stands."""
    return _document(_desk.caller(), document_id)


@_documents.post("/documents/<document_id>/cancel", 404, 409)
def cancel_document(document_id: UUID) -> Document:
    """Cancel a document.

    The page in hand is the last that is read. What was read can still be read page by page.
    """
    caller = _desk.caller()
    change_document.cancel_document(caller.tenant_id, document_id, actor=caller.subject, deps=_desk.api.changes)
    return _document(caller, document_id)


@_documents.post("/documents/<document_id>/retry", 404, 409)
def retry_document(document_id: UUID) -> Document:
    """Have what failed done again.

    Only pages that failed are read again. A file that cannot be read at all has to be uploaded anew.
    """
    caller = _desk.caller()
    change_document.retry_document(caller.tenant_id, document_id, actor=caller.subject, deps=_desk.api.changes)
    return _document(caller, document_id)


@_documents.delete("/documents/<document_id>", 404)
def delete_document(document_id: UUID) -> Response[None]:
    """Erase a document: its file, its results and everything known of it.

    It cannot be undone.
    """
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
