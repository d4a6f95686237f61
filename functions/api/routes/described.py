"""Registers routes. What the description says of one is read off its function, so that nothing is said twice."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar, get_type_hints

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel

from functions.api.models.problem import answers

Limit = Annotated[int, Query(description="How many at most.", ge=1, le=100)]
Cursor = Annotated[
    str | None, Query(description="Where to go on: ``next_cursor`` of the answer before.", max_length=500)
]

_Route = TypeVar("_Route", bound=Callable[..., Any])


class Routes:
    """Routes of one tag on a router.

    Each method registers the function below it, with the statuses of its own errors; those that every route may
    answer are added. The function's name is the operation's, the first line of its docstring the summary, the rest
    the description; its annotations are the body and the answer.
    """

    def __init__(self, router: APIGatewayHttpRouter, tag: str) -> None:
        self._router = router
        self._tag = tag

    def get(self, path: str, *errors: int) -> Callable[[_Route], _Route]:
        """A route that only looks."""
        return self._registered(self._router.get, path, errors)

    def post(self, path: str, *errors: int, status: int = 200) -> Callable[[_Route], _Route]:
        """A route that makes or does something; ``status`` when it is well."""
        return self._registered(self._router.post, path, errors, status)

    def patch(self, path: str, *errors: int) -> Callable[[_Route], _Route]:
        """A route that changes what is named."""
        return self._registered(self._router.patch, path, errors)

    def delete(self, path: str, *errors: int) -> Callable[[_Route], _Route]:
        """A route that takes something away, and answers nothing."""
        return self._registered(self._router.delete, path, errors, 204)

    def _registered(
        self, method: Callable[..., Any], path: str, errors: tuple[int, ...], status: int = 200
    ) -> Callable[[_Route], _Route]:
        def register(function: _Route) -> _Route:
            types = get_type_hints(function)
            answer = types.pop("return")
            summary, _, more = (inspect.getdoc(function) or "").partition("\n\n")
            takes_body = any(inspect.isclass(kind) and issubclass(kind, BaseModel) for kind in types.values())
            method(
                path,
                summary=summary.removesuffix("."),
                description=more or None,
                status_code=status,
                operation_id=_in_camel_case(function.__name__),
                responses=answers(
                    None if answer == Response[None] else answer, *errors, status=status, takes_body=takes_body
                ),
                tags=[self._tag],
            )(function)
            return function

        return register


def _in_camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
