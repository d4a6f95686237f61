"""Every policy of the template as one table: who may do what, on what, and that nobody may do more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from docpipe.domain import lanes
from infra.catalogue import FUNCTIONS, functions_of
from infra.tables import TABLES, TableSpec
from tests.infra.stack import Properties, Stack, referred, statements_of, text

pytestmark = pytest.mark.xdist_group("synth")

OCR = {"ocr-small", "ocr-medium", "ocr-large"}
READERS = OCR | {"intake", "assemble"}
ERASERS = {"api", "sweep"}
OUTBOX = READERS | {"api", "dead_letter", "notify", "sweep"}
INSIDE = {spec.name for spec in FUNCTIONS if spec.uses_database}

MATRIX: dict[tuple[str, str], set[str]] = {
    ("s3:PutObject", "/uploads/*"): {"api"},
    ("s3:GetObject", "/uploads/*"): READERS,
    ("s3:GetObjectVersion", "/uploads/*"): READERS,
    ("s3:DeleteObject", "/uploads/*"): ERASERS,
    ("s3:DeleteObjectVersion", "/uploads/*"): ERASERS,
    ("s3:PutObject", "/documents/*"): OCR | {"assemble"},
    ("s3:GetObject", "/documents/*"): {"api", "assemble"},
    ("s3:AbortMultipartUpload", "/documents/*"): {"assemble"},
    ("s3:DeleteObject", "/documents/*"): ERASERS,
    ("s3:DeleteObjectVersion", "/documents/*"): ERASERS,
    ("s3:ListBucket", "Uploads"): READERS,
    ("s3:ListBucketVersions", "Uploads"): ERASERS,
    ("s3:ListBucketVersions", "Results"): ERASERS,
    ("execute-api:ManageConnections", "/ws/POST/@connections/*"): {"deliver"},
    ("lambda:InvokeFunction", "function:"): {"start_migration"},
    ("ses:SendEmail", "identity/"): {"deliver"},
    ("ses:SendEmail", "configuration-set/"): {"deliver"},
}
"""Who may do an action on resources whose text holds the second word. What is not here nobody may (below)."""

WITH_DISTRIBUTION = MATRIX | {
    # Links lead to what the distribution may read.
    ("s3:GetObject", "/documents/*"): {"assemble"},
    ("secretsmanager:GetSecretValue", "<FrontLinkKeys"): {"link_keys"},
    ("secretsmanager:PutSecretValue", "<FrontLinkKeys"): {"link_keys"},
}
"""The same where the stage serves its own page."""

KEY_THROUGH: dict[str, set[str]] = {
    "s3": READERS | {"api"},
    "sqs": OUTBOX | {"deliver"},
    "dynamodb": {"deliver", "live"},
}
"""Who may use the key, through which service."""


def policies(stack: Stack) -> Iterator[tuple[str, Properties]]:
    """Every policy document that is attached to a role, also of roles that no function has."""
    for logical_id, role in stack.of_type("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            yield logical_id, policy["PolicyDocument"]
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for policy in stack.of_type(kind).values():
            for role in policy.get("Roles", []) + policy.get("Users", []):
                yield referred(role), policy["PolicyDocument"]


def role_ids(stack: Stack) -> dict[str, str]:
    """Functions by the logical id of their role."""
    return {referred(function["Role"]): name for name, function in stack.functions.items()}


def matrix(stack: Stack) -> dict[tuple[str, str], set[str]]:
    return WITH_DISTRIBUTION if stack.of_type("AWS::CloudFront::Distribution") else MATRIX


@pytest.mark.parametrize(("action", "resource"), WITH_DISTRIBUTION)
def test_an_action_is_allowed_to_those_who_need_it_and_to_no_other(
    any_stack: Stack, action: str, resource: str
) -> None:
    assert any_stack.who_may(action, resource) == matrix(any_stack).get((action, resource), set())


def test_each_action_on_what_the_table_covers_is_in_it(any_stack: Stack) -> None:
    done = {
        action
        for name in any_stack.functions
        for statement in any_stack.statements(name)
        for action in statement.actions
        if action.startswith(("execute-api:", "lambda:", "s3:", "secretsmanager:Put", "ses:"))
    }
    assert done == {action for action, _ in matrix(any_stack)} - {"secretsmanager:GetSecretValue"}


@pytest.mark.parametrize("queue", lanes.WORK_QUEUES)
def test_queues_are_written_by_the_outbox_and_read_by_the_function_behind_them(any_stack: Stack, queue: str) -> None:
    work, dead = (f"<{any_stack.queue_ids[name]}>" for name in (queue, lanes.dead_letter_queue(queue)))
    (behind,) = {spec.name for spec in FUNCTIONS for source in spec.event_sources if source.queue == queue}
    # What came of a call of a webhook is told on the queue of events.
    reporting = {"deliver"} if queue == lanes.EVENTS else set()
    assert any_stack.who_may("sqs:SendMessage", work) == OUTBOX | reporting
    assert any_stack.who_may("sqs:SendMessage", dead) == OUTBOX | {behind}
    assert any_stack.who_may("sqs:ReceiveMessage", work) == {behind}
    assert any_stack.who_may("sqs:DeleteMessage", work) == {behind}
    assert any_stack.who_may("sqs:ReceiveMessage", dead) == {"api", "dead_letter"}
    assert any_stack.who_may("sqs:DeleteMessage", dead) == {"api"}


def key_uses(stack: Stack, function: str) -> dict[str, set[str]]:
    """What a function may do with the key, by the service that it must go through or by the context of a variable."""
    found: dict[str, set[str]] = {}
    for statement in stack.statements(function):
        if not statement.actions[0].startswith("kms:"):
            continue
        assert statement.resources == (f"<{stack.key}>",)
        ((test, condition),) = statement.condition.items()
        ((name, value),) = condition.items()
        assert test == "StringEquals"
        if name == "kms:ViaService":
            service, where = value["Fn::Join"][1][0].rstrip("."), text(value)
            assert where == f"{service}.<AWS::Region>.amazonaws.com"
        else:
            assert name == "kms:EncryptionContext:aws:lambda:FunctionArn"
            assert text(value).endswith(f":function:{stack.prefix}{function}")
            service = "variables"
        found[service] = set(statement.actions)
    return found


@pytest.mark.parametrize("function", [spec.name for spec in functions_of(own_page=True)])
def test_the_key_is_used_through_the_services_that_a_function_needs(any_stack: Stack, function: str) -> None:
    """None can decrypt what it holds in its hands, or what another service keeps; variables each reads its own."""
    if function not in any_stack.functions:
        assert not any_stack.of_type("AWS::CloudFront::Distribution")
        return
    uses = key_uses(any_stack, function)
    through = {service for service, functions in KEY_THROUGH.items() if function in functions}
    if function == "start_migration" and any_stack.of_type("AWS::RDS::DBInstance"):
        through |= {"secretsmanager"}
    if function == "link_keys":
        through |= {"secretsmanager"}
    assert uses.keys() == through | {"variables"}
    assert uses["variables"] == {"kms:Decrypt"}
    # The keys of links are written, too.
    of_secrets = {"kms:Decrypt", "kms:GenerateDataKey"} if function == "link_keys" else {"kms:Decrypt"}
    assert uses.get("secretsmanager", of_secrets) == of_secrets
    for service in through & {"s3", "sqs"}:
        assert uses[service] == {"kms:Decrypt", "kms:GenerateDataKey"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_are_used_by_those_that_the_catalogue_names_item_by_item(any_stack: Stack, table: TableSpec) -> None:
    (logical_id,) = [
        key
        for key, each in any_stack.of_type("AWS::DynamoDB::Table").items()
        if each["TableName"] == f"{any_stack.prefix}{table.name}"
    ]
    for action in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchWriteItem"):
        users = {spec.name for spec in FUNCTIONS if action in table.actions.get(spec.folder, ())}
        assert any_stack.who_may(f"dynamodb:{action}", f"<{logical_id}>") == users


def test_the_database_is_reached_by_those_who_use_it(any_stack: Stack) -> None:
    """By network (one security group) and by token; in the hybrid profile by the secret with its address."""
    if any_stack.of_type("AWS::RDS::DBInstance"):
        assert any_stack.who_may("rds-db:connect", ":dbuser:") == INSIDE
        (ingress,) = [
            rule for rule in any_stack.of_type("AWS::EC2::SecurityGroupIngress").values() if rule["FromPort"] == 5432
        ]
        allowed = referred(ingress["SourceSecurityGroupId"])
        holders = {
            name
            for name, function in any_stack.functions.items()
            if allowed in {referred(group) for group in function.get("VpcConfig", {}).get("SecurityGroupIds", [])}
        }
        assert holders == INSIDE
    else:
        assert any_stack.who_may("secretsmanager:GetSecretValue", "docpipe/database-url") == INSIDE


def test_no_policy_of_the_template_has_a_wildcard_for_an_action(any_stack: Stack) -> None:
    for holder, document in policies(any_stack):
        for statement in statements_of(document):
            assert not [action for action in statement.actions if "*" in action], holder


def test_no_policy_allows_anything_on_everything_but_network_interfaces(any_stack: Stack) -> None:
    for holder, document in policies(any_stack):
        for statement in statements_of(document):
            if "*" in statement.resources:
                assert holder in role_ids(any_stack)
                assert all(action.startswith("ec2:") for action in statement.actions)


def test_roles_are_assumed_by_services_only_one_each(any_stack: Stack) -> None:
    for role in any_stack.of_type("AWS::IAM::Role").values():
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert list(statement["Principal"]) == ["Service"]
        assert isinstance(statement["Principal"]["Service"], (str, dict))


def test_functions_are_invoked_by_named_sources_of_this_account(any_stack: Stack) -> None:
    for permission in any_stack.of_type("AWS::Lambda::Permission").values():
        assert permission["Action"] == "lambda:InvokeFunction"
        source = text(permission["SourceArn"])
        assert source != "*"
        assert source.startswith(("<", "arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<"))


def resource_policies(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"):
        for logical_id, policy in stack.of_type(kind).items():
            for statement in policy["PolicyDocument"]["Statement"]:
                yield logical_id, statement


def test_whoever_is_let_in_by_a_resource_is_a_service_acting_for_this_account(any_stack: Stack) -> None:
    for holder, statement in resource_policies(any_stack):
        if statement["Effect"] == "Allow":
            assert list(statement["Principal"]) == ["Service"], holder
            conditions = {key for test in statement["Condition"].values() for key in test}
            assert conditions & {"aws:SourceAccount", "aws:SourceArn", "AWS:SourceArn", "AWS:SourceAccount"}, holder


def test_every_bucket_and_queue_refuses_plain_http(any_stack: Stack) -> None:
    closed = {
        referred(target)
        for kind, key in (("AWS::S3::BucketPolicy", "Bucket"), ("AWS::SQS::QueuePolicy", "Queues"))
        for policy in any_stack.of_type(kind).values()
        for target in (policy[key] if isinstance(policy[key], list) else [policy[key]])
        if any(
            statement["Effect"] == "Deny"
            and statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
            for statement in policy["PolicyDocument"]["Statement"]
        )
    }
    assert closed == {*any_stack.of_type("AWS::S3::Bucket"), *any_stack.of_type("AWS::SQS::Queue")}


def test_the_distribution_uses_the_key_for_results_alone(production: Stack) -> None:
    """It is one key for everything: what else is under it stays shut to CloudFront."""
    (key,) = production.of_type("AWS::KMS::Key").values()
    (statement,) = [
        each for each in key["KeyPolicy"]["Statement"] if each["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    ]
    assert statement["Action"] == "kms:Decrypt"
    results = f"arn:<AWS::Partition>:s3:::{production.prefix}results-<AWS::AccountId>"
    context = statement["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"]
    assert [text(arn) for arn in context] == [results, f"{results}/*"]
    distributions = text(statement["Condition"]["ArnLike"]["aws:SourceArn"])
    assert distributions == "arn:<AWS::Partition>:cloudfront::<AWS::AccountId>:distribution/*"


def test_uploads_are_announced_by_the_bucket_alone(any_stack: Stack) -> None:
    senders = [
        (text(statement["Principal"]["Service"]), statement["Action"])
        for holder, statement in resource_policies(any_stack)
        if statement["Effect"] == "Allow" and "Queue" in holder and "Intake" in holder
    ]
    assert senders == [("s3.amazonaws.com", "sqs:SendMessage")]


def test_the_key_is_used_by_named_services_under_conditions(any_stack: Stack) -> None:
    (key,) = any_stack.of_type("AWS::KMS::Key").values()
    root, *services = key["KeyPolicy"]["Statement"]
    assert "root" in text(root["Principal"]["AWS"])
    for statement in services:
        assert list(statement["Principal"]) == ["Service"]
        assert statement["Condition"]
        assert "kms:*" not in statement["Action"]
