"""Least privilege: what each function's role may do, and that nobody may do more."""

from __future__ import annotations

import pytest

from docpipe.domain import lanes
from infra.catalogue import FUNCTIONS
from infra.specs import FunctionSpec
from infra.tables import TABLES, TableSpec
from tests.infra.stack import Stack, referred, text

pytestmark = pytest.mark.xdist_group("synth")

each_function_inside = pytest.mark.parametrize(
    "spec", [spec for spec in FUNCTIONS if spec.uses_database], ids=lambda spec: spec.name
)
each_function = pytest.mark.parametrize("spec", FUNCTIONS, ids=lambda spec: spec.name)
OCR = {"ocr-small", "ocr-medium", "ocr-large"}
READERS = OCR | {"intake", "assemble"}


@each_function
def test_actions_are_named_one_by_one(stack: Stack, spec: FunctionSpec) -> None:
    assert not [action for statement in stack.statements(spec.name) for action in statement.actions if "*" in action]


@each_function
def test_only_network_interfaces_are_allowed_on_everything(stack: Stack, spec: FunctionSpec) -> None:
    unscoped = [statement for statement in stack.statements(spec.name) if "*" in statement.resources]
    assert all(action.startswith("ec2:") for statement in unscoped for action in statement.actions)
    assert sorted(statement.effect for statement in unscoped) == (["Allow", "Deny"] if spec.uses_database else [])


@each_function_inside
def test_the_code_itself_is_denied_what_lambda_does_for_it(stack: Stack, spec: FunctionSpec) -> None:
    allow, deny = sorted(
        (statement for statement in stack.statements(spec.name) if "*" in statement.resources),
        key=lambda statement: statement.effect,
    )
    assert deny.actions == allow.actions
    assert text(deny.condition["ArnEquals"]["lambda:SourceFunctionArn"]) == (
        f"arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:docpipe-local-{spec.name}"
    )


@each_function
def test_no_managed_policy_widens_a_role(stack: Stack, spec: FunctionSpec) -> None:
    role = stack.of_type("AWS::IAM::Role")[stack.functions[spec.name]["Role"]["Fn::GetAtt"][0]]
    assert "ManagedPolicyArns" not in role


@each_function
def test_a_function_takes_from_its_own_queues_only(stack: Stack, spec: FunctionSpec) -> None:
    own = {f"<{stack.queue_ids[source.queue]}>" for source in spec.event_sources}
    if spec.name == "api":
        # An operator's redrive takes dead letters and sends them again.
        own = {f"<{stack.queue_ids[lanes.dead_letter_queue(queue)]}>" for queue in lanes.WORK_QUEUES}
    assert stack.allowed(spec.name, "sqs:DeleteMessage") == own


@each_function_inside
def test_every_function_logs_in_to_the_database_as_the_same_user(stack: Stack, spec: FunctionSpec) -> None:
    (resource,) = stack.allowed(spec.name, "rds-db:connect")
    assert resource.startswith("arn:<AWS::Partition>:rds-db:<AWS::Region>:<AWS::AccountId>:dbuser:<Database")
    assert resource.endswith(">/docpipe")


def test_objects_are_deleted_by_erasure_alone(stack: Stack) -> None:
    for action in ("s3:DeleteObject", "s3:DeleteObjectVersion"):
        assert stack.who_may(action, "/uploads/*") == {"api", "sweep"}
        assert stack.who_may(action, "/documents/*") == {"api", "sweep"}


def test_nobody_manages_buckets_or_queues(stack: Stack) -> None:
    actions = {
        action for spec in FUNCTIONS for statement in stack.statements(spec.name) for action in statement.actions
    }
    assert {action for action in actions if action.startswith("s3:")} == {
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
    }
    assert {action.split(":")[0] for action in actions} == {
        *("dynamodb", "ec2", "execute-api", "kms", "lambda", "logs", "rds-db"),
        *("s3", "secretsmanager", "ses", "sqs"),
    }


def test_uploads_are_written_by_the_api_and_read_by_those_who_work_on_them(stack: Stack) -> None:
    assert stack.who_may("s3:PutObject", "/uploads/*") == {"api"}
    assert stack.who_may("s3:GetObject", "/uploads/*") == READERS
    assert stack.who_may("s3:GetObjectVersion", "/uploads/*") == READERS


def test_results_are_written_by_recognition_and_assembly_and_read_by_the_api(stack: Stack) -> None:
    assert stack.who_may("s3:PutObject", "/documents/*") == OCR | {"assemble"}
    assert stack.who_may("s3:GetObject", "/documents/*") == {"api", "assemble"}


def test_messages_are_sent_by_those_who_empty_the_outbox(stack: Stack) -> None:
    for queue in lanes.WORK_QUEUES:
        arn = f"<{stack.queue_ids[queue]}>"
        reporting = {"deliver"} if queue == lanes.EVENTS else set()
        assert stack.who_may("sqs:SendMessage", arn) == READERS | {"api", "notify", "dead_letter", "sweep"} | reporting
    assert stack.allowed("deliver", "sqs:SendMessage") == {
        f"<{stack.queue_ids[queue]}>" for queue in ("events", "deliveries-dlq", "webhooks-dlq")
    }


def test_dead_letters_are_looked_at_by_one_and_moved_back_by_another(stack: Stack) -> None:
    dead_letters = {f"<{stack.queue_ids[lanes.dead_letter_queue(queue)]}>" for queue in lanes.WORK_QUEUES}
    assert stack.allowed("dead_letter", "sqs:ReceiveMessage") == dead_letters
    for arn in dead_letters:
        assert stack.who_may("sqs:DeleteMessage", arn) == {"api"}


def test_only_deliver_sends_mail_and_only_from_the_sender(stack: Stack) -> None:
    assert stack.who_may("ses:SendEmail", "identity") == {"deliver"}
    (statement,) = [s for s in stack.statements("deliver") if "ses:SendEmail" in s.actions]
    assert statement.condition == {"StringEquals": {"ses:FromAddress": "no-reply@docpipe.example"}}
    # In its sandbox SES asks for the identity of the recipient, too.
    identities, configuration_set = sorted(statement.resources, key=lambda resource: "configuration" in resource)
    assert identities == "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/*"
    assert ":<AWS::AccountId>:configuration-set/" in configuration_set


def test_mail_goes_over_tls_or_not_at_all(any_stack: Stack) -> None:
    (configuration_set,) = any_stack.of_type("AWS::SES::ConfigurationSet").values()
    assert configuration_set["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert configuration_set["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    (variables,) = [
        function["Environment"]["Variables"] for name, function in any_stack.functions.items() if name == "deliver"
    ]
    assert variables["MAIL_CONFIGURATION_SET"] == configuration_set["Name"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_is_for_its_functions_encrypted_and_forgetting(any_stack: Stack, table: TableSpec) -> None:
    found = any_stack.named("AWS::DynamoDB::Table", "TableName")[table.name]
    assert referred(found["SSESpecification"]["KMSMasterKeyId"]) == any_stack.key
    assert found["TimeToLiveSpecification"] == {"AttributeName": table.expires, "Enabled": True}
    users = {spec.name for spec in FUNCTIONS if spec.folder in table.actions}
    assert all(any_stack.functions[name]["Environment"]["Variables"][table.variable] for name in users)


def test_the_administrators_password_is_for_starting_migrations_only(stack: Stack) -> None:
    (instance,) = stack.of_type("AWS::RDS::DBInstance")
    assert stack.who_may("secretsmanager:GetSecretValue", "<") == {"start_migration"}
    assert stack.allowed("start_migration", "secretsmanager:GetSecretValue") == {f"<{instance}>"}
    assert stack.allowed("start_migration", "lambda:InvokeFunction") == {
        "arn:<AWS::Partition>:lambda:<AWS::Region>:<AWS::AccountId>:function:docpipe-local-migrate"
    }


def test_with_a_database_elsewhere_only_its_users_read_its_address(hybrid: Stack) -> None:
    inside = {spec.name for spec in FUNCTIONS if spec.uses_database}
    assert hybrid.who_may("secretsmanager:GetSecretValue", "secret:docpipe/database-url-??????") == inside
