"""Starts a migration from outside the private network, where the administrator's password can be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Functions(Protocol):
    """Other functions, by name."""

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """The answer of a function."""


class Secrets(Protocol):
    """Secrets, by name."""

    def read(self, name: str) -> str:
        """The text of a secret."""


@dataclass(frozen=True, slots=True)
class MigrationStart:
    """Asks the migrate function, and hands it the password for the one moment it needs it.

    Attributes:
        administrator_secret: the secret that RDS keeps (JSON with ``username`` and ``password``), or None
            where the functions' login exists already.
    """

    functions: Functions
    secrets: Secrets
    migrate_function: str
    administrator_secret: str | None

    def __call__(self) -> str:
        """Migrate; the revision that the schema is at afterwards.

        Raises:
            SecretError, FunctionError: the password could not be read, or the migration failed.
            CapacityError: a service is throttling.
        """
        event: dict[str, Any] = {}
        if self.administrator_secret is not None:
            secret = json.loads(self.secrets.read(self.administrator_secret))
            event["administrator"] = {"username": secret["username"], "password": secret["password"]}
        return str(self.functions.invoke(self.migrate_function, event)["revision"])
