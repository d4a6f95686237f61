"""Log groups: encrypted, and forgetting."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from constructs import Construct

_RETENTIONS = {
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def log_group(
    scope: Construct, construct_id: str, *, name: str, key: kms.IKey, days: int, retain: bool
) -> logs.LogGroup:
    """A log group of this stage.

    Args:
        name: under ``/aws/lambda/``, ``/aws/rds/instance/``, ``/docpipe/`` or ``aws-waf-logs-``, for which
            the key admits CloudWatch Logs.
        key: what lines are encrypted with.
        days: how long lines are kept; one of those that a profile has.
        retain: whether the group outlives the stack.
    """
    return logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=_RETENTIONS[days],
        encryption_key=key,
        removal_policy=RemovalPolicy.RETAIN if retain else RemovalPolicy.DESTROY,
    )
