"""Each function's environment, typed: what it may read, and what is refused at the first invocation.

The stack sets exactly these variables, names in upper case; a test holds the two together.
"""

from __future__ import annotations

import os
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError, model_validator

from docpipe.domain.errors import DocpipeError

QueueUrlPrefix = Annotated[str, Field(pattern=r"^https?://")]
Languages = Annotated[str, Field(pattern=r"^[A-Za-z_]{3,20}(\+[A-Za-z_]{3,20})*$")]

Hosts = Annotated[frozenset[str], BeforeValidator(lambda value: [host for host in value.split(",") if host])]
"""Names of hosts, by commas."""


class SettingsError(DocpipeError):
    """A variable of the environment is missing or wrong."""

    code = "settings_invalid"


class BaseSettings(BaseModel):
    """What every function is told."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    docpipe_stage: str

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment.

        Raises:
            SettingsError: names each variable that is missing or wrong, and never its value.
        """
        given = {name: os.environ[name.upper()] for name in cls.model_fields if name.upper() in os.environ}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            faults = "; ".join(
                ": ".join([*(str(place).upper() for place in fault["loc"][:1]), fault["msg"]])
                for fault in error.errors()
            )
            raise SettingsError(f"The function's environment is not complete. Set by the stack: {faults}.") from None


class Settings(BaseSettings):
    """What every function is told that uses the database.

    Attributes:
        database_url: its address, without a password where ``database_iam_auth`` is on; or None where
        database_secret: names the secret that holds the address.
    """

    database_url: Annotated[str, Field(pattern=r"^postgres(ql)?://")] | None = None
    database_secret: str | None = None
    database_iam_auth: bool

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.database_url is None) == (self.database_secret is None):
            raise ValueError("one of DATABASE_URL and DATABASE_SECRET, not both")
        return self


def function_memory_mb() -> int:
    """Memory of the function, MB: a variable that Lambda itself sets.

    Raises:
        SettingsError: this is no Lambda execution environment.
    """
    told = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    if not told.isdecimal():
        raise SettingsError("AWS_LAMBDA_FUNCTION_MEMORY_SIZE is not set. Lambda sets it; so does the local runtime.")
    return int(told)


class ApiSettings(Settings):
    """The api function.

    Attributes:
        languages: those that the image was built with, the usual one first.
        links_url, links_key_id, links_key: host of the distribution before the results, and the key that links to it
            are signed with (PEM); without them links lead to the bucket.
    """

    uploads_bucket: str
    results_bucket: str
    queue_url_prefix: QueueUrlPrefix
    max_file_bytes: Annotated[int, Field(gt=0)]
    max_pages: Annotated[int, Field(gt=0)]
    languages: Languages
    trusted_webhook_hosts: Hosts
    links_url: Annotated[str, Field(pattern=r"^https?://[^/]+$")] | None = None
    links_key_id: str | None = None
    links_key: SecretStr | None = None

    @model_validator(mode="after")
    def _links_as_a_whole(self) -> Self:
        if len({part is None for part in (self.links_url, self.links_key_id, self.links_key)}) > 1:
            raise ValueError("LINKS_URL, LINKS_KEY_ID and LINKS_KEY together, or none of them")
        return self


class IntakeSettings(Settings):
    """The intake function."""

    uploads_bucket: str
    queue_url_prefix: QueueUrlPrefix
    max_file_bytes: Annotated[int, Field(gt=0)]
    max_pages: Annotated[int, Field(gt=0)]
    lease_seconds: Annotated[int, Field(ge=10, le=900)]
    page_workers: Annotated[int, Field(ge=1, le=6)]
    ocr_engine: str


class OcrSettings(Settings):
    """The ocr functions, one a tier."""

    uploads_bucket: str
    results_bucket: str
    queue_url_prefix: QueueUrlPrefix
    lease_seconds: Annotated[int, Field(ge=10, le=900)]
    page_workers: Annotated[int, Field(ge=1, le=6)]
    page_time_limit_s: Annotated[float, Field(gt=0, le=600)]
    ocr_engine: str


class AssembleSettings(Settings):
    """The assemble function."""

    uploads_bucket: str
    results_bucket: str
    queue_url_prefix: QueueUrlPrefix
    lease_seconds: Annotated[int, Field(ge=10, le=900)]


class AuthorizerSettings(BaseSettings):
    """The authorizer function.

    Attributes:
        auth_issuer, auth_audience: what a token's ``iss`` and ``aud`` must be.
        auth_jwks_url: where the issuer's public keys are.
        auth_tenant_claim, auth_role_claim: names of claims by commas, tried in order.
        auth_secret: names the secret that HS256 tokens are signed with; without it none of those is taken.
    """

    auth_issuer: Annotated[str, Field(pattern=r"^https?://")]
    auth_jwks_url: Annotated[str, Field(pattern=r"^https?://")]
    auth_audience: Annotated[str, Field(min_length=1)]
    auth_tenant_claim: Annotated[str, Field(min_length=1)]
    auth_role_claim: Annotated[str, Field(min_length=1)]
    auth_secret: str | None = None


class NotifySettings(Settings):
    """The notify function."""

    queue_url_prefix: QueueUrlPrefix


class DeliverSettings(BaseSettings):
    """The deliver function."""

    connections_table: str
    connections_url: Annotated[str, Field(pattern=r"^https?://")]
    queue_url_prefix: QueueUrlPrefix
    idempotency_table: str
    mail_sender: str
    mail_configuration_set: str
    trusted_webhook_hosts: Hosts
    web_url: str


class LiveSettings(Settings):
    """The live function."""

    connections_table: str


class DeadLetterSettings(Settings):
    """The dead_letter function."""

    queue_url_prefix: QueueUrlPrefix


class SweepSettings(Settings):
    """The sweep function."""

    uploads_bucket: str
    results_bucket: str
    queue_url_prefix: QueueUrlPrefix


class MigrateSettings(Settings):
    """The migrate function."""


class StartMigrationSettings(BaseSettings):
    """The start_migration function. Without an administrator's secret there is no login to make."""

    administrator_secret: str | None = None
    migrate_function: str


class LinkKeysSettings(BaseSettings):
    """The link_keys function."""

    links_secret: str
