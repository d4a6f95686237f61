"""What differs from stage to stage, read from the CDK context once and typed.

This module is the only reader of the context. Defaults stand in ``cdk.json``; a deployment overrides
them with ``cdk deploy -c key=value``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Profile(StrEnum):
    """How much safety and cost a stage is given. ``production`` and ``hybrid`` are reserved names."""

    DEV = "dev"
    PRODUCTION = "production"
    HYBRID = "hybrid"


AVAILABLE_PROFILES = frozenset({Profile.DEV})


class ConfigError(Exception):
    """A context value is missing or not allowed; the message names the key, the value and what is allowed."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        given = "is missing" if value is None else f"is {value!r}"
        super().__init__(f"Context '{key}' {given}; give {allowed}: cdk deploy -c {key}=…")


class Context(Protocol):
    """The part of a construct tree's node that answers for the CDK context."""

    def try_get_context(self, key: str, /) -> Any:
        """The value of a context key, or None when it is not set."""


@dataclass(frozen=True, slots=True)
class StageConfig:
    """Everything the stack needs to know about the stage it builds.

    Attributes:
        stage: short name; every resource is called ``docpipe-<stage>-<name>``.
        profile: how much safety and cost the stage is given.
        web_origins: scheme and host of each page that may upload and call the API.
        web_url: address of the web page, for links in e-mails.
        mail_sender: the verified SES address that e-mails come from.
        max_file_bytes: the largest upload taken, bytes.
        max_pages: the largest document taken, pages.
        page_time_limit_s: how long reading one page may take, seconds.
        lease_s: how long a claim on a piece of work holds when its holder falls silent, seconds.
        ocr_engine: name of the recognition engine, ``tesserocr`` or ``pytesseract``.
        log_level: level of the functions' logs.
        retain_data: whether buckets, database and logs outlive the stack.
    """

    stage: str
    profile: Profile
    web_origins: tuple[str, ...]
    web_url: str
    mail_sender: str
    max_file_bytes: int
    max_pages: int
    page_time_limit_s: int
    lease_s: int
    ocr_engine: str
    log_level: str
    retain_data: bool

    @classmethod
    def from_context(cls, context: Context) -> StageConfig:
        """Read and check the context.

        Raises:
            ConfigError: a value is missing or not allowed.
        """
        profile = _profile(context)
        return cls(
            stage=_text(context, "stage", r"[a-z][a-z0-9]{1,11}", "2-12 lower-case letters and digits, a letter first"),
            profile=profile,
            web_origins=_origins(context, "web_origins"),
            web_url=_text(context, "web_url", r"https?://\S+[^/\s]", "an http(s) address without a slash at its end"),
            mail_sender=_text(context, "mail_sender", r"[^@\s]+@[^@\s]+", "an e-mail address that SES has verified"),
            max_file_bytes=_number(context, "max_file_bytes", 1, 5_000_000_000),
            max_pages=_number(context, "max_pages", 1, 2_000),
            page_time_limit_s=_number(context, "page_time_limit_s", 1, 600),
            lease_s=_number(context, "lease_s", 10, 900),
            ocr_engine=_choice(context, "ocr_engine", ("tesserocr", "pytesseract")),
            log_level=_choice(context, "log_level", ("DEBUG", "INFO", "WARNING", "ERROR")),
            retain_data=profile is not Profile.DEV,
        )


def _profile(context: Context) -> Profile:
    allowed = tuple(sorted(AVAILABLE_PROFILES))
    return Profile(_choice(context, "profile", allowed))


def _choice(context: Context, key: str, allowed: tuple[str, ...]) -> str:
    value = context.try_get_context(key)
    if value not in allowed:
        raise ConfigError(key, value, "one of " + ", ".join(allowed))
    return str(value)


def _text(context: Context, key: str, pattern: str, allowed: str) -> str:
    value = context.try_get_context(key)
    if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
        raise ConfigError(key, value, allowed)
    return value


def _origins(context: Context, key: str) -> tuple[str, ...]:
    """Origins as browsers send them, between commas. A port may be ``*``, which S3 matches with any."""
    origin = r"https?://[a-z0-9.-]+(:(\d+|\*))?"
    return tuple(
        _text(context, key, f"{origin}(,{origin})*", "origins such as https://scans.example, between commas").split(",")
    )


def _number(context: Context, key: str, least: int, most: int) -> int:
    """A whole number; the command line gives context values as text."""
    value = context.try_get_context(key)
    if re.fullmatch(r"\d{1,12}", str(value)) is None or not least <= int(value) <= most:
        raise ConfigError(key, value, f"a whole number from {least:,} to {most:,}")
    return int(value)
