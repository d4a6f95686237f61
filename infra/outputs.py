"""What a deployment tells its operator at the end."""

from __future__ import annotations

from aws_cdk import CfnOutput
from constructs import Construct


def output(scope: Construct, name: str, value: str, description: str) -> None:
    """Tell a value under this very name, without the path of ``scope``: the manual goes by it."""
    CfnOutput(scope, f"Output{name}", value=value, description=description).override_logical_id(name)
