"""RDS: passwords that are IAM tokens, signed on the spot; no secret is stored and no endpoint is called."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from types_boto3_rds import RDSClient


def iam_password(client: RDSClient, database_url: str) -> Callable[[], str]:
    """A function that gives a fresh token (good for 15 minutes) for the URL's host and user."""
    parts = urlsplit(database_url)

    def token() -> str:
        return client.generate_db_auth_token(
            DBHostname=parts.hostname or "", Port=parts.port or 5432, DBUsername=parts.username or ""
        )

    return token
