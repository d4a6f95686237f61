"""The identity with which an API elsewhere creates jobs: what it may do, and how it proves who it is."""

from __future__ import annotations

import re

import pytest

from docpipe.messages import UploadArrived, parse
from tests.infra.stack import Stack, referred, statements_of, text
from tools.export_contract import SCHEMA, render
from tools.synthesis import ROOT

pytestmark = pytest.mark.xdist_group("synth")

DOCUMENTATION = (ROOT / "docs/hybrid.md").read_text()


def test_it_writes_uploads_and_announces_them_and_nothing_else(hybrid: Stack) -> None:
    (policy,) = hybrid.of_type("AWS::IAM::ManagedPolicy").values()
    statements = list(statements_of(policy["PolicyDocument"]))
    allowed = {action: statement.resources for statement in statements for action in statement.actions}
    (uploads,) = [key for key in hybrid.of_type("AWS::S3::Bucket") if "Uploads" in key]
    assert allowed == {
        "s3:PutObject": (f"<{uploads}>/uploads/*",),
        "sqs:SendMessage": (f"<{hybrid.queue_ids['intake']}>",),
        "kms:Decrypt": (f"<{hybrid.key}>",),
        "kms:GenerateDataKey": (f"<{hybrid.key}>",),
    }
    (with_key,) = [statement for statement in statements if "kms:Decrypt" in statement.actions]
    services = [text(service) for service in with_key.condition["StringEquals"]["kms:ViaService"]]
    assert services == ["s3.<AWS::Region>.amazonaws.com", "sqs.<AWS::Region>.amazonaws.com"]


def test_a_user_gets_no_key_from_the_template(hybrid: Stack) -> None:
    (user,) = hybrid.of_type("AWS::IAM::User").values()
    assert user["UserName"] == "docpipe-hybrid-producer"
    (group,) = hybrid.of_type("AWS::IAM::Group")
    assert [referred(each) for each in user["Groups"]] == [group]
    assert "AWS::IAM::AccessKey" not in hybrid.kinds


def test_only_the_hybrid_profile_lets_anybody_in(stack: Stack, production: Stack) -> None:
    for each in (stack, production):
        assert not each.kinds & {
            "AWS::IAM::User",
            "AWS::IAM::Group",
            "AWS::IAM::ManagedPolicy",
            "AWS::IAM::OIDCProvider",
        }


def test_a_role_is_assumed_with_the_tokens_of_one_subject() -> None:
    import aws_cdk as cdk
    from aws_cdk import assertions, aws_kms, aws_s3, aws_sqs

    from infra.constructs.producer import Issuer, Producer

    scope = cdk.Stack()
    Producer(
        scope,
        "Producer",
        prefix="docpipe-test-",
        uploads=aws_s3.Bucket(scope, "Uploads"),
        intake=aws_sqs.Queue(scope, "Intake"),
        key=aws_kms.Key(scope, "Key"),
        issuer=Issuer(host="oidc.example.com/team", subject="service:api"),
    )
    template = assertions.Template.from_stack(scope)
    template.resource_count_is("AWS::IAM::User", 0)
    template.has_resource_properties(
        "AWS::IAM::OIDCProvider", {"Url": "https://oidc.example.com/team", "ClientIdList": ["sts.amazonaws.com"]}
    )
    (role,) = template.find_resources("AWS::IAM::Role").values()
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Condition"] == {
        "StringEquals": {
            "oidc.example.com/team:aud": "sts.amazonaws.com",
            "oidc.example.com/team:sub": "service:api",
        }
    }


def test_the_schema_of_the_messages_is_that_of_the_code() -> None:
    assert SCHEMA.read_text() == render(), "run: python -m tools.export_contract"


def test_the_message_in_the_documentation_is_one() -> None:
    (message,) = re.findall(r"```json\n(.*?)\n```", DOCUMENTATION, re.DOTALL)
    assert isinstance(parse(message), UploadArrived)


def test_the_documentation_names_the_identity_and_the_statuses(hybrid: Stack) -> None:
    assert "docpipe-<stage>-producer" in DOCUMENTATION
    assert "Producer" in hybrid.template["Outputs"]
