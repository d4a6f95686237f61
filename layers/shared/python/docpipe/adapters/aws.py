"""How this product talks to AWS: client settings, and which SDK errors mean what."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from docpipe.domain.errors import CapacityError, TransientError

CONFIG: Final = Config(
    # The default signature and host of some regions break uploads under KMS and CORS preflights.
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=5,
    read_timeout=30,
    # What the SDK would say of itself it puts together anew for each call, which takes a quarter of a call's CPU.
    user_agent="docpipe",
)
"""Settings of every client; retries of calls are the SDK's business. CloudTrail names the user agent."""

_THROTTLED: Final = frozenset(
    {
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestLimitExceeded",
        "TooManyRequestsException",
        "ServiceUnavailable",
        "503",
    }
)
"""Error codes that ask for patience (AWS service references: S3, SQS, SES)."""


def error_code(error: ClientError) -> str:
    """The service's own code of an error."""
    return str(error.response.get("Error", {}).get("Code", "Unknown"))


@contextmanager
def translated(error_type: type[TransientError], what: str) -> Iterator[None]:
    """Turn SDK errors into ours; ``what`` is a clause that names the action that failed.

    The SDK's message may quote keys or addresses, so only the service's code travels on.

    Raises:
        CapacityError: the service is throttling.
        TransientError: of the given type, for anything else the SDK reports.
    """
    try:
        yield
    except ClientError as error:
        code = error_code(error)
        if code in _THROTTLED:
            raise CapacityError(f"{what}: the service is throttling ({code}). Wait and try again.") from None
        raise error_type(
            f"{what} ({code}). Try again; if it stays so, check the service and its permissions."
        ) from None
    except BotoCoreError as error:
        raise error_type(f"{what} ({type(error).__name__}). Try again; if it stays so, check the network.") from None
