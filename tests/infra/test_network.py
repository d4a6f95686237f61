"""The private network, the database in it, and the front door."""

from __future__ import annotations

import pytest

from infra.catalogue import FUNCTIONS
from tests.infra.stack import Stack, referred

pytestmark = pytest.mark.xdist_group("synth")


def test_nothing_leads_to_the_internet(stack: Stack) -> None:
    for kind in ("AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::Route"):
        assert stack.of_type(kind) == {}
    assert all(not subnet["MapPublicIpOnLaunch"] for subnet in stack.of_type("AWS::EC2::Subnet").values())


def test_every_function_runs_in_the_isolated_subnets(stack: Stack) -> None:
    subnets = set(stack.of_type("AWS::EC2::Subnet"))
    groups = {
        referred(group) for spec in FUNCTIONS for group in stack.functions[spec.name]["VpcConfig"]["SecurityGroupIds"]
    }
    assert len(groups) == 1
    for spec in FUNCTIONS:
        assert {referred(subnet) for subnet in stack.functions[spec.name]["VpcConfig"]["SubnetIds"]} == subnets


def test_the_services_that_the_code_calls_have_an_endpoint(stack: Stack) -> None:
    endpoints = [str(endpoint["ServiceName"]) for endpoint in stack.of_type("AWS::EC2::VPCEndpoint").values()]
    services = {name.rstrip("'\"]}").rpartition(".")[2] for name in endpoints}
    assert services == {"s3", "sqs", "email"}


def test_only_functions_reach_the_database_and_the_endpoints(stack: Stack) -> None:
    (functions,) = {
        referred(group) for spec in FUNCTIONS for group in stack.functions[spec.name]["VpcConfig"]["SecurityGroupIds"]
    }
    rules = stack.of_type("AWS::EC2::SecurityGroupIngress").values()
    assert {referred(rule["SourceSecurityGroupId"]) for rule in rules} == {functions}
    for group in stack.of_type("AWS::EC2::SecurityGroup").values():
        assert "SecurityGroupIngress" not in group


def test_the_database_is_private_encrypted_and_logged_in_to_by_token(stack: Stack) -> None:
    (instance,) = stack.of_type("AWS::RDS::DBInstance").values()
    assert instance["PubliclyAccessible"] is False
    assert instance["StorageEncrypted"] is True
    assert instance["EnableIAMDatabaseAuthentication"] is True
    assert "MasterUserPassword" not in instance


def test_the_database_takes_tls_only_signed_by_a_root_that_is_shipped(stack: Stack) -> None:
    (instance,) = stack.of_type("AWS::RDS::DBInstance").values()
    (parameters,) = stack.of_type("AWS::RDS::DBParameterGroup").values()
    assert parameters["Parameters"]["rds.force_ssl"] == "1"
    assert instance["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"


def test_the_database_version_is_pinned_to_the_minor(stack: Stack) -> None:
    (instance,) = stack.of_type("AWS::RDS::DBInstance").values()
    assert instance["EngineVersion"].count(".") == 1
    assert instance["AutoMinorVersionUpgrade"] is False


def test_the_front_door_admits_signed_callers_only(stack: Stack) -> None:
    routes = list(stack.of_type("AWS::ApiGatewayV2::Route").values())
    assert [route["RouteKey"] for route in routes] == ["ANY /{proxy+}"]
    assert [route["AuthorizationType"] for route in routes] == ["AWS_IAM"]
