"""The HTTP API in front of the api function."""

from __future__ import annotations

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

PATH = "/{proxy+}"


class HttpApi(Construct):
    """One route: the function's own router knows the rest."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        handler: lambda_.IFunction,
        web_origins: Sequence[str],
    ) -> None:
        """Make the API.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            handler: the function that answers.
            web_origins: origins of the pages that may call.
        """
        super().__init__(scope, construct_id)
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=f"{prefix}api",
            # Closed to all but signed AWS callers until the web users' token authorizer stands here.
            default_authorizer=authorizers.HttpIamAuthorizer(),
            cors_preflight=apigateway.CorsPreflightOptions(
                allow_origins=list(web_origins),
                allow_methods=[
                    apigateway.CorsHttpMethod.GET,
                    apigateway.CorsHttpMethod.POST,
                    apigateway.CorsHttpMethod.DELETE,
                ],
                allow_headers=["authorization", "content-type", "idempotency-key"],
                expose_headers=["retry-after"],
                max_age=Duration.hours(1),
            ),
        )
        self.api.add_routes(
            path=PATH,
            methods=[apigateway.HttpMethod.ANY],
            integration=integrations.HttpLambdaIntegration("Handler", handler),
        )
