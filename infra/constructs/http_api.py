"""The HTTP API in front of the api function, which takes bearer tokens only."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.api_stage import protect_stage

PATH = "/{proxy+}"

_METHODS = ("GET", "POST", "PATCH", "DELETE")
"""All that the API is asked by. Not ``ANY``: that would have browsers' preflight requests, which carry no token,
checked for one; with methods named, API Gateway answers ``OPTIONS`` itself."""

AUTHORIZER_RESULTS_S = 60
"""How long API Gateway takes a token's check for good. The check does not depend on the route; a token that
expires meanwhile is taken for as long."""


class HttpApi(Construct):
    """One route a method: the function's own router knows the rest."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        handler: lambda_.IFunction,
        authorizer: lambda_.IFunction,
        web_origins: Sequence[str],
        log: logs.ILogGroup,
    ) -> None:
        """Make the API.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            handler: the function that answers.
            authorizer: the function that checks tokens.
            web_origins: origins of pages elsewhere that may call; a page of the stage's own has the same origin.
            log: where a line a request is written.
        """
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=f"{prefix}api",
            default_authorizer=authorizers.HttpLambdaAuthorizer(
                "Tokens",
                authorizer,
                authorizer_name=f"{prefix}tokens",
                identity_source=["$request.header.Authorization"],
                response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
                results_cache_ttl=Duration.seconds(AUTHORIZER_RESULTS_S),
            ),
            cors_preflight=_cors(web_origins) if web_origins else None,
        )
        self.api.add_routes(
            path=PATH,
            methods=[apigateway.HttpMethod(method) for method in _METHODS],
            integration=integrations.HttpLambdaIntegration("Handler", handler),
        )
        protect_stage(self.api.default_stage, log)


def _cors(web_origins: Sequence[str]) -> apigateway.CorsPreflightOptions:
    return apigateway.CorsPreflightOptions(
        allow_origins=list(web_origins),
        allow_methods=[apigateway.CorsHttpMethod(method) for method in _METHODS],
        allow_headers=["authorization", "content-type", "idempotency-key"],
        expose_headers=["retry-after"],
        max_age=Duration.hours(1),
    )
