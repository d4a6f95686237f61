"""A function of the catalogue with its own role, its own log group and its place in the network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import ArnFormat, Duration, Size, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.constructs.log_group import log_group
from infra.constructs.network import Network
from infra.specs import FunctionSpec

ARCHITECTURE = lambda_.Architecture.ARM_64
"""A fifth cheaper than x86-64 for the same memory and time (AWS Lambda pricing)."""

_NETWORK_INTERFACE_ACTIONS = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
]

_TAKING_MESSAGES = [
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
]
"""What Lambda's pollers do with a function's role; the first is the code's own, for messages that come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all functions of a stage share.

    Attributes:
        prefix: what every resource name begins with: ``docpipe-<stage>-``.
        key: what logs and variables are encrypted with.
        reserve: whether functions that ask for it get a share of the account's concurrency of their own.
        network: where those that use the database run; None where it is not in a network of ours.
        queues: every queue that can set a function off, by name.
        log_days: how long logs are kept, days.
        retain_logs: whether the logs outlive the stack.
    """

    prefix: str
    key: kms.IKey
    reserve: bool
    network: Network | None
    queues: Mapping[str, sqs.IQueue]
    log_days: int
    retain_logs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a function runs: an image, or a zip with its layers."""

    code: lambda_.Code
    runtime: lambda_.Runtime
    handler: str
    layers: Sequence[lambda_.ILayerVersion] = ()


class LambdaFunction(Construct):
    """One function, its event sources and its schedule. What it may reach is granted by the stack."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        spec: FunctionSpec,
        code: Code,
        environment: Mapping[str, str],
        surroundings: Surroundings,
    ) -> None:
        """Make the function and connect what sets it off."""
        super().__init__(scope, construct_id)
        name = f"{surroundings.prefix}{spec.name}"
        log = log_group(
            self,
            "Logs",
            name=f"/aws/lambda/{name}",
            key=surroundings.key,
            days=surroundings.log_days,
            retain=surroundings.retain_logs,
        )
        network = surroundings.network if spec.uses_database else None
        role = self._role(name, in_network=network is not None)
        log.grant_write(role)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            description=spec.does,
            code=code.code,
            runtime=code.runtime,
            handler=code.handler,
            layers=list(code.layers) or None,
            architecture=ARCHITECTURE,
            memory_size=spec.memory_mb,
            timeout=Duration.seconds(spec.timeout_s),
            ephemeral_storage_size=Size.mebibytes(spec.temporary_storage_mb),
            environment=dict(environment),
            environment_encryption=surroundings.key,
            reserved_concurrent_executions=spec.reserved_concurrency if surroundings.reserve else None,
            role=role,
            log_group=log,
            vpc=network.vpc if network else None,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED) if network else None,
            security_groups=[network.functions] if network else None,
        )
        self._connect(spec, surroundings)

    def _role(self, function_name: str, *, in_network: bool) -> iam.Role:
        """A role that may hold network interfaces where it needs any, and nothing else yet.

        EC2 cannot scope these actions to what does not exist yet, hence the ``*`` resource. They are
        for the Lambda service; the second statement denies them to the code inside the function.
        """
        return iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={"network": self._network_interfaces(function_name)} if in_network else None,
        )

    def _network_interfaces(self, function_name: str) -> iam.PolicyDocument:
        function_arn = Stack.of(self).format_arn(
            service="lambda", resource="function", resource_name=function_name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        return iam.PolicyDocument(
            statements=[
                iam.PolicyStatement(actions=_NETWORK_INTERFACE_ACTIONS, resources=["*"]),
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    actions=_NETWORK_INTERFACE_ACTIONS,
                    resources=["*"],
                    conditions={"ArnEquals": {"lambda:SourceFunctionArn": function_arn}},
                ),
            ]
        )

    def _connect(self, spec: FunctionSpec, surroundings: Surroundings) -> None:
        for source in spec.event_sources:
            queue = surroundings.queues[source.queue]
            # By hand: CDK's own event source would also let the role decrypt all that is under the queue's key.
            self.function.add_to_role_policy(iam.PolicyStatement(actions=_TAKING_MESSAGES, resources=[queue.queue_arn]))
            self.function.add_event_source_mapping(
                f"From{source.queue}",
                event_source_arn=queue.queue_arn,
                batch_size=source.batch_size,
                max_concurrency=source.maximum_concurrency,
                report_batch_item_failures=True,
            )
        if spec.schedule_s is not None:
            events.Rule(
                self,
                "Schedule",
                rule_name=f"{surroundings.prefix}{spec.name}",
                description=spec.does,
                schedule=events.Schedule.rate(Duration.seconds(spec.schedule_s)),
                targets=[targets.LambdaFunction(self.function, retry_attempts=0)],
            )
            # A run that failed, or for which there was no room, is made up for by the next one. Lambda would repeat it
            # twice, and keep it for six hours: after a night without a database hundreds would run at once.
            self.function.configure_async_invoke(retry_attempts=0, max_event_age=Duration.seconds(spec.schedule_s))
