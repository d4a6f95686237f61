"""What every stage of an API has: a limit on the rate of requests, and a line of log for each of them."""

from __future__ import annotations

import json

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_logs as logs

from infra.constructs.underlying import underlying

REQUESTS_PER_SECOND = 100
"""Of all tenants together. The spike that the system is made for is a thousand uploads an hour, each a dozen
requests; tenants have limits of their own beside it (``docpipe.domain.limits``)."""

_BURST = 200

_LINE = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "response_bytes": "$context.responseLength",
    "authorizer_error": "$context.authorizer.error",
    "integration_error": "$context.integrationErrorMessage",
}
"""No header, address, path or claim: nothing that tells a token or a person."""


def protect_stage(stage: apigateway.IStage | None, log: logs.ILogGroup) -> None:
    """Limit a stage and have it log to a group."""
    resource = underlying(stage, apigateway.CfnStage)
    resource.default_route_settings = apigateway.CfnStage.RouteSettingsProperty(
        throttling_rate_limit=REQUESTS_PER_SECOND, throttling_burst_limit=_BURST
    )
    resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
        destination_arn=log.log_group_arn, format=json.dumps(_LINE)
    )
