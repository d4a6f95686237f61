"""The resolver with its routes, and the description that it gives of itself."""

from __future__ import annotations

from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

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
    "security_schemes": {"token": HTTPBearer(bearerFormat="JWT")},
    "security": [{"token": []}],
}


@cache
def application() -> APIGatewayHttpResolver:
    """The resolver of all routes. There is one only: the routers share its context."""
    app = APIGatewayHttpResolver(enable_validation=True)
    for router in ROUTERS:
        app.include_router(router)
    add_problems(app)

    @app.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response[str]:
        """The description of this API."""
        return Response(status_code=200, content_type="application/json", body=description(app))

    return app


def description(app: APIGatewayHttpResolver) -> str:
    """The OpenAPI document of an application, as JSON."""
    return str(app.get_openapi_json_schema(**_ABOUT))
