"""Signed links, looked at as CloudFront does, by another way than they are made."""

from __future__ import annotations

from base64 import b64decode
from urllib.parse import parse_qs

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def verify(link: str, public_key: str) -> None:
    """As CloudFront does with a canned policy: it writes the policy from the address that it is asked for.

    "Create a signature for a signed URL that uses a canned policy", Amazon CloudFront developer guide.

    Raises:
        InvalidSignature: the address is not the one that was signed.
    """
    address, _, query = link.partition("?")
    given = {name: values[0] for name, values in parse_qs(query).items()}
    policy = (
        f'{{"Statement":[{{"Resource":"{address}",'
        f'"Condition":{{"DateLessThan":{{"AWS:EpochTime":{given["Expires"]}}}}}}}]}}'
    )
    signature = b64decode(given["Signature"].translate(str.maketrans("-_~", "+=/")))
    key = load_pem_public_key(public_key.encode())
    assert isinstance(key, RSAPublicKey)
    assert key.key_size == 2_048
    key.verify(signature, policy.encode(), PKCS1v15(), SHA1())
