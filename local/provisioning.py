"""Makes the buckets, queues, tables, notifications and mail identity of a topology at the emulator."""

from __future__ import annotations

import json
from typing import Any

from local.emulator import Emulator
from local.names import queue_arn, resource_name
from local.topology import BucketSpec, QueueSpec, TableSpec, Topology


def provision(emulator: Emulator, topology: Topology) -> None:
    """Make everything that a deployment of the stack would have made before the first event."""
    _make_queues(emulator.client("sqs"), topology.queues)
    _make_buckets(emulator.client("s3"), topology.buckets)
    _make_tables(emulator.client("dynamodb"), topology.tables)
    ses = emulator.client("sesv2")
    for sender in _set_to("MAIL_SENDER", topology):
        ses.create_email_identity(EmailIdentity=sender)
    for name in _set_to("MAIL_CONFIGURATION_SET", topology):
        ses.create_configuration_set(ConfigurationSetName=name)


def _set_to(variable: str, topology: Topology) -> list[str]:
    """What a variable is set to for the functions that have it."""
    environments = [spec.environment for spec in topology.functions.values()]
    return sorted({environment[variable] for environment in environments if variable in environment})


def _make_tables(dynamodb: Any, tables: dict[str, TableSpec]) -> None:
    for name, spec in tables.items():
        keys = {"HASH": spec.partition_key, **({"RANGE": spec.sort_key} if spec.sort_key else {})}
        dynamodb.create_table(
            TableName=resource_name(name),
            KeySchema=[{"AttributeName": attribute, "KeyType": kind} for kind, attribute in keys.items()],
            AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in keys.values()],
            BillingMode="PAY_PER_REQUEST",
        )
        dynamodb.update_time_to_live(
            TableName=resource_name(name),
            TimeToLiveSpecification={"Enabled": True, "AttributeName": spec.expires},
        )


def _make_queues(sqs: Any, queues: dict[str, QueueSpec]) -> None:
    # Dead-letter queues first: a redrive policy may only name a queue that exists.
    for name, spec in sorted(queues.items(), key=lambda item: item[1].dead_letter_queue is not None):
        attributes = {
            "VisibilityTimeout": str(spec.visibility_timeout_s),
            "MessageRetentionPeriod": str(spec.retention_s),
        }
        if spec.dead_letter_queue is not None:
            policy = {
                "deadLetterTargetArn": queue_arn(spec.dead_letter_queue),
                "maxReceiveCount": spec.max_receive_count,
            }
            attributes["RedrivePolicy"] = json.dumps(policy)
        sqs.create_queue(QueueName=resource_name(name), Attributes=attributes)


def _make_buckets(s3: Any, buckets: dict[str, BucketSpec]) -> None:
    for name, spec in buckets.items():
        bucket = resource_name(name)
        s3.create_bucket(Bucket=bucket)
        if spec.versioned:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        if spec.cors:
            s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": _cors_rules(spec)})
        if spec.notifications:
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=_notifications(spec))


def _cors_rules(spec: BucketSpec) -> list[dict[str, Any]]:
    return [
        {
            "AllowedMethods": list(rule.allowed_methods),
            "AllowedOrigins": list(rule.allowed_origins),
            "AllowedHeaders": list(rule.allowed_headers),
            "ExposeHeaders": list(rule.exposed_headers),
        }
        for rule in spec.cors
    ]


def _notifications(spec: BucketSpec) -> dict[str, Any]:
    return {
        "QueueConfigurations": [
            {
                "QueueArn": queue_arn(notification.queue),
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": notification.prefix}]}},
            }
            for notification in spec.notifications
        ]
    }
