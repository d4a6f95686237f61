"""Functions, with their environments and what sets them off."""

from __future__ import annotations

from typing import Any

from tools.topology.resources import Resources

_PLACEHOLDERS = {
    name: f"${{{name.lower()}}}"
    for name in ("AUTH_AUDIENCE", "AUTH_ISSUER", "AUTH_JWKS_URL", "CONNECTIONS_URL", "DATABASE_URL", "QUEUE_URL_PREFIX")
}
_KINDS = {"AWS::S3::Bucket": "bucket", "AWS::DynamoDB::Table": "table"}
_RATE_UNITS_S = {"minute": 60, "minutes": 60, "hour": 3_600, "hours": 3_600, "day": 86_400, "days": 86_400}


def functions(resources: Resources) -> dict[str, Any]:
    """Functions by their short names."""
    return {
        name: _function(resources, name, properties) for name, properties in resources.named("AWS::Lambda::Function")
    }


def _function(resources: Resources, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    is_image = properties.get("PackageType") == "Image"
    return {
        "handler": properties["ImageConfig"]["Command"][0] if is_image else properties["Handler"],
        "package": "image" if is_image else "zip",
        "memory_mb": properties["MemorySize"],
        "timeout_s": properties["Timeout"],
        "environment": {
            variable: _value(resources, variable, value)
            for variable, value in properties["Environment"]["Variables"].items()
        },
        "event_sources": _event_sources(resources, name),
        "schedule_s": _schedule_s(resources, name),
    }


def _value(resources: Resources, variable: str, value: Any) -> str:
    if variable in _PLACEHOLDERS:
        return _PLACEHOLDERS[variable]
    if isinstance(value, str):
        return value
    return f"${{{_KINDS[resources[value['Ref']]['Type']]}:{resources.referred(value)}}}"


def _event_sources(resources: Resources, function: str) -> list[dict[str, Any]]:
    mappings = [mapping for _, mapping in resources.of_type("AWS::Lambda::EventSourceMapping")]
    own = [_event_source(resources, each) for each in mappings if resources.referred(each["FunctionName"]) == function]
    return sorted(own, key=lambda source: str(source["queue"]))


def _event_source(resources: Resources, mapping: dict[str, Any]) -> dict[str, Any]:
    return {
        "queue": resources.referred(mapping["EventSourceArn"]),
        "batch_size": mapping["BatchSize"],
        "batching_window_s": mapping.get("MaximumBatchingWindowInSeconds", 0),
        "maximum_concurrency": mapping["ScalingConfig"]["MaximumConcurrency"],
        "report_batch_item_failures": "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", []),
    }


def _schedule_s(resources: Resources, function: str) -> int | None:
    for _, rule in resources.of_type("AWS::Events::Rule"):
        if any(resources.referred(target["Arn"]) == function for target in rule["Targets"]):
            count, unit = rule["ScheduleExpression"].removeprefix("rate(").removesuffix(")").split()
            return int(count) * _RATE_UNITS_S[unit]
    return None
