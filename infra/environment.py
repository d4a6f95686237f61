"""The environment variables of each function. Their one home: settings and the local runtime follow it."""

from __future__ import annotations

from collections.abc import Mapping

from infra.config import StageConfig
from infra.specs import FunctionSpec

_EVERY_FUNCTION = ("DOCPIPE_STAGE", "LOG_LEVEL")
_WITH_DATABASE = ("DATABASE_URL", "DATABASE_SECRET", "DATABASE_IAM_AUTH")
_WHERE_THERE_IS_ONE = frozenset(
    {
        "ADMINISTRATOR_SECRET",
        "AUTH_SECRET",
        "DATABASE_SECRET",
        "DATABASE_URL",
        "LINKS_KEY",
        "LINKS_KEY_ID",
        "LINKS_URL",
    }
)


def environment_of(spec: FunctionSpec, config: StageConfig, addresses: Mapping[str, str]) -> dict[str, str]:
    """What a function finds in its environment.

    Args:
        addresses: variables that point at resources of the stack: ``UPLOADS_BUCKET``, ``RESULTS_BUCKET``,
            ``QUEUE_URL_PREFIX`` (a queue's URL is this prefix and its name), ``MIGRATE_FUNCTION``,
            ``MAIL_CONFIGURATION_SET``, ``CONNECTIONS_URL``, ``WEB_URL``, the variable of each table; with a user
            pool of the stack's own ``AUTH_ISSUER``, ``AUTH_AUDIENCE`` and ``AUTH_JWKS_URL``; with a database of the
            stack's own ``DATABASE_URL`` and ``ADMINISTRATOR_SECRET``; and with a distribution ``LINKS_URL``,
            ``LINKS_KEY_ID``, ``LINKS_KEY`` and ``LINKS_SECRET``.
    """
    known = {
        "AUTH_AUDIENCE": config.auth.audience,
        "AUTH_ROLE_CLAIM": config.auth.role_claim,
        "AUTH_TENANT_CLAIM": config.auth.tenant_claim,
        **_issuer(config),
        **addresses,
        "DATABASE_IAM_AUTH": "true" if config.hybrid is None else "false",
        "DOCPIPE_STAGE": config.stage,
        "LANGUAGES": config.languages,
        "LEASE_SECONDS": str(config.lease_s),
        "LOG_LEVEL": config.log_level,
        "MAIL_SENDER": config.mail_sender,
        "MAX_FILE_BYTES": str(config.max_file_bytes),
        "MAX_PAGES": str(config.max_pages),
        "OCR_ENGINE": config.ocr_engine,
        "PAGE_TIME_LIMIT_S": str(config.page_time_limit_s),
        "PAGE_WORKERS": str(spec.page_workers),
        "TRUSTED_WEBHOOK_HOSTS": ",".join(config.trusted_webhook_hosts),
    }
    if config.hybrid is not None:
        known["DATABASE_SECRET"] = config.hybrid.database_secret
    names = (*_EVERY_FUNCTION, *(_WITH_DATABASE if spec.uses_database else ()), *spec.variables)
    return {
        **{name: known[name] for name in names if name in known or name not in _WHERE_THERE_IS_ONE},
        "POWERTOOLS_METRICS_NAMESPACE": f"Docpipe/{config.stage}",
        "POWERTOOLS_SERVICE_NAME": spec.name,
        # What a handler answers may hold the text of a health document; a trace must not.
        "POWERTOOLS_TRACER_CAPTURE_RESPONSE": "false",
    }


def _issuer(config: StageConfig) -> dict[str, str]:
    """What is known of an issuer that is not of the stack's own."""
    about = {
        "AUTH_ISSUER": config.auth.issuer,
        "AUTH_JWKS_URL": config.auth.jwks_url,
        "AUTH_SECRET": config.auth.secret,
    }
    return {name: value for name, value in about.items() if value is not None}
