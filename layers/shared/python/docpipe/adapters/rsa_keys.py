"""RSA key pairs as CloudFront takes them: 2,048 bits, signatures by PKCS #1 1.5 over SHA-1.

"Create key pairs for your signers" and "Code examples for creating a signature" in the Amazon CloudFront developer
guide. What breaks SHA-1 are collisions between two texts of the forger's own choice; here the signer writes the text.
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from docpipe.domain.errors import SecretError

_BITS: Final = 2_048
_PUBLIC_EXPONENT: Final = 65_537
"""As RFC 8017 recommends, and the library asks for."""


class RsaKeyPairs:
    """Makes key pairs of this kind."""

    def private_key(self) -> str:
        """The private half of a new pair, PKCS #8."""
        pair = generate_private_key(_PUBLIC_EXPONENT, _BITS)
        return pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def public_half_of(self, private_key: str) -> str:
        """The public half of a pair."""
        public = read_private_key(private_key).public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_private_key(private_key: str) -> RSAPrivateKey:
    """The key of a PEM text.

    Raises:
        SecretError: the text is no such key.
    """
    try:
        # Whether its numbers fit together is not asked again at each cold start: ``RsaKeyPairs`` has made it.
        key = load_pem_private_key(private_key.encode(), None, unsafe_skip_rsa_key_validation=True)
    except ValueError:
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise SecretError(
            "The key that links are signed with is no RSA key. Raise link_key and deploy: the next signs then."
        )
    return key


def signature(key: RSAPrivateKey, text: bytes) -> bytes:
    """The signature of a text."""
    return key.sign(text, PKCS1v15(), SHA1())  # noqa: S303 - CloudFront verifies no other
