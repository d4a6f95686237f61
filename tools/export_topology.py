"""Writes ``local/topology.json``: what the one-machine runtime needs to know of the stack.

Run ``python -m tools.export_topology`` after a change to ``infra/``. The file is an extract of the
synthesised template, so that names, sizes and environments have one home; a test holds it up to date.
Values that exist only in an account appear as ``${bucket:<name>}``, ``${table:<name>}``,
``${queue_url_prefix}``, ``${database_url}``, ``${auth_issuer}`` and so on; the runtime puts its own in
their place.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.synthesis import LOCAL_CONTEXT, ROOT, synthesise

TOPOLOGY = ROOT / "local" / "topology.json"

_PREFIX = f"docpipe-{LOCAL_CONTEXT['stage']}-"
_PLACEHOLDERS = {
    name: f"${{{name.lower()}}}"
    for name in ("AUTH_AUDIENCE", "AUTH_ISSUER", "AUTH_JWKS_URL", "CONNECTIONS_URL", "DATABASE_URL", "QUEUE_URL_PREFIX")
}
_KINDS = {"AWS::S3::Bucket": "bucket", "AWS::DynamoDB::Table": "table"}
_RATE_UNITS_S = {"minute": 60, "minutes": 60, "hour": 3_600, "hours": 3_600, "day": 86_400, "days": 86_400}


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as outdir:
        TOPOLOGY.write_text(render(synthesise(LOCAL_CONTEXT, Path(outdir))))
    print(f"{TOPOLOGY.relative_to(ROOT)} is up to date.")


def render(template: dict[str, Any]) -> str:
    """The text of the file for a template: the same for the same template."""
    return json.dumps(topology_of(template), indent=2, sort_keys=True) + "\n"


def topology_of(template: dict[str, Any]) -> dict[str, Any]:
    """Buckets, queues, tables and functions of a template, by their short names."""
    extract = _Extract(template["Resources"])
    return {
        "buckets": extract.buckets(),
        "queues": extract.queues(),
        "tables": extract.tables(),
        "functions": extract.functions(),
        "http_api": extract.http_api(),
        "websocket_api": extract.websocket_api(),
    }


class _Extract:
    """Reads resources of a template and follows the references between them."""

    def __init__(self, resources: dict[str, Any]) -> None:
        self._resources = resources
        self._names = {
            logical_id: name
            for kind, key in (
                ("AWS::S3::Bucket", "BucketName"),
                ("AWS::SQS::Queue", "QueueName"),
                ("AWS::DynamoDB::Table", "TableName"),
                ("AWS::Lambda::Function", "FunctionName"),
            )
            for logical_id, properties in self._of_type(kind)
            if logical_id not in self._called_by_deployments()
            if (name := _short_name(properties.get(key))) is not None
        }

    def _called_by_deployments(self) -> set[str]:
        """Functions behind custom resources: CloudFormation calls them, and nothing here does."""
        tokens = [
            resource["Properties"].get("ServiceToken", {})
            for resource in self._resources.values()
            if resource["Type"].startswith("Custom::")
        ]
        return {token["Fn::GetAtt"][0] for token in tokens if "Fn::GetAtt" in token}

    def _of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for logical_id, resource in self._resources.items():
            if resource["Type"] == kind:
                yield logical_id, resource.get("Properties", {})

    def _named(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Resources of a type with their short names; those without one are not the system's own."""
        for logical_id, properties in self._of_type(kind):
            if logical_id in self._names:
                yield self._names[logical_id], properties

    def _referred(self, reference: dict[str, Any]) -> str:
        """Short name of the resource that ``{"Ref": …}`` or ``{"Fn::GetAtt": […]}`` points at."""
        logical_id = reference["Ref"] if "Ref" in reference else reference["Fn::GetAtt"][0]
        return self._names[logical_id]

    def buckets(self) -> dict[str, Any]:
        return {name: self._bucket(properties) for name, properties in self._named("AWS::S3::Bucket")}

    def _bucket(self, properties: dict[str, Any]) -> dict[str, Any]:
        notifications = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
        return {
            "versioned": properties.get("VersioningConfiguration", {}).get("Status") == "Enabled",
            "notifications": [
                {
                    "queue": self._referred(notification["Queue"]),
                    "prefix": next(
                        rule["Value"]
                        for rule in notification["Filter"]["S3Key"]["Rules"]
                        if rule["Name"].lower() == "prefix"
                    ),
                }
                for notification in notifications
            ],
            "cors": [
                {
                    "allowed_methods": rule["AllowedMethods"],
                    "allowed_origins": rule["AllowedOrigins"],
                    "allowed_headers": rule.get("AllowedHeaders", []),
                    "exposed_headers": rule.get("ExposedHeaders", []),
                }
                for rule in properties.get("CorsConfiguration", {}).get("CorsRules", [])
            ],
        }

    def queues(self) -> dict[str, Any]:
        return {name: self._queue(properties) for name, properties in self._named("AWS::SQS::Queue")}

    def _queue(self, properties: dict[str, Any]) -> dict[str, Any]:
        redrive = properties.get("RedrivePolicy")
        return {
            "visibility_timeout_s": properties["VisibilityTimeout"],
            "retention_s": properties["MessageRetentionPeriod"],
            "dead_letter_queue": self._referred(redrive["deadLetterTargetArn"]) if redrive else None,
            "max_receive_count": redrive["maxReceiveCount"] if redrive else None,
        }

    def tables(self) -> dict[str, Any]:
        return {name: self._table(properties) for name, properties in self._named("AWS::DynamoDB::Table")}

    def _table(self, properties: dict[str, Any]) -> dict[str, Any]:
        keys = {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]}
        return {
            "partition_key": keys["HASH"],
            "sort_key": keys.get("RANGE"),
            "expires": properties["TimeToLiveSpecification"]["AttributeName"],
        }

    def functions(self) -> dict[str, Any]:
        return {name: self._function(name, properties) for name, properties in self._named("AWS::Lambda::Function")}

    def _function(self, name: str, properties: dict[str, Any]) -> dict[str, Any]:
        is_image = properties.get("PackageType") == "Image"
        return {
            "handler": properties["ImageConfig"]["Command"][0] if is_image else properties["Handler"],
            "package": "image" if is_image else "zip",
            "memory_mb": properties["MemorySize"],
            "timeout_s": properties["Timeout"],
            "environment": {
                variable: self._value(variable, value)
                for variable, value in properties["Environment"]["Variables"].items()
            },
            "event_sources": self._event_sources(name),
            "schedule_s": self._schedule_s(name),
        }

    def _value(self, variable: str, value: Any) -> str:
        if variable in _PLACEHOLDERS:
            return _PLACEHOLDERS[variable]
        if isinstance(value, str):
            return value
        return f"${{{_KINDS[self._resources[value['Ref']]['Type']]}:{self._referred(value)}}}"

    def _event_sources(self, function: str) -> list[dict[str, Any]]:
        mappings = [mapping for _, mapping in self._of_type("AWS::Lambda::EventSourceMapping")]
        own = [self._event_source(each) for each in mappings if self._referred(each["FunctionName"]) == function]
        return sorted(own, key=lambda source: str(source["queue"]))

    def _event_source(self, mapping: dict[str, Any]) -> dict[str, Any]:
        return {
            "queue": self._referred(mapping["EventSourceArn"]),
            "batch_size": mapping["BatchSize"],
            "batching_window_s": mapping.get("MaximumBatchingWindowInSeconds", 0),
            "maximum_concurrency": mapping["ScalingConfig"]["MaximumConcurrency"],
            "report_batch_item_failures": "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", []),
        }

    def http_api(self) -> dict[str, Any]:
        """The function behind the API, the routes that lead to it, and who is asked before."""
        api = self._api("HTTP")
        (function,) = set(self._routes(api).values())
        cors = self._resources[api]["Properties"]["CorsConfiguration"]
        return {
            "function": function,
            "routes": sorted(self._routes(api)),
            "cors": {
                "allowed_methods": cors["AllowMethods"],
                "allowed_origins": cors["AllowOrigins"],
                "allowed_headers": cors["AllowHeaders"],
                "exposed_headers": cors["ExposeHeaders"],
            },
            "authorizer": {
                "function": self._authorizer(api),
                "results_s": self._authorizer_of(api)["AuthorizerResultTtlInSeconds"],
            },
        }

    def websocket_api(self) -> dict[str, Any]:
        """The functions behind its routes, which of them answer, and who is asked before a connection opens."""
        api = self._api("WEBSOCKET")
        return {
            "routes": self._routes(api),
            "answered": sorted(
                properties["RouteKey"]
                for properties in self._belonging("AWS::ApiGatewayV2::Route", api)
                if properties.get("RouteResponseSelectionExpression")
            ),
            "authorizer": self._authorizer(api),
        }

    def _api(self, protocol: str) -> str:
        """Logical id of the API of a protocol."""
        (api,) = [
            logical_id
            for logical_id, properties in self._of_type("AWS::ApiGatewayV2::Api")
            if properties["ProtocolType"] == protocol
        ]
        return api

    def _belonging(self, kind: str, api: str) -> list[dict[str, Any]]:
        return [properties for _, properties in self._of_type(kind) if properties["ApiId"] == {"Ref": api}]

    def _routes(self, api: str) -> dict[str, str]:
        """The functions behind the routes of an API."""
        integrations = dict(self._of_type("AWS::ApiGatewayV2::Integration"))
        routes = self._belonging("AWS::ApiGatewayV2::Route", api)
        return {route["RouteKey"]: self._called(integrations[_target(route)]["IntegrationUri"]) for route in routes}

    def _authorizer_of(self, api: str) -> dict[str, Any]:
        (authorizer,) = self._belonging("AWS::ApiGatewayV2::Authorizer", api)
        return authorizer

    def _authorizer(self, api: str) -> str:
        """Which function checks tokens."""
        return self._called(self._authorizer_of(api)["AuthorizerUri"])

    def _called(self, uri: dict[str, Any]) -> str:
        """The function in an address that API Gateway calls: its ARN, or a path of Lambda's API that holds it."""
        if "Fn::Join" not in uri:
            return self._referred(uri)
        (function,) = [part for part in uri["Fn::Join"][1] if "Fn::GetAtt" in part]
        return self._referred(function)

    def _schedule_s(self, function: str) -> int | None:
        for _, rule in self._of_type("AWS::Events::Rule"):
            if any(self._referred(target["Arn"]) == function for target in rule["Targets"]):
                count, unit = rule["ScheduleExpression"].removeprefix("rate(").removesuffix(")").split()
                return int(count) * _RATE_UNITS_S[unit]
        return None


def _target(route: dict[str, Any]) -> str:
    """Logical id of a route's integration: ``integrations/<Ref>``."""
    return str(route["Target"]["Fn::Join"][1][1]["Ref"])


def _short_name(name: Any) -> str | None:
    """``intake`` for ``docpipe-local-intake``, also when the account number is joined to its end."""
    if isinstance(name, dict):
        name = name["Fn::Join"][1][0].removesuffix("-")
    if not isinstance(name, str) or not name.startswith(_PREFIX):
        return None
    return name.removeprefix(_PREFIX)


if __name__ == "__main__":
    main()
