"""The event that Lambda makes of a batch of SQS messages, and what it deletes by the function's answer.

Both follow the AWS Lambda developer guide, "Using Lambda with Amazon SQS" and "Implementing partial
batch responses".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from local.names import REGION, queue_arn


def sqs_event(queue: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The event of a batch.

    Args:
        queue: name without the stage's prefix.
        messages: as boto3's ``receive_message`` gives them, with all attributes.
    """
    return {"Records": [_record(queue, message) for message in messages]}


def _record(queue: str, message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message["Attributes"]),
        "messageAttributes": {
            name: _message_attribute(value) for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn(queue),
        "awsRegion": REGION,
    }


def _message_attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if "StringValue" in value:
        record["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        record["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return record


def done_messages(response: Any, message_ids: Sequence[str], *, partial: bool) -> set[str]:
    """Which messages of a batch are done, by the answer of a function that did not fail.

    Args:
        response: what the function returned.
        message_ids: of the batch.
        partial: whether the event source has ReportBatchItemFailures.

    Returns:
        Ids of the messages to delete: all when nothing is reported, none when the report is malformed.
    """
    everything = set(message_ids)
    if not partial or response in (None, {}):
        return everything
    if not isinstance(response, dict):
        return set()
    failures = response.get("batchItemFailures")
    if failures is None or failures == []:
        return everything
    try:
        failed = {failure["itemIdentifier"] for failure in failures}
    except (TypeError, KeyError):
        return set()
    return everything - failed if failed <= everything else set()
