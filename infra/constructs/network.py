"""The private network: no way in or out but the endpoints named here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """ARNs of what the endpoints lead to: the stage's own, and nothing that somebody else has."""

    buckets: Sequence[str]
    tables: Sequence[str]
    queues: Sequence[str]


class Network(Construct):
    """Isolated subnets in two zones (a database subnet group needs two), with no NAT gateway.

    S3 and DynamoDB are reached by gateway endpoints, free of charge; SQS by an interface endpoint, which costs
    by the hour and zone. Nothing else is needed: database tokens are signed locally, Lambda ships logs outside
    the VPC, and what is sent to people and programs is sent by a function outside.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        reachable: Reachable,
        endpoint_zones: int,
        flow_logs: logs.ILogGroup | None,
    ) -> None:
        """Make the network.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            reachable: what the endpoints lead to.
            endpoint_zones: zones with interface endpoints, 1 or 2; from a zone without, they are reached across.
            flow_logs: where who spoke to whom is written, or None.
        """
        super().__init__(scope, construct_id)
        self.vpc = self._vpc(prefix)
        self.functions = ec2.SecurityGroup(
            self, "Functions", vpc=self.vpc, description="Lambda functions", allow_all_outbound=False
        )
        self._open_ways(reachable, endpoint_zones)
        if flow_logs is not None:
            self.vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(flow_logs))

    def _vpc(self, prefix: str) -> ec2.Vpc:
        return ec2.Vpc(
            self,
            "Vpc",
            vpc_name=f"{prefix}vpc",
            max_azs=2,
            nat_gateways=0,
            # Nothing uses the default group; emptying it would take a function with rights over all groups.
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=20)
            ],
        )

    def _open_ways(self, reachable: Reachable, zones: int) -> None:
        """The only ways out that functions have, beside that to the database."""
        # Gateway endpoints are reached at addresses of the internet, which differ from region to region.
        self.functions.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS services, by endpoints")
        s3 = self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        dynamodb = self.vpc.add_gateway_endpoint("DynamoDb", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        sqs = self._interface_endpoint("Sqs", ec2.InterfaceVpcEndpointAwsService.SQS, zones)
        _lead(s3, "s3:*", [arn for bucket in reachable.buckets for arn in (bucket, f"{bucket}/*")])
        _lead(dynamodb, "dynamodb:*", reachable.tables)
        _lead(sqs, "sqs:*", reachable.queues)

    def _interface_endpoint(
        self, name: str, service: ec2.IInterfaceVpcEndpointService, zones: int
    ) -> ec2.InterfaceVpcEndpoint:
        group = ec2.SecurityGroup(
            self, "Endpoints", vpc=self.vpc, description="Interface endpoints", allow_all_outbound=False
        )
        group.add_ingress_rule(self.functions, ec2.Port.tcp(443), "Functions call AWS services")
        return self.vpc.add_interface_endpoint(
            name,
            service=service,
            subnets=ec2.SubnetSelection(subnets=self.vpc.isolated_subnets[:zones]),
            security_groups=[group],
            open=False,
        )


def _lead(endpoint: ec2.GatewayVpcEndpoint | ec2.InterfaceVpcEndpoint, actions: str, arns: Sequence[str]) -> None:
    """Have an endpoint lead to these only, for identities of this account: it grants nothing, and is no way out."""
    endpoint.add_to_policy(
        iam.PolicyStatement(
            principals=[iam.AnyPrincipal()],
            actions=[actions],
            resources=list(arns),
            conditions={"StringEquals": {"aws:PrincipalAccount": Stack.of(endpoint).account}},
        )
    )
