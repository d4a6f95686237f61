"""Reading the context: what is taken, and the sentence that a mistake gets."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra.config import ConfigError, Profile, StageConfig
from tools.synthesis import LOCAL_CONTEXT, PROFILE_CONTEXTS, ROOT


class Given:
    """A context given as a mapping."""

    def __init__(self, **values: Any) -> None:
        self._values = values

    def try_get_context(self, key: str, /) -> Any:
        return self._values.get(key)

    def get_all_context(self) -> dict[str, Any]:
        return self._values


@pytest.fixture
def defaults() -> dict[str, Any]:
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
    return context


def test_the_defaults_describe_a_stage(defaults: dict[str, Any]) -> None:
    config = StageConfig.from_context(Given(**defaults))
    assert config.stage == "dev"
    assert config.profile is Profile.DEV
    assert config.web.own
    assert config.web.origins == ()
    assert config.max_file_bytes == 500_000_000


def test_the_local_stage_is_one(defaults: dict[str, Any]) -> None:
    config = StageConfig.from_context(Given(**{**defaults, **LOCAL_CONTEXT}))
    assert config.stage == "local"
    assert config.web.origins == ("http://localhost:*", "http://127.0.0.1:*")
    assert config.web.url == "http://localhost:8000"


def test_numbers_from_the_command_line_are_text_and_taken(defaults: dict[str, Any]) -> None:
    assert StageConfig.from_context(Given(**{**defaults, "max_pages": "300"})).max_pages == 300


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stage", "Prod_1"),
        ("stage", "x" * 13),
        ("profile", "cheap"),
        ("web_page", "s3"),
        ("web_url", "https://only.with.a.page.elsewhere"),
        ("web_folder", ""),
        ("web_domain", "https://scans.example"),
        ("web_certificate_arn", "arn:aws:acm:eu-central-1:111122223333:certificate/example"),
        ("web_acl_arn", "arn:aws:wafv2:eu-central-1:111122223333:global/webacl/example"),
        ("auth_client_id", "only.with.an.issuer"),
        ("web_origins", "*"),
        ("web_origins", "https://a.example/path"),
        ("mail_sender", "nobody"),
        ("max_pages", 0),
        ("max_pages", "many"),
        ("max_pages", 2_001),
        ("max_file_bytes", -1),
        ("page_time_limit_s", 601),
        ("lease_s", 5),
        ("ocr_engine", "easyocr"),
        ("languages", "eng spa"),
        ("languages", ""),
        ("log_level", "debug"),
        ("archive_after_days", -1),
        ("deep_archive_after_days", 100),
        ("auth_issuer", "http://plain.example"),
        ("auth_audience", ""),
        ("alarm_email", "nobody"),
        ("monthly_budget_usd", 0),
        ("database_secret", "only/for/hybrid"),
        ("producer_oidc_issuer", "only.for.hybrid"),
        ("producer_oidc_subject", "only-for-hybrid"),
        ("mail_identity", "new"),
    ],
)
def test_a_wrong_value_gets_a_sentence_with_key_and_value(defaults: dict[str, Any], key: str, value: Any) -> None:
    with pytest.raises(ConfigError) as caught:
        StageConfig.from_context(Given(**{**defaults, key: value}))
    sentence = str(caught.value)
    assert f"'{key}'" in sentence
    assert repr(value) in sentence
    assert f"-c {key}=" in sentence


def test_every_key_is_asked_for_when_missing(defaults: dict[str, Any]) -> None:
    for key in [key for key in defaults if not key.startswith("@aws-cdk/")]:
        without = {name: value for name, value in defaults.items() if name != key}
        with pytest.raises(ConfigError, match=f"'{key}' is missing"):
            StageConfig.from_context(Given(**without))


def test_a_wrong_profile_is_told_the_allowed_ones(defaults: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="'profile' is 'cheap'; give one of dev, hybrid, production"):
        StageConfig.from_context(Given(**{**defaults, "profile": "cheap"}))


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("alarm_emial", "Did you mean 'alarm_email'?"),
        ("Stage", "Did you mean 'stage'?"),
        ("zzz", "There are: alarm_email,"),
    ],
)
def test_a_key_that_nothing_reads_is_not_passed_over(defaults: dict[str, Any], key: str, told: str) -> None:
    """Else an alarm would ring nowhere for want of a letter."""
    with pytest.raises(ConfigError, match=rf"'{key}' is 'x'; there is no such key\. {re.escape(told)}"):
        StageConfig.from_context(Given(**defaults, **{key: "x"}))


def test_keys_of_the_cdk_are_its_own(defaults: dict[str, Any]) -> None:
    StageConfig.from_context(Given(**defaults, **{"aws:cdk:enable-path-metadata": True}))


@pytest.mark.parametrize("profile", list(Profile))
def test_each_profile_is_taken_with_what_it_needs(defaults: dict[str, Any], profile: Profile) -> None:
    config = StageConfig.from_context(Given(**{**defaults, **PROFILE_CONTEXTS[profile]}))
    assert config.profile is profile
    assert (config.hybrid is None) == (config.traits.database is not None)


@pytest.mark.parametrize(
    ("profile", "key"),
    [("production", "alarm_email"), ("hybrid", "alarm_email"), ("hybrid", "database_secret")],
)
def test_a_profile_asks_for_what_only_it_needs(defaults: dict[str, Any], profile: str, key: str) -> None:
    given = {name: value for name, value in PROFILE_CONTEXTS[profile].items() if name != key}
    with pytest.raises(ConfigError, match=f"'{key}' is missing"):
        StageConfig.from_context(Given(**{**defaults, **given}))


ELSEWHERE = {"web_page": "elsewhere", "web_url": "https://scans.example", "web_origins": "https://scans.example"}


@pytest.mark.parametrize("key", ["web_url", "web_origins"])
def test_a_page_elsewhere_has_an_address_and_origins(defaults: dict[str, Any], key: str) -> None:
    given = {name: value for name, value in ELSEWHERE.items() if name != key}
    with pytest.raises(ConfigError, match=f"'{key}' is missing"):
        StageConfig.from_context(Given(**{**defaults, **given}))


@pytest.mark.parametrize("address", ["docpipe.example.com", "https://docpipe.example.com/"])
def test_the_address_of_a_page_elsewhere_can_be_linked_to(defaults: dict[str, Any], address: str) -> None:
    with pytest.raises(ConfigError, match="'web_url'"):
        StageConfig.from_context(Given(**{**defaults, **ELSEWHERE, "web_url": address}))


def test_a_name_of_its_own_needs_its_certificate(defaults: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="'web_certificate_arn' is missing"):
        StageConfig.from_context(Given(**defaults, web_domain="scans.example"))


def test_a_page_that_signs_in_elsewhere_is_told_as_what(defaults: dict[str, Any]) -> None:
    issuer = {"auth_issuer": "https://login.example"}
    with pytest.raises(ConfigError, match="'auth_client_id' is missing"):
        StageConfig.from_context(Given(**{**defaults, **issuer}))
    assert StageConfig.from_context(Given(**{**defaults, **issuer, **ELSEWHERE})).auth.client_id is None


def test_an_issuer_vouches_for_one_subject_only(defaults: dict[str, Any]) -> None:
    given = {**defaults, **PROFILE_CONTEXTS["hybrid"], "producer_oidc_issuer": "oidc.example.com"}
    with pytest.raises(ConfigError, match="'producer_oidc_subject' is missing"):
        StageConfig.from_context(Given(**given))
    with pytest.raises(ConfigError, match="'producer_oidc_subject' is '\\*'"):
        StageConfig.from_context(Given(**given, producer_oidc_subject="*"))


def test_a_budget_needs_somebody_to_tell(defaults: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="'alarm_email' is missing"):
        StageConfig.from_context(Given(**defaults, monthly_budget_usd="20"))


def test_the_configuration_cannot_be_changed(defaults: dict[str, Any]) -> None:
    with pytest.raises(AttributeError):
        StageConfig.from_context(Given(**defaults)).stage = "other"  # type: ignore[misc]


def test_an_issuer_publishes_its_keys_where_issuers_do_or_where_is_said(defaults: dict[str, Any]) -> None:
    issuer = {"auth_issuer": "https://project.supabase.co/auth/v1", "auth_client_id": "anon-key"}
    by_habit = StageConfig.from_context(Given(**defaults, **issuer))
    assert by_habit.auth.jwks_url == "https://project.supabase.co/auth/v1/.well-known/jwks.json"
    said = StageConfig.from_context(Given(**defaults, **issuer, auth_jwks_url="https://keys.example/set"))
    assert said.auth.jwks_url == "https://keys.example/set"


@pytest.mark.parametrize("key", ["auth_jwks_url", "auth_secret"])
def test_keys_of_an_issuer_need_one(defaults: dict[str, Any], key: str) -> None:
    with pytest.raises(ConfigError, match=f"'{key}' is .*auth_issuer"):
        StageConfig.from_context(Given(**defaults, **{key: "https://keys.example/set"}))
