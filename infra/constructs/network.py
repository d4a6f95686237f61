"""The private network: no way in or out but the endpoints named here."""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

_INTERFACE_ENDPOINTS = {
    "Sqs": ec2.InterfaceVpcEndpointAwsService.SQS,
}


class Network(Construct):
    """Isolated subnets in two zones (a database subnet group needs two), with no NAT gateway.

    S3 and DynamoDB are reached by gateway endpoints, free of charge; SQS by an interface endpoint, which costs
    by the hour and zone. Nothing else is needed: database tokens are signed locally, Lambda ships logs outside
    the VPC, and what is sent to people and programs is sent by a function outside.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, prefix: str, endpoint_zones: int, flow_logs: logs.ILogGroup | None
    ) -> None:
        """Make the network.

        Args:
            prefix: what every resource name begins with: ``docpipe-<stage>-``.
            endpoint_zones: zones with interface endpoints, 1 or 2; from a zone without, they are reached across.
            flow_logs: where who spoke to whom is written, or None.
        """
        super().__init__(scope, construct_id)
        self.vpc = ec2.Vpc(
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
        self.functions = ec2.SecurityGroup(
            self, "Functions", vpc=self.vpc, description="Lambda functions", allow_all_outbound=True
        )
        self.vpc.add_gateway_endpoint("S3", service=ec2.GatewayVpcEndpointAwsService.S3)
        self.vpc.add_gateway_endpoint("DynamoDb", service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
        self._add_interface_endpoints(endpoint_zones)
        if flow_logs is not None:
            self.vpc.add_flow_log("FlowLog", destination=ec2.FlowLogDestination.to_cloud_watch_logs(flow_logs))

    def _add_interface_endpoints(self, zones: int) -> None:
        group = ec2.SecurityGroup(
            self, "Endpoints", vpc=self.vpc, description="Interface endpoints", allow_all_outbound=False
        )
        group.add_ingress_rule(self.functions, ec2.Port.tcp(443), "Functions call AWS services")
        for name, service in _INTERFACE_ENDPOINTS.items():
            self.vpc.add_interface_endpoint(
                name,
                service=service,
                subnets=ec2.SubnetSelection(subnets=self.vpc.isolated_subnets[:zones]),
                security_groups=[group],
                open=False,
            )
