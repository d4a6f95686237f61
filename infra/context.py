"""Reads single values of the CDK context and refuses wrong ones with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Protocol

NAME = r"[A-Za-z0-9/_+=.@-]{1,256}"
"""What may be in the name of a secret in Secrets Manager."""


class ConfigError(Exception):
    """A context value is missing or not allowed; the message names the key, the value and what is allowed."""

    def __init__(self, key: str, value: object, allowed: str) -> None:
        given = "is missing" if value is None else f"is {value!r}"
        super().__init__(f"Context '{key}' {given}; give {allowed}: cdk deploy -c {key}=…")


class UnknownKeyError(ConfigError):
    """A context key that nothing reads, most likely a slip of the pen; the message names the one that was meant."""

    def __init__(self, key: str, value: object, known: set[str]) -> None:
        (nearest, *_) = [*get_close_matches(key, sorted(known), n=1), None]
        meant = f"Did you mean '{nearest}'?" if nearest else f"There are: {', '.join(sorted(known))}."
        Exception.__init__(self, f"Context '{key}' is {value!r}; there is no such key. {meant}")


class Context(Protocol):
    """The part of a construct tree's node that answers for the CDK context."""

    def try_get_context(self, key: str, /) -> Any:
        """The value of a context key, or None when it is not set."""


class WholeContext(Context, Protocol):
    """A context that can also be listed."""

    def get_all_context(self) -> Mapping[str, Any]:
        """All keys that are set, with their values."""


class Reading:
    """A context that notes what it is asked for, so that what nobody reads can be refused."""

    def __init__(self, context: WholeContext) -> None:
        self._context = context
        self._asked: set[str] = set()

    def try_get_context(self, key: str, /) -> Any:
        """The value of a context key, or None when it is not set."""
        self._asked.add(key)
        return self._context.try_get_context(key)

    def refuse_what_was_not_read(self) -> None:
        """Refuse a key that is set and that nobody asked for; those of the CDK itself have a colon in them.

        Raises:
            UnknownKeyError: there is one.
        """
        for key, value in sorted(self._context.get_all_context().items()):
            if key not in self._asked and ":" not in key:
                raise UnknownKeyError(key, value, self._asked)


def choice(context: Context, key: str, allowed: tuple[str, ...]) -> str:
    """One of some words."""
    value = context.try_get_context(key)
    if value not in allowed:
        raise ConfigError(key, value, "one of " + ", ".join(allowed))
    return str(value)


def text(context: Context, key: str, pattern: str, allowed: str) -> str:
    """A text that a pattern matches as a whole; ``allowed`` says in words what the pattern lets through."""
    value = context.try_get_context(key)
    if not isinstance(value, str) or re.fullmatch(pattern, value) is None:
        raise ConfigError(key, value, allowed)
    return value


def optional_text(context: Context, key: str, pattern: str, allowed: str) -> str | None:
    """The same, or None where the key is not set."""
    return None if context.try_get_context(key) is None else text(context, key, pattern, allowed)


def texts(context: Context, key: str, pattern: str, allowed: str) -> tuple[str, ...]:
    """Several such texts between commas."""
    return tuple(text(context, key, f"{pattern}(,{pattern})*", allowed).split(","))


def number(context: Context, key: str, least: int, most: int) -> int:
    """A whole number; the command line gives context values as text."""
    value = context.try_get_context(key)
    if re.fullmatch(r"\d{1,12}", str(value)) is None or not least <= int(value) <= most:
        raise ConfigError(key, value, f"a whole number from {least:,} to {most:,}")
    return int(value)


def optional_number(context: Context, key: str, least: int, most: int) -> int | None:
    """The same, or None where the key is not set."""
    return None if context.try_get_context(key) is None else number(context, key, least, most)


def absent(context: Context, key: str, why: str) -> None:
    """Refuse a key that would be without effect; ``why`` says where it has one.

    Raises:
        ConfigError: the key is set.
    """
    value = context.try_get_context(key)
    if value is not None:
        raise ConfigError(key, value, f"nothing ({why})")
