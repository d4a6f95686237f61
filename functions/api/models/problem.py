"""Errors, as every route may answer them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel


class Fault(BaseModel):
    """A field of the request that does not fit."""

    field: str
    message: str


class Problem(BaseModel):
    """A problem document (RFC 9457). ``code`` is stable; ``detail`` says what happened and what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    message: str
    errors: list[Fault] | None = None


_MEANINGS = {
    400: "The request cannot be granted.",
    401: "The token is missing, forged or expired.",
    403: "The caller's role does not allow this.",
    404: "There is no such thing for this tenant.",
    409: "This does not fit the state that things are in.",
    422: "The request does not fit this description.",
    429: "Too many requests; the header Retry-After says when to come back, in seconds.",
    500: "Something went wrong here.",
    503: "A service behind the API is full. Try again.",
}


def answers(model: Any, *errors: int, status: int = 200) -> Any:
    """What a route may answer, for its description.

    Args:
        model: of the answer when all is well; None when it has no content.
        errors: statuses of this route's own errors; those that every route may answer are added.
        status: of the answer when all is well.
    """
    content = {} if model is None else {"content": {"application/json": {"model": model}}}
    refused = {
        error: {"description": _MEANINGS[error], "content": {"application/problem+json": {"model": Problem}}}
        for error in sorted({401, 403, 422, 429, 500, 503, *errors})
    }
    return {status: {"description": HTTPStatus(status).phrase, **content}, **refused}
