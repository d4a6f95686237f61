"""Secrets Manager: secrets by name, read when they are needed and kept nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docpipe.adapters.aws import translated
from docpipe.domain.errors import SecretError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


class SecretsManager:
    """Reads current versions."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self._client = client

    def read(self, name: str) -> str:
        """The text of a secret, named by name or ARN.

        Raises:
            SecretError: it does not exist, may not be read, or holds no text.
            CapacityError: the service is throttling.
        """
        with translated(SecretError, "A secret could not be read"):
            return self._client.get_secret_value(SecretId=name)["SecretString"]
