"""Errors as problem documents (RFC 9457): a stable code, and a sentence that says what to do."""

from __future__ import annotations

import json
import re
from functools import cache, partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError

from docpipe.domain import errors
from docpipe.observability import logger

_CONTENT_TYPE = "application/problem+json"

_STATUS: dict[type[errors.DocpipeError], HTTPStatus] = {
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.DocumentNotFoundError: HTTPStatus.NOT_FOUND,
    errors.BatchNotFoundError: HTTPStatus.NOT_FOUND,
    errors.PageNotFoundError: HTTPStatus.NOT_FOUND,
    errors.WebhookNotFoundError: HTTPStatus.NOT_FOUND,
    errors.WebhookDeliveryNotFoundError: HTTPStatus.NOT_FOUND,
    errors.UnknownQueueError: HTTPStatus.NOT_FOUND,
    errors.ResultsNotReadyError: HTTPStatus.CONFLICT,
    errors.IdempotencyConflictError: HTTPStatus.CONFLICT,
    errors.NotCancellableError: HTTPStatus.CONFLICT,
    errors.NotRetryableError: HTTPStatus.CONFLICT,
    errors.TooManyWebhooksError: HTTPStatus.CONFLICT,
    errors.WebhookDisabledError: HTTPStatus.CONFLICT,
    errors.RateLimitError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.CapacityError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.QueueError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DatabaseError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""What is not here is a request that cannot be granted: 400."""


def add_problems(app: APIGatewayHttpResolver) -> None:
    """Have the application answer every error with a problem document."""
    app.exception_handler(errors.DocpipeError)(_known)
    app.exception_handler(RequestValidationError)(_invalid)
    app.exception_handler(RequestUnsupportedContentType)(_not_json)
    app.exception_handler(UnicodeDecodeError)(_not_text)
    app.not_found(partial(_no_route, app))
    app.exception_handler(Exception)(_unknown)


def _known(error: errors.DocpipeError) -> Response[str]:
    """An error of ours: its code and its sentence."""
    headers = {"Retry-After": str(error.after_s)} if isinstance(error, errors.RateLimitError) else None
    status = _STATUS.get(type(error), HTTPStatus.BAD_REQUEST)
    if status is HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unknown(error)
    return problem(status, error.code, error.message, headers=headers)


def _invalid(error: RequestValidationError) -> Response[str]:
    """A request that does not fit: the fields at fault, and not what was in them."""
    faults = [{"field": ".".join(map(str, fault["loc"])), "message": fault["msg"]} for fault in error.errors()]
    told = "; ".join(f"{fault['field']}: {fault['message']}" for fault in faults)
    detail = f"The request does not fit: {told}."
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", detail, errors=faults)


def _not_json(_error: RequestUnsupportedContentType) -> Response[str]:
    """A body of another kind."""
    return problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "body_not_json",
        "Send the body as JSON, with Content-Type: application/json.",
    )


def _not_text(_error: UnicodeDecodeError) -> Response[str]:
    """A body that is no text."""
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", "The body is not UTF-8. Send it as JSON.")


def _no_route(app: APIGatewayHttpResolver, _error: NotFoundError) -> Response[str]:
    """A path that the API does not have, or another method than it has there."""
    methods = allowed_methods(app, app.current_event.path)
    if methods:
        detail = f"This is answered to {methods} only. Check the method."
        return problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, headers={"Allow": methods})
    return problem(HTTPStatus.NOT_FOUND, "route_not_found", "There is nothing here. Check the path.")


def _unknown(error: Exception) -> Response[str]:
    """The outermost boundary: whatever else went wrong is logged by place, and nothing of it is shown."""
    logger().error("request failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", "Something went wrong here. Try again later.")


def problem(
    status: HTTPStatus, code: str, detail: str, *, headers: dict[str, str] | None = None, **members: Any
) -> Response[str]:
    """A problem document. ``message`` says what ``detail`` says, for older callers."""
    body = {
        "type": f"urn:docpipe:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        "code": code,
        "message": detail,
        **members,
    }
    return Response(
        status_code=status.value, content_type=_CONTENT_TYPE, body=json.dumps(body), headers=dict(headers or {})
    )


@cache
def _routes(app: APIGatewayHttpResolver) -> list[tuple[re.Pattern[str], str]]:
    """Every path of the API as a pattern, with its methods."""
    described = json.loads(app.get_openapi_json_schema())["paths"]
    return [
        (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), ", ".join(sorted(method.upper() for method in operations)))
        for path, operations in described.items()
    ]


def allowed_methods(app: APIGatewayHttpResolver, path: str) -> str:
    """The methods of a path, as the header ``Allow`` names them; empty when there is no such path."""
    return next((methods for pattern, methods in _routes(app) if pattern.fullmatch(path)), "")
