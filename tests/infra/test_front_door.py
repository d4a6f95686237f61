"""Who gets in: the authorizer before every route, whose tokens it takes, and what a stage tells of requests."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.catalogue import FUNCTIONS
from local.processes import PROJECT_ROOT
from tests.infra.stack import Stack, referred, text

pytestmark = pytest.mark.xdist_group("synth")


def api_of(stack: Stack, protocol: str) -> str:
    (api,) = [key for key, api in stack.of_type("AWS::ApiGatewayV2::Api").items() if api["ProtocolType"] == protocol]
    return api


def belonging(stack: Stack, kind: str, protocol: str) -> list[dict[str, Any]]:
    api = api_of(stack, protocol)
    return [found for found in stack.of_type(f"AWS::ApiGatewayV2::{kind}").values() if referred(found["ApiId"]) == api]


def test_every_request_needs_a_token(any_stack: Stack) -> None:
    routes = belonging(any_stack, "Route", "HTTP")
    (authorizer,) = belonging(any_stack, "Authorizer", "HTTP")
    for route in routes:
        assert route["AuthorizationType"] == "CUSTOM"
        assert any_stack.of_type("AWS::ApiGatewayV2::Authorizer")[referred(route["AuthorizerId"])] == authorizer
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["AuthorizerResultTtlInSeconds"] <= 60


def test_the_routes_are_the_methods_that_the_api_describes_and_leave_preflight_to_the_gateway(any_stack: Stack) -> None:
    """A route that takes ``OPTIONS``, as ``ANY`` does, has its authorizer refuse what browsers send without a token."""
    described = json.loads((PROJECT_ROOT / "docs/openapi.json").read_text())["paths"].values()
    methods = {method.upper() for path in described for method in path}
    assert {route["RouteKey"] for route in belonging(any_stack, "Route", "HTTP")} == {
        f"{method} /{{proxy+}}" for method in methods
    }
    (api,) = [api for api in any_stack.of_type("AWS::ApiGatewayV2::Api").values() if api["ProtocolType"] == "HTTP"]
    if cors := api.get("CorsConfiguration"):
        assert set(cors["AllowMethods"]) == methods


def test_every_connection_needs_a_token_in_the_one_header_that_a_browser_can_set(any_stack: Stack) -> None:
    routes = {route["RouteKey"]: route for route in belonging(any_stack, "Route", "WEBSOCKET")}
    assert set(routes) == {"$connect", "$disconnect", "$default", "sync", "ping"}
    assert routes["$connect"]["AuthorizationType"] == "CUSTOM"
    # The others are of connections that were authorized.
    (authorizer,) = belonging(any_stack, "Authorizer", "WEBSOCKET")
    assert authorizer["IdentitySource"] == ["route.request.header.Sec-WebSocket-Protocol"]


def test_what_a_page_says_is_answered_over_the_connection(any_stack: Stack) -> None:
    answered = {
        referred(response["RouteId"]): response["RouteResponseKey"]
        for response in belonging(any_stack, "RouteResponse", "WEBSOCKET")
    }
    routes = any_stack.of_type("AWS::ApiGatewayV2::Route")
    assert {routes[route]["RouteKey"] for route in answered} == {"$default", "sync", "ping"}
    assert set(answered.values()) == {"$default"}


def test_the_stage_of_the_websocket_is_the_path_by_which_pages_reach_it(any_stack: Stack) -> None:
    (stage,) = belonging(any_stack, "Stage", "WEBSOCKET")
    assert stage["StageName"] == "ws"
    url = text(any_stack.functions["deliver"]["Environment"]["Variables"]["CONNECTIONS_URL"])
    assert url.startswith(f"https://<{api_of(any_stack, 'WEBSOCKET')}>.execute-api.")
    assert url.endswith("/ws")


def test_only_deliveries_speak_to_connections(any_stack: Stack) -> None:
    assert any_stack.who_may("execute-api:ManageConnections", "@connections") == {"deliver"}
    (allowed,) = any_stack.allowed("deliver", "execute-api:ManageConnections")
    assert allowed.endswith(f":<{api_of(any_stack, 'WEBSOCKET')}>/ws/POST/@connections/*")


def test_a_websocket_api_may_log_in_an_account_that_has_no_other(any_stack: Stack) -> None:
    (account,) = any_stack.of_type("AWS::ApiGateway::Account")
    stages = any_stack.template["Resources"].items()
    (stage,) = [
        key
        for key, found in stages
        if found["Type"] == "AWS::ApiGatewayV2::Stage" and found["Properties"].get("StageName") == "ws"
    ]
    assert account in any_stack.dependencies(stage)
    assert any_stack.template["Resources"][account]["DeletionPolicy"] == "Retain"


def test_a_request_is_authorized_in_less_time_than_api_gateway_waits(stack: Stack) -> None:
    """Ten seconds (Amazon API Gateway quotas, "Timeout for Lambda authorizers" of HTTP APIs)."""
    assert stack.functions["authorizer"]["Timeout"] <= 10


def test_the_authorizer_reaches_the_issuer_and_nothing_else(stack: Stack) -> None:
    assert "VpcConfig" not in stack.functions["authorizer"]
    actions = {action for statement in stack.statements("authorizer") for action in statement.actions}
    assert {action for action in actions if not action.startswith(("logs:", "kms:"))} == set()


def test_without_an_issuer_the_tokens_are_those_of_a_user_pool(stack: Stack) -> None:
    variables = stack.functions["authorizer"]["Environment"]["Variables"]
    (pool,), (client,) = stack.of_type("AWS::Cognito::UserPool"), stack.of_type("AWS::Cognito::UserPoolClient")
    assert text(variables["AUTH_ISSUER"]) == f"https://cognito-idp.<AWS::Region>.<AWS::URLSuffix>/<{pool}>"
    assert text(variables["AUTH_JWKS_URL"]) == f"{text(variables['AUTH_ISSUER'])}/.well-known/jwks.json"
    assert text(variables["AUTH_AUDIENCE"]) == f"<{client}>"


def test_an_issuer_that_is_named_takes_the_place_of_the_pool(hybrid: Stack) -> None:
    assert not [kind for kind in hybrid.kinds if kind.startswith("AWS::Cognito")]
    variables = hybrid.functions["authorizer"]["Environment"]["Variables"]
    assert variables["AUTH_ISSUER"] == "https://project.supabase.co/auth/v1"
    assert variables["AUTH_JWKS_URL"] == "https://project.supabase.co/auth/v1/.well-known/jwks.json"
    assert variables["AUTH_AUDIENCE"] == "authenticated"
    assert hybrid.who_may("secretsmanager:GetSecretValue", "secret:docpipe/jwt-secret-??????") == {"authorizer"}


def test_users_are_made_by_an_administrator_and_cannot_choose_their_tenant(stack: Stack) -> None:
    (pool,) = stack.of_type("AWS::Cognito::UserPool").values()
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    (client,) = stack.of_type("AWS::Cognito::UserPoolClient").values()
    assert client["WriteAttributes"] == ["email"]
    assert "custom:tenant" in client["ReadAttributes"]


def test_the_page_signs_in_by_code_and_comes_back_to_itself(stack: Stack) -> None:
    (client,) = stack.of_type("AWS::Cognito::UserPoolClient").values()
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False
    assert client["CallbackURLs"] == client["LogoutURLs"] == ["http://localhost:8000/"]
    assert client["ExplicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def test_users_of_a_stage_that_keeps_its_data_are_kept(production: Stack) -> None:
    (pool,) = production.of_type("AWS::Cognito::UserPool")
    assert production.template["Resources"][pool]["DeletionPolicy"] == "Retain"
    assert production.of_type("AWS::Cognito::UserPool")[pool]["DeletionProtection"] == "ACTIVE"


def test_stages_limit_requests_and_log_nothing_of_tokens_or_people(any_stack: Stack) -> None:
    stages = any_stack.of_type("AWS::ApiGatewayV2::Stage")
    assert stages
    for stage in stages.values():
        limits = stage["DefaultRouteSettings"]
        assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"] < 10_000
        group = any_stack.of_type("AWS::Logs::LogGroup")[referred(stage["AccessLogSettings"]["DestinationArn"])]
        assert group["LogGroupName"].startswith(f"/docpipe/{any_stack.prefix}")
        assert referred(group["KmsKeyId"]) == any_stack.key
        logged = set(json.loads(stage["AccessLogSettings"]["Format"]).values())
        assert not [name for name in logged if "header" in name or "identity" in name or "path" in name.lower()]
        assert {name for name in logged if name.startswith("$context.authorizer")} <= {"$context.authorizer.error"}


def test_only_the_api_answers_requests() -> None:
    assert [spec.name for spec in FUNCTIONS if spec.serves_http] == ["api"]
