"""Results by signed links: whom the distribution shows them, what browsers keep of them, and how keys are turned."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from docpipe.adapters.rsa_keys import RsaKeyPairs
from docpipe.domain import keys, outputs
from infra.constructs.web import RESULTS_PATH
from tests.infra.stack import Stack, referred, text
from tests.infra.test_web import behaviours, headers_policy, origin_of
from tools.synthesis import PROFILE_CONTEXTS, synthesise

pytestmark = pytest.mark.xdist_group("synth")

ID = UUID("0b3e4a5c-0000-4000-8000-000000000001")

MAX_VARIABLES = 4_096
"""Characters of all names and values (AWS Lambda quotas, "Environment variables")."""


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stage of the profile dev after a turn."""
    outdir = tmp_path_factory.mktemp("turned")
    return Stack(synthesise({**PROFILE_CONTEXTS["dev"], "link_key": "2"}, outdir), outdir, "docpipe-dev-")


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    outdir = tmp_path_factory.mktemp("dev")
    return Stack(synthesise(PROFILE_CONTEXTS["dev"], outdir), outdir, "docpipe-dev-")


@pytest.fixture(params=["dev", "production", "hybrid"])
def shown(request: pytest.FixtureRequest) -> Stack:
    """The stack of each profile with a page of its own."""
    stack: Stack = request.getfixturevalue(request.param)
    return stack


def group(stack: Stack) -> list[dict[str, Any]]:
    """The public keys that links may be signed with, the one that signs first."""
    (found,) = stack.of_type("AWS::CloudFront::KeyGroup").values()
    of_type = stack.of_type("AWS::CloudFront::PublicKey")
    return [of_type[referred(item)] for item in found["KeyGroupConfig"]["Items"]]


def variables(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = stack.functions["api"]["Environment"]["Variables"]
    return found


@pytest.mark.parametrize(
    "key",
    [
        keys.page_image_key(ID, 1),
        keys.text_key(ID),
        keys.searchable_pdf_key(ID),
        *(keys.output_key(ID, output) for output in outputs.FILE_NAMES),
    ],
)
def test_links_lead_to_the_results_and_the_pages_own_addresses_to_the_page(key: str) -> None:
    pattern = re.escape(RESULTS_PATH).replace(r"\*", ".*")
    assert re.fullmatch(pattern, f"/{key}")
    assert not re.fullmatch(pattern, f"/documents/{ID}")


def test_results_are_shown_to_whoever_has_a_link_that_was_signed(shown: Stack) -> None:
    behaviour = behaviours(shown)[RESULTS_PATH]
    (group_id,) = shown.of_type("AWS::CloudFront::KeyGroup")
    assert [referred(each) for each in behaviour["TrustedKeyGroups"]] == [group_id]
    assert set(behaviour["AllowedMethods"]) == {"GET", "HEAD"}
    assert behaviour["ViewerProtocolPolicy"] == "https-only"
    # CachingDisabled, by its id (CloudFront developer guide, managed policies): no edge keeps health data.
    assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    # What was signed is what S3 is asked for.
    assert "FunctionAssociations" not in behaviour
    assert "OriginPath" not in origin_of(shown, RESULTS_PATH)


def test_they_come_from_their_bucket_which_opens_to_this_distribution_alone(shown: Stack) -> None:
    origin = origin_of(shown, RESULTS_PATH)
    bucket = referred(origin["DomainName"])
    assert shown.of_type("AWS::S3::Bucket")[bucket] == shown.bucket("results")
    control = shown.of_type("AWS::CloudFront::OriginAccessControl")[referred(origin["OriginAccessControlId"])]
    assert control["OriginAccessControlConfig"]["SigningBehavior"] == "always"
    (allowed,) = [
        statement
        for policy in shown.of_type("AWS::S3::BucketPolicy").values()
        if referred(policy["Bucket"]) == bucket
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    (distribution,) = shown.of_type("AWS::CloudFront::Distribution")
    assert allowed["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert allowed["Action"] == "s3:GetObject"
    assert text(allowed["Resource"]) == f"<{bucket}>/documents/*"
    ((test, condition),) = allowed["Condition"].items()
    assert test == "StringEquals"
    assert text(condition["aws:SourceArn"]).endswith(f":<AWS::AccountId>:distribution/<{distribution}>")


def test_no_browser_keeps_a_result_or_runs_what_is_in_it(shown: Stack) -> None:
    policy = headers_policy(shown, RESULTS_PATH)
    headers = {item["Header"].lower(): item for item in policy["CustomHeadersConfig"]["Items"]}
    assert headers["cache-control"]["Value"] == "private, no-store"
    assert all(item["Override"] for item in headers.values())
    csp = policy["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    assert "default-src 'none'" in csp
    assert "script-src" not in csp
    assert policy["SecurityHeadersConfig"]["ContentTypeOptions"]["Override"] is True


def test_the_api_signs_by_a_key_that_cloudfront_knows(shown: Stack) -> None:
    told = variables(shown)
    signing, following = group(shown)
    keys_of = shown.of_type("AWS::CloudFront::PublicKey")
    assert keys_of[referred(told["LINKS_KEY_ID"])] == signing
    ((made_id, made),) = shown.of_type("Custom::DocpipeLinkKeys").items()
    (secret_id,) = shown.of_type("AWS::SecretsManager::Secret")
    assert text(told["LINKS_KEY"]) == f"{{{{resolve:secretsmanager:<{secret_id}>:SecretString:key1::<{made_id}>}}}}"
    # By the version that the keys were written in: another one reaches the function.
    assert made_id in shown.dependencies(_api(shown))
    encoded = [key["PublicKeyConfig"]["EncodedKey"]["Fn::GetAtt"] for key in (signing, following)]
    assert encoded == [[made_id, "PublicKey1"], [made_id, "PublicKey2"]]
    assert made["Number"] == 1
    assert text(told["LINKS_URL"]) == text(shown.functions["deliver"]["Environment"]["Variables"]["WEB_URL"])


def _api(stack: Stack) -> str:
    (found,) = [
        key
        for key, each in stack.of_type("AWS::Lambda::Function").items()
        if each.get("FunctionName") == f"{stack.prefix}api"
    ]
    return found


def test_variables_with_the_key_in_them_are_not_too_long(shown: Stack) -> None:
    lengths = {name: len(name) + len(text(value)) for name, value in variables(shown).items()}
    # References are shown shorter than what they become.
    assert sum(lengths.values()) + len(RsaKeyPairs().private_key()) + 1_024 < MAX_VARIABLES


def test_the_keys_are_kept_under_the_stages_key_without_a_value_in_the_template(shown: Stack) -> None:
    (secret,) = shown.of_type("AWS::SecretsManager::Secret").values()
    assert referred(secret["KmsKeyId"]) == shown.key
    assert not {"SecretString", "GenerateSecretString"} & secret.keys()


def test_keys_are_made_once_their_function_is_there_and_no_second_time_behind_a_rollback(shown: Stack) -> None:
    ((made_id, made),) = shown.of_type("Custom::DocpipeLinkKeys").items()
    assert text(made["ServiceToken"]).endswith(f":function:{shown.prefix}link_keys")
    needed = shown.dependencies(made_id)
    functions = shown.of_type("AWS::Lambda::Function")
    assert shown.functions["link_keys"] in [functions[each] for each in needed & functions.keys()]
    (policy,) = [
        key
        for key, each in shown.of_type("AWS::IAM::Policy").items()
        if "secretsmanager:PutSecretValue" in str(each["PolicyDocument"])
    ]
    assert policy in needed
    (config,) = [
        each
        for each in shown.of_type("AWS::Lambda::EventInvokeConfig").values()
        if functions[referred(each["FunctionName"])] == shown.functions["link_keys"]
    ]
    assert config["MaximumRetryAttempts"] == 0
    assert shown.functions["link_keys"]["Timeout"] < int(made["ServiceTimeout"])


def test_a_turn_moves_to_the_key_that_is_known_and_replaces_none(dev: Stack, turned: Stack) -> None:
    """CloudFront changes no key: a resource that is there before and after must be the same."""
    before, after = (stack.of_type("AWS::CloudFront::PublicKey") for stack in (dev, turned))
    stays = before.keys() & after.keys()
    assert len(stays) == 1
    (known,) = stays
    assert before[known] == after[known] == group(dev)[1] == group(turned)[0]
    assert referred(variables(turned)["LINKS_KEY_ID"]) == known
    assert "SecretString:key2::" in text(variables(turned)["LINKS_KEY"])
    gone = group(dev)[0]
    assert gone not in group(turned)


def test_without_a_distribution_links_lead_to_the_bucket_and_the_api_may_read_it(stack: Stack) -> None:
    assert not [name for name in variables(stack) if name.startswith("LINKS")]
    assert not stack.of_type("AWS::SecretsManager::Secret")
    assert "link_keys" not in stack.functions
    assert stack.who_may("s3:GetObject", "/documents/*") == {"api", "assemble"}
    (key,) = stack.of_type("AWS::KMS::Key").values()
    assert "cloudfront" not in str(key)
