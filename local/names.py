"""Names and addresses that AWS would give, for the stage ``local``."""

from __future__ import annotations

from typing import Final

STAGE: Final = "local"
REGION: Final = "us-east-1"
ACCOUNT: Final = "000000000000"
"""MiniStack's account when no other is named by the access key."""

CREDENTIALS: Final = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
}
"""Lambda hands every function temporary credentials; these are the emulator's own."""


def resource_name(name: str) -> str:
    """The full name of a bucket, queue or function."""
    return f"docpipe-{STAGE}-{name}"


def queue_arn(name: str) -> str:
    """ARN of a queue, by its name without the stage's prefix."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{resource_name(name)}"


def function_arn(name: str) -> str:
    """ARN of a function, by its name without the stage's prefix."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{resource_name(name)}"


def rule_arn(name: str) -> str:
    """ARN of the schedule of a function, by the function's name without the stage's prefix."""
    return f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{resource_name(name)}"


def queue_url_prefix(endpoint_url: str) -> str:
    """What the queue's name is appended to, to give its URL."""
    return f"{endpoint_url}/{ACCOUNT}/{resource_name('')}"


def queue_url(endpoint_url: str, name: str) -> str:
    """URL of a queue at the emulator."""
    return f"{queue_url_prefix(endpoint_url)}{name}"
