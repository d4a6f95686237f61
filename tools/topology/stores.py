"""Buckets, queues and tables."""

from __future__ import annotations

from typing import Any

from tools.topology.resources import Resources


def buckets(resources: Resources) -> dict[str, Any]:
    """Buckets by their short names: what they announce, to whom, and who may ask from a browser."""
    return {name: _bucket(resources, properties) for name, properties in resources.named("AWS::S3::Bucket")}


def _bucket(resources: Resources, properties: dict[str, Any]) -> dict[str, Any]:
    notifications = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    return {
        "versioned": properties.get("VersioningConfiguration", {}).get("Status") == "Enabled",
        "notifications": [
            {
                "queue": resources.referred(notification["Queue"]),
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


def queues(resources: Resources) -> dict[str, Any]:
    """Queues by their short names."""
    return {name: _queue(resources, properties) for name, properties in resources.named("AWS::SQS::Queue")}


def _queue(resources: Resources, properties: dict[str, Any]) -> dict[str, Any]:
    redrive = properties.get("RedrivePolicy")
    return {
        "visibility_timeout_s": properties["VisibilityTimeout"],
        "retention_s": properties["MessageRetentionPeriod"],
        "dead_letter_queue": resources.referred(redrive["deadLetterTargetArn"]) if redrive else None,
        "max_receive_count": redrive["maxReceiveCount"] if redrive else None,
    }


def tables(resources: Resources) -> dict[str, Any]:
    """Tables by their short names."""
    return {name: _table(properties) for name, properties in resources.named("AWS::DynamoDB::Table")}


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    keys = {key["KeyType"]: key["AttributeName"] for key in properties["KeySchema"]}
    return {
        "partition_key": keys["HASH"],
        "sort_key": keys.get("RANGE"),
        "expires": properties["TimeToLiveSpecification"]["AttributeName"],
    }
