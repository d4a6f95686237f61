"""The private network, the database in it, and the front door."""

from __future__ import annotations

from typing import Any

import pytest

from infra.catalogue import FUNCTIONS
from infra.specs import FunctionSpec
from tests.infra.stack import Stack, referred, text

pytestmark = pytest.mark.xdist_group("synth")

INSIDE = [spec for spec in FUNCTIONS if spec.uses_database]


def groups(stack: Stack, spec: FunctionSpec) -> list[Any]:
    found: list[Any] = stack.functions[spec.name]["VpcConfig"]["SecurityGroupIds"]
    return found


def test_nothing_leads_to_the_internet(stack: Stack) -> None:
    for kind in ("AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::Route"):
        assert stack.of_type(kind) == {}
    assert all(not subnet["MapPublicIpOnLaunch"] for subnet in stack.of_type("AWS::EC2::Subnet").values())


def test_every_function_that_uses_the_database_runs_in_the_isolated_subnets(stack: Stack) -> None:
    subnets = set(stack.of_type("AWS::EC2::Subnet"))
    assert len({referred(group) for spec in INSIDE for group in groups(stack, spec)}) == 1
    for spec in INSIDE:
        assert {referred(subnet) for subnet in stack.functions[spec.name]["VpcConfig"]["SubnetIds"]} == subnets


def test_the_others_run_outside(stack: Stack) -> None:
    outside = [spec.name for spec in FUNCTIONS if spec not in INSIDE]
    assert outside
    assert not [name for name in outside if "VpcConfig" in stack.functions[name]]


def test_without_a_database_of_its_own_a_stage_has_no_network(hybrid: Stack) -> None:
    assert not [kind for kind in hybrid.kinds if kind.startswith(("AWS::EC2::", "AWS::RDS::"))]
    assert not [name for name, function in hybrid.functions.items() if "VpcConfig" in function]


def test_the_services_that_the_code_calls_have_an_endpoint(stack: Stack) -> None:
    endpoints = [str(endpoint["ServiceName"]) for endpoint in stack.of_type("AWS::EC2::VPCEndpoint").values()]
    services = {name.rstrip("'\"]}").rpartition(".")[2] for name in endpoints}
    assert services == {"s3", "dynamodb", "sqs"}


def test_only_functions_reach_the_database_and_the_endpoints(stack: Stack) -> None:
    (functions,) = {referred(group) for spec in INSIDE for group in groups(stack, spec)}
    rules = stack.of_type("AWS::EC2::SecurityGroupIngress").values()
    assert {referred(rule["SourceSecurityGroupId"]) for rule in rules} == {functions}
    for group in stack.of_type("AWS::EC2::SecurityGroup").values():
        assert "SecurityGroupIngress" not in group


def test_functions_speak_to_the_database_and_to_aws_and_to_nobody_else(stack: Stack) -> None:
    (functions,) = {referred(group) for spec in INSIDE for group in groups(stack, spec)}
    anywhere = stack.of_type("AWS::EC2::SecurityGroup")[functions]["SecurityGroupEgress"]
    assert [(rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) for rule in anywhere] == [("tcp", 443, 443)]
    (rule,) = stack.of_type("AWS::EC2::SecurityGroupEgress").values()
    (instance,) = stack.of_type("AWS::RDS::DBInstance").values()
    assert referred(rule["GroupId"]) == functions
    assert referred(rule["DestinationSecurityGroupId"]) in {referred(group) for group in instance["VPCSecurityGroups"]}
    assert (rule["FromPort"], rule["ToPort"]) == (5432, 5432)


def test_the_endpoints_lead_to_what_is_the_stages_own_and_so_are_no_way_out(stack: Stack) -> None:
    own = {
        "s3": {key for key in stack.of_type("AWS::S3::Bucket") if "Uploads" in key or "Results" in key},
        "dynamodb": set(stack.of_type("AWS::DynamoDB::Table")),
        "sqs": set(stack.of_type("AWS::SQS::Queue")),
    }
    for endpoint in stack.of_type("AWS::EC2::VPCEndpoint").values():
        (statement,) = endpoint["PolicyDocument"]["Statement"]
        service = statement["Action"].removesuffix(":*")
        assert {text(resource).strip("<>/*") for resource in statement["Resource"]} == own.pop(service)
        assert text(statement["Condition"]["StringEquals"]["aws:PrincipalAccount"]) == "<AWS::AccountId>"
    assert own == {}


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


def test_production_survives_a_zone_and_can_go_back_in_time(production: Stack) -> None:
    (instance,) = production.of_type("AWS::RDS::DBInstance").values()
    assert instance["MultiAZ"] is True
    assert instance["BackupRetentionPeriod"] == 35
    assert instance["DeletionProtection"] is True
    assert instance["EnablePerformanceInsights"] is True
    endpoints = production.of_type("AWS::EC2::VPCEndpoint").values()
    interfaces = [endpoint for endpoint in endpoints if endpoint["VpcEndpointType"] == "Interface"]
    assert {len(endpoint["SubnetIds"]) for endpoint in interfaces} == {2}
    assert production.of_type("AWS::EC2::FlowLog")


def test_the_cheapest_profile_pays_for_one_zone(stack: Stack) -> None:
    (instance,) = stack.of_type("AWS::RDS::DBInstance").values()
    assert (instance["DBInstanceClass"], instance["MultiAZ"]) == ("db.t4g.micro", False)
    assert not stack.of_type("AWS::EC2::FlowLog")


def test_the_database_does_not_log_the_values_of_statements(stack: Stack) -> None:
    (group,) = stack.of_type("AWS::RDS::DBParameterGroup").values()
    assert group["Parameters"]["log_statement"] == "none"
    assert group["Parameters"]["log_min_error_statement"] == "panic"
    assert group["Parameters"]["log_parameter_max_length_on_error"] == "0"


def test_migrations_run_before_anything_can_set_a_function_off(any_stack: Stack) -> None:
    (schema,) = any_stack.of_type("Custom::DocpipeSchema")
    for kind in ("AWS::RDS::DBInstance", "AWS::EC2::SecurityGroupEgress", "AWS::EC2::VPCEndpoint"):
        assert set(any_stack.of_type(kind)) <= any_stack.dependencies(schema)
    for kind in ("AWS::Lambda::EventSourceMapping", "AWS::Events::Rule"):
        for logical_id in any_stack.of_type(kind):
            assert schema in any_stack.dependencies(logical_id)
