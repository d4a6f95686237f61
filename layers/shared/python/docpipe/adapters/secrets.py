"""Secrets Manager: secrets by name, read when they are needed and kept nowhere else; and one that a function writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from docpipe.adapters.aws import error_code, translated
from docpipe.domain.errors import SecretError
from docpipe.services import SecretVersion

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


class KeptSecret:
    """One secret that its function writes.

    Args:
        name: its name or ARN.
    """

    def __init__(self, client: SecretsManagerClient, name: str) -> None:
        self._client = client
        self._name = name

    def current(self) -> SecretVersion | None:
        """Its newest version, or None where nothing was written yet: that it does not exist is found in writing."""
        with translated(SecretError, "A secret could not be read"):
            try:
                answer = self._client.get_secret_value(SecretId=self._name)
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    return None
                raise
        # An emulated CloudFormation makes a secret without a value with an empty one; AWS's, with none.
        text = answer["SecretString"]
        return SecretVersion(version_id=answer["VersionId"], text=text) if text else None

    def write(self, text: str) -> str:
        """Make a new version; its id."""
        with translated(SecretError, "A secret could not be written"):
            return self._client.put_secret_value(SecretId=self._name, SecretString=text)["VersionId"]
