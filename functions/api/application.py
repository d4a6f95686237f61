"""The resolver with its routes, and the description that it gives of itself."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer, License, Server, Tag

from functions.api.problems import add_problems
from functions.api.routes import ROUTERS

_ABOUT: dict[str, Any] = {
    "title": "Docpipe",
    "version": "1.0.0",
    "openapi_version": "3.1.0",
    "description": (
        "Scans in; text, words with their boxes, page images and searchable PDFs out. Every request carries a "
        "bearer token. Errors are problem documents (RFC 9457) with a stable `code` and a `detail` that says "
        "what to do."
    ),
    "license_info": License(name="AGPL-3.0-or-later", identifier="AGPL-3.0-or-later"),
    "security_schemes": {"token": HTTPBearer(bearerFormat="JWT")},
    "security": [{"token": []}],
    "servers": [Server(url="/api", description="On the host of the page. A deployment's output names the API's own.")],
    "tags": [
        Tag(name="documents", description="From a file to a document that has been read."),
        Tag(name="batches", description="Documents that belong together."),
        Tag(name="results", description="What was read; also while the rest is still being read."),
        Tag(name="account", description="The caller, and what holds for everybody of its tenant."),
        Tag(name="webhooks", description="Addresses that are told of events, by signed requests."),
        Tag(name="admin", description="For operators: numbers over all tenants, nothing of anybody's documents."),
    ],
}

_NOT_OURS = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


@cache
def application() -> APIGatewayHttpResolver:
    """The resolver of all routes. There is one only: the routers share its context."""
    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=_read)
    for router in ROUTERS:
        app.include_router(router)
    add_problems(app)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        """The description of this API."""
        return Response(status_code=200, content_type="application/json", body=description(app))

    return app


def _read(body: str) -> Any:
    """The JSON of a request.

    Raises:
        json.JSONDecodeError: it is none, or has more brackets within each other or longer numbers than can be read,
            of which Python tells otherwise.
    """
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        raise
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("Brackets too deep, or a number too long", "", 0) from None


def description(app: APIGatewayHttpResolver) -> str:
    """The OpenAPI document of an application, as JSON."""
    described = json.loads(app.get_openapi_json_schema(**_ABOUT))
    # Powertools describes errors of its own as well; here all of them are problem documents.
    for name in _NOT_OURS:
        described["components"]["schemas"].pop(name, None)
    return json.dumps(described)
