"""CloudFront: signed links to objects of the bucket behind a distribution."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from docpipe.adapters.rsa_keys import read_private_key, signature


class CloudFrontLinks:
    """Links with a canned policy: one object, and the second in which they end.

    "Create a signed URL using a canned policy" in the Amazon CloudFront developer guide. Nothing is asked to make one.
    That no browser keeps what they lead to, the distribution sees to.

    Args:
        url: scheme and host of the distribution; an object's path there is its key.
        key_id: what CloudFront calls the public half.
        private_key: PEM.
    """

    def __init__(self, url: str, key_id: str, private_key: str) -> None:
        self._url = url
        self._key: RSAPrivateKey = read_private_key(private_key)
        self._signer = CloudFrontSigner(key_id, lambda policy: signature(self._key, policy))

    def link(self, key: str, *, expires_s: int) -> str:
        """An address from which whoever has it may fetch an object for ``expires_s`` seconds."""
        ends_at = datetime.now(UTC) + timedelta(seconds=expires_s)
        return self._signer.generate_presigned_url(f"{self._url}/{key}", date_less_than=ends_at)
