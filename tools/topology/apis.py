"""The HTTP API and the WebSocket API."""

from __future__ import annotations

from typing import Any

from tools.topology.resources import Resources


def http_api(resources: Resources) -> dict[str, Any]:
    """The function behind the API, the routes that lead to it, and who is asked before."""
    api = _api(resources, "HTTP")
    (function,) = set(_routes(resources, api).values())
    cors = resources[api]["Properties"]["CorsConfiguration"]
    return {
        "function": function,
        "routes": sorted(_routes(resources, api)),
        "cors": {
            "allowed_methods": cors["AllowMethods"],
            "allowed_origins": cors["AllowOrigins"],
            "allowed_headers": cors["AllowHeaders"],
            "exposed_headers": cors["ExposeHeaders"],
        },
        "authorizer": {
            "function": _authorizer(resources, api),
            "results_s": _authorizer_of(resources, api)["AuthorizerResultTtlInSeconds"],
        },
    }


def websocket_api(resources: Resources) -> dict[str, Any]:
    """The functions behind its routes, which of them answer, and who is asked before a connection opens."""
    api = _api(resources, "WEBSOCKET")
    return {
        "routes": _routes(resources, api),
        "answered": sorted(
            properties["RouteKey"]
            for properties in _belonging(resources, "AWS::ApiGatewayV2::Route", api)
            if properties.get("RouteResponseSelectionExpression")
        ),
        "authorizer": _authorizer(resources, api),
    }


def _api(resources: Resources, protocol: str) -> str:
    """Logical id of the API of a protocol."""
    (api,) = [
        logical_id
        for logical_id, properties in resources.of_type("AWS::ApiGatewayV2::Api")
        if properties["ProtocolType"] == protocol
    ]
    return api


def _belonging(resources: Resources, kind: str, api: str) -> list[dict[str, Any]]:
    return [properties for _, properties in resources.of_type(kind) if properties["ApiId"] == {"Ref": api}]


def _routes(resources: Resources, api: str) -> dict[str, str]:
    """The functions behind the routes of an API."""
    integrations = dict(resources.of_type("AWS::ApiGatewayV2::Integration"))
    routes = _belonging(resources, "AWS::ApiGatewayV2::Route", api)
    return {route["RouteKey"]: resources.called(integrations[_target(route)]["IntegrationUri"]) for route in routes}


def _authorizer_of(resources: Resources, api: str) -> dict[str, Any]:
    (authorizer,) = _belonging(resources, "AWS::ApiGatewayV2::Authorizer", api)
    return authorizer


def _authorizer(resources: Resources, api: str) -> str:
    """Which function checks tokens."""
    return resources.called(_authorizer_of(resources, api)["AuthorizerUri"])


def _target(route: dict[str, Any]) -> str:
    """Logical id of a route's integration: ``integrations/<Ref>``."""
    return str(route["Target"]["Fn::Join"][1][1]["Ref"])
