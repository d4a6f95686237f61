"""Errors, as every route may answer them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from docpipe.domain import errors
from docpipe.domain.errors.catalogue import family, listed

_CODES: Final = "Which problem it is, for programs; more may come:\n\n" + listed(
    [
        *(set(family(errors.RequestError)) - {errors.LiveMessageError}),
        errors.FileTooLargeError,
        errors.UnsupportedFormatError,
        errors.LanguageUnavailableError,
        errors.CapacityError,
        errors.StorageError,
        errors.QueueError,
    ],
    {
        "body_not_json": "The body is of another kind.",
        "internal_error": "Something went wrong here.",
        "method_not_allowed": "The path is answered to other methods only; the header Allow names them.",
        "request_invalid": "The request does not fit this description; `errors` names the fields.",
        "route_not_found": "There is no such path.",
    },
)


class Fault(BaseModel):
    """A field of the request that does not fit."""

    field: str
    message: str


class Refusal(BaseModel):
    """What the gateway in front of the API says of a request that it does not let through."""

    message: str


class Problem(BaseModel):
    """A problem document (RFC 9457). ``code`` is stable; ``detail`` says what happened and what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:docpipe:problem:document_not_found",
                    "title": "Not Found",
                    "status": 404,
                    "detail": "There is no such document. Check the id, or list your documents.",
                    "code": "document_not_found",
                    "message": "There is no such document. Check the id, or list your documents.",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened and what to do, for people.")]
    code: Annotated[str, Field(description=_CODES)]
    message: Annotated[str, Field(description="The same as ``detail``.")]
    errors: list[Fault] | None = None


_MEANINGS = {
    400: "The request cannot be granted.",
    401: "The token is missing.",
    403: "The token is forged or expired, or the caller's role does not allow this.",
    404: "There is no such thing for this tenant.",
    409: "This does not fit the state that things are in.",
    415: "The body is not JSON.",
    422: "The request does not fit this description.",
    429: "Too many requests; the header Retry-After says when to come back, in seconds.",
    500: "Something went wrong here.",
    503: "A service behind the API is full. Try again.",
}

_PROBLEM: dict[str, Any] = {"application/problem+json": {"model": Problem}}
_REFUSAL: dict[str, Any] = {"application/json": {"model": Refusal}}
_CONTENTS = {401: _REFUSAL, 403: {**_PROBLEM, **_REFUSAL}}
"""What is not a problem document alone: API Gateway's own answers cannot be given another form."""


def answers(model: Any, *refusals: int, status: int = 200, takes_body: bool = False) -> Any:
    """What a route may answer, for its description.

    Args:
        model: of the answer when all is well; None when it has no content.
        refusals: statuses of this route's own errors; those that every route may answer are added.
        status: of the answer when all is well.
        takes_body: whether there is a body that may be of the wrong kind.
    """
    content = {} if model is None else {"content": {"application/json": {"model": model}}}
    refused = {
        error: {"description": _MEANINGS[error], "content": _CONTENTS.get(error, _PROBLEM)}
        for error in sorted({401, 403, 422, 429, 500, 503, *([415] if takes_body else []), *refusals})
    }
    return {status: {"description": HTTPStatus(status).phrase, **content}, **refused}
