"""The HTTP API: documents in, status and results out; it answers at once and never works on a document."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError

from docpipe import bootstrap
from docpipe.bootstrap import Api
from docpipe.consumer import LambdaContext
from docpipe.domain.errors import CapacityError, DocpipeError, DocumentNotFoundError, ResultsNotReadyError
from docpipe.observability import logger
from functions.api.routes import router

app = APIGatewayHttpResolver(enable_validation=True)
app.include_router(router)

_STATUS: dict[type[DocpipeError], HTTPStatus] = {
    DocumentNotFoundError: HTTPStatus.NOT_FOUND,
    ResultsNotReadyError: HTTPStatus.CONFLICT,
    CapacityError: HTTPStatus.SERVICE_UNAVAILABLE,
}


def handle(event: dict[str, Any], context: LambdaContext, deps: Api | None = None) -> dict[str, Any]:
    """Answer one request."""
    app.append_context(api=deps or bootstrap.api())
    return app.resolve(event, context)  # type: ignore[arg-type]


@app.exception_handler(DocpipeError)
def known(error: DocpipeError) -> Response[str]:
    """An error of ours: its code and its sentence."""
    return _problem(_STATUS.get(type(error), HTTPStatus.BAD_REQUEST), error.code, error.message)


@app.exception_handler(RequestValidationError)
def invalid(error: RequestValidationError) -> Response[str]:
    """A request that does not fit: the fields at fault, and not what was in them."""
    faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
    return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", f"The request does not fit: {faults}.")


@app.not_found
def no_route(error: NotFoundError) -> Response[str]:
    """A path or a method that the API does not have."""
    return _problem(HTTPStatus.NOT_FOUND, "route_not_found", "There is nothing here. Check the path and the method.")


@app.exception_handler(Exception)
def unknown(error: Exception) -> Response[str]:
    """The outermost boundary: whatever else went wrong is logged by place, and nothing of it is shown."""
    logger().error("request failed", exc_info=error)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong here. Try again later.")


def _problem(status: HTTPStatus, code: str, message: str) -> Response[str]:
    body = {"type": "about:blank", "title": status.phrase, "status": status, "code": code, "message": message}
    return Response(status_code=status, content_type="application/problem+json", body=json.dumps(body))
