"""What differs from stage to stage, read from the CDK context once and typed.

This module, with ``auth_config`` and ``web_config``, is the only reader of the context. Defaults stand in
``cdk.json``; a deployment overrides them with ``cdk deploy -c key=value``. Keys without a default are optional; they
are ``database_secret``, ``producer_oidc_issuer``, ``producer_oidc_subject``, ``auth_issuer``, ``auth_client_id``,
``auth_jwks_url``, ``auth_secret``, ``alarm_email``, ``monthly_budget_usd``, ``trusted_webhook_hosts``, ``web_url``,
``web_origins``, ``web_domain``, ``web_certificate_arn`` and ``web_acl_arn``.
"""

from __future__ import annotations

from dataclasses import dataclass

from infra import context as read
from infra.auth_config import AuthConfig
from infra.context import ConfigError, Context, WholeContext
from infra.profiles import TRAITS, Profile, Traits
from infra.web_config import WebConfig

__all__ = ["AuthConfig", "ConfigError", "HybridConfig", "Profile", "StageConfig", "StorageConfig", "WebConfig"]

MAIL_IDENTITIES = ("existing", "address", "domain")
OCR_ENGINES = ("tesserocr", "pytesseract")
"""As ``docpipe.ocr.engines`` names them."""

_EMAIL = r"[^@\s,]+@[^@\s,]+"
_LANGUAGES = r"[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20})*"


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """Where stored files go with age, days after they were written; 0 for never.

    Attributes:
        archive_after_days: to Glacier Instant Retrieval: the same milliseconds, a sixth of the price at rest.
        deep_archive_after_days: uploads only, to Glacier Deep Archive: hours to read, 4 % of the price at rest.
    """

    archive_after_days: int
    deep_archive_after_days: int

    @classmethod
    def from_context(cls, context: Context) -> StorageConfig:
        """Read and check the context; S3 wants 90 days in the first archive before the second."""
        archive = read.number(context, "archive_after_days", 0, 3_650)
        deep = read.number(context, "deep_archive_after_days", 0, 3_650)
        if deep and deep < archive + 90:
            raise ConfigError("deep_archive_after_days", deep, f"0, or {archive + 90:,} or more (S3's own limit)")
        return cls(archive_after_days=archive, deep_archive_after_days=deep)


@dataclass(frozen=True, slots=True)
class HybridConfig:
    """What only the hybrid profile has.

    Attributes:
        database_secret: name of the secret in Secrets Manager that holds the URL of an existing PostgreSQL.
        producer_oidc_issuer: host of the OpenID Connect issuer that vouches for the existing API, which
            creates jobs itself; None to give it an IAM user.
        producer_oidc_subject: the ``sub`` of that issuer's tokens for it.
    """

    database_secret: str
    producer_oidc_issuer: str | None
    producer_oidc_subject: str | None

    @classmethod
    def from_context(cls, context: Context) -> HybridConfig:
        """Read and check the context."""
        issuer = read.optional_text(
            context, "producer_oidc_issuer", r"[a-z0-9.-]+(/\S+)?", "a host such as oidc.example.com"
        )
        subject = read.text if issuer else read.optional_text
        return cls(
            database_secret=read.text(context, "database_secret", read.NAME, "the name of a secret that holds the URL"),
            producer_oidc_issuer=issuer,
            producer_oidc_subject=subject(
                context, "producer_oidc_subject", r"[^\s*?]+", "the sub of the issuer's tokens, as a whole"
            ),
        )


@dataclass(frozen=True, slots=True)
class StageConfig:
    """Everything the stack needs to know about the stage it builds.

    Attributes:
        stage: short name; every resource is called ``docpipe-<stage>-<name>``.
        profile, traits: how much safety and cost the stage is given, and what that decides.
        trusted_webhook_hosts: hosts that webhooks reach without TLS and though they are private, for a stage
            that runs on one machine; none in a deployed one.
        mail_sender: the address that e-mails come from.
        mail_identity: how SES comes to know it: ``existing`` when it does, else the ``address`` or its ``domain`` is
            made known and must then be verified.
        alarm_email: who is told of alarms, or None for a stage without alarms.
        runbook: where the runbook is read: its address, or its path in the repository.
        monthly_budget_usd: spending that is told of, US dollars a month, or None.
        max_file_bytes: the largest upload taken, bytes.
        max_pages: the largest document taken, pages.
        page_time_limit_s: how long reading one page may take, seconds.
        lease_s: how long a claim on a piece of work holds when its holder falls silent, seconds.
        languages: that the image holds data for, as Tesseract names and joins them: ``eng+spa``, the usual one first.
        ocr_engine: name of the recognition engine, one of ``OCR_ENGINES``.
        log_level: level of the functions' logs.
        web, storage, auth: as said there.
        hybrid: what only the hybrid profile has, None in the others.
    """

    stage: str
    profile: Profile
    web: WebConfig
    trusted_webhook_hosts: tuple[str, ...]
    mail_sender: str
    mail_identity: str
    alarm_email: str | None
    runbook: str
    monthly_budget_usd: int | None
    max_file_bytes: int
    max_pages: int
    page_time_limit_s: int
    lease_s: int
    languages: str
    ocr_engine: str
    log_level: str
    storage: StorageConfig
    auth: AuthConfig
    hybrid: HybridConfig | None

    @property
    def traits(self) -> Traits:
        """What the profile decides."""
        return TRAITS[self.profile]

    @property
    def prefix(self) -> str:
        """What every resource name begins with."""
        return f"docpipe-{self.stage}-"

    @classmethod
    def from_context(cls, given: WholeContext) -> StageConfig:
        """Read and check the context.

        Raises:
            ConfigError: a value is missing or not allowed, or there is no such key.
        """
        context = read.Reading(given)
        config = cls._read(context)
        context.refuse_what_was_not_read()
        return config

    @classmethod
    def _read(cls, context: Context) -> StageConfig:
        profile = Profile(read.choice(context, "profile", tuple(sorted(Profile))))
        web = WebConfig.from_context(context)
        return cls(
            stage=read.text(
                context, "stage", r"[a-z][a-z0-9]{1,11}", "2-12 lower-case letters and digits, a letter first"
            ),
            profile=profile,
            web=web,
            trusted_webhook_hosts=_trusted_webhook_hosts(context),
            mail_sender=read.text(context, "mail_sender", _EMAIL, "an e-mail address that SES has verified"),
            mail_identity=read.choice(context, "mail_identity", MAIL_IDENTITIES),
            monthly_budget_usd=read.optional_number(context, "monthly_budget_usd", 1, 1_000_000),
            alarm_email=_alarm_email(context, profile),
            runbook=read.text(context, "runbook", r"[^\s#]+", "the address of docs/runbook.md, or its path"),
            max_file_bytes=read.number(context, "max_file_bytes", 1, 5_000_000_000),
            max_pages=read.number(context, "max_pages", 1, 2_000),
            page_time_limit_s=read.number(context, "page_time_limit_s", 1, 600),
            lease_s=read.number(context, "lease_s", 10, 900),
            languages=read.text(context, "languages", _LANGUAGES, "languages as Tesseract names them: eng or eng+spa"),
            ocr_engine=read.choice(context, "ocr_engine", OCR_ENGINES),
            log_level=read.choice(context, "log_level", ("DEBUG", "INFO", "WARNING", "ERROR")),
            storage=StorageConfig.from_context(context),
            auth=AuthConfig.from_context(context, page=web.own),
            hybrid=_hybrid(context, profile),
        )


def _trusted_webhook_hosts(context: Context) -> tuple[str, ...]:
    if context.try_get_context("trusted_webhook_hosts") is None:
        return ()
    return read.texts(context, "trusted_webhook_hosts", r"[a-z0-9.-]+", "names of hosts, by commas")


def _alarm_email(context: Context, profile: Profile) -> str | None:
    """Alarms that are on, and a budget, need somebody to tell."""
    wanted = TRAITS[profile].alarms or context.try_get_context("monthly_budget_usd") is not None
    reader = read.text if wanted else read.optional_text
    return reader(context, "alarm_email", _EMAIL, "an e-mail address that reads alarms")


def _hybrid(context: Context, profile: Profile) -> HybridConfig | None:
    if profile is Profile.HYBRID:
        return HybridConfig.from_context(context)
    for key in ("database_secret", "producer_oidc_issuer", "producer_oidc_subject"):
        read.absent(context, key, "it has an effect with -c profile=hybrid only")
    return None
