"""Errors, as every route may answer them."""

from __future__ import annotations

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


def problems(*statuses: int) -> Any:
    """The errors of a route for its description: those given, and those that every route may answer."""
    return {
        status: {"description": _MEANINGS[status], "content": {"application/problem+json": {"model": Problem}}}
        for status in sorted({401, 403, 422, 429, 500, 503, *statuses})
    }
