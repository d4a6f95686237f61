"""The WebSocket API: pages follow the documents of their tenant over it."""

from __future__ import annotations

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway_account
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.api_stage import protect_stage

STAGE = "ws"
"""Also the path: a distribution that leads ``/ws`` here needs to change nothing."""

_ANSWERED = ("sync", "ping", "$default")
"""What a page may say, by its ``action``; to anything else it is answered that it is not understood."""


class WebSocketApi(Construct):
    """Connections are authorized once, as they open; each message is answered by one function."""

    def __init__(self, scope: Construct, construct_id: str, *, prefix: str, log: logs.ILogGroup) -> None:
        """Make the API and its stage; its functions come later (``serve``), as one of them is told its address.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            log: where a line an event is written.
        """
        super().__init__(scope, construct_id)
        self._prefix = prefix
        self.api = apigateway.WebSocketApi(self, "Api", api_name=f"{prefix}live")
        self.stage = apigateway.WebSocketStage(
            self, "Stage", web_socket_api=self.api, stage_name=STAGE, auto_deploy=True
        )
        protect_stage(self.stage, log)
        self.stage.node.add_dependency(self._log_writer())

    def _log_writer(self) -> apigateway_account.CfnAccount:
        """The account's setting without which a WebSocket API logs nothing, and is not even made.

        It is one a region, shared with whatever else has APIs there: it stays when the stack goes.
        """
        role = iam.Role(
            self,
            "LogWriter",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        account = apigateway_account.CfnAccount(self, "Account", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        return account

    @property
    def management_url(self) -> str:
        """Where messages to connections are posted."""
        return self.stage.callback_url

    def serve(self, *, handler: lambda_.IFunction, authorizer: lambda_.IFunction) -> None:
        """Add the routes.

        Args:
            handler: the function that is told of connections and answers messages.
            authorizer: the function that checks tokens.
        """
        tokens = authorizers.WebSocketLambdaAuthorizer(
            "Tokens",
            authorizer,
            authorizer_name=f"{self._prefix}live-tokens",
            # A browser can set no other header, and an address would be written to logs.
            identity_source=["route.request.header.Sec-WebSocket-Protocol"],
        )
        to_handler = integrations.WebSocketLambdaIntegration("Handler", handler)
        self.api.add_route("$connect", integration=to_handler, authorizer=tokens)
        self.api.add_route("$disconnect", integration=to_handler)
        for route in _ANSWERED:
            self.api.add_route(route, integration=to_handler, return_response=True)

    def grant_posting(self, grantee: lambda_.Function) -> None:
        """Let a function send messages to connections."""
        connections = Stack.of(self).format_arn(
            service="execute-api",
            resource=self.api.api_id,
            resource_name=f"{STAGE}/POST/@connections/*",
            arn_format=ArnFormat.SLASH_RESOURCE_NAME,
        )
        grantee.add_to_role_policy(
            iam.PolicyStatement(actions=["execute-api:ManageConnections"], resources=[connections])
        )
