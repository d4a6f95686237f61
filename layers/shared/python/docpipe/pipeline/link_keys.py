"""The keys that links to results are signed with: numbered, and made before they are needed.

The key of a number signs; the one after it is known to all verifiers already, so that links are good from the first
second after a turn to it. Numbers below are taken no longer, which revokes every link that they signed; the last of
them is kept all the same, for a deployment that is rolled back to it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from docpipe.services import KeyPairs, SecretKeeper


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """What is told of the keys.

    Attributes:
        version_id: of the secret that holds the private halves, by name (``name_of``).
        public: the public halves, PEM, of the number that signs and the one after it.
    """

    version_id: str
    public: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class LinkKeyring:
    """Where keys are kept, and what makes them."""

    secret: SecretKeeper
    pairs: KeyPairs


def name_of(number: int) -> str:
    """What the secret calls the private half of a number."""
    return f"key{number}"


def keep_link_keys(number: int, keyring: LinkKeyring) -> LinkKeys:
    """Have the keys of a number and of the next in the secret; those that are there stay as they are.

    Raises:
        SecretError: the secret could not be read or written.
        CapacityError: the service is throttling.
    """
    current = keyring.secret.current()
    held: dict[str, str] = json.loads(current.text) if current else {}
    needed = [number, number + 1]
    kept = {name_of(each): held[name_of(each)] for each in (number - 1, *needed) if name_of(each) in held}
    for each in needed:
        if name_of(each) not in kept:
            kept[name_of(each)] = keyring.pairs.private_key()
    version_id = current.version_id if current and kept == held else keyring.secret.write(json.dumps(kept))
    return LinkKeys(version_id, {each: keyring.pairs.public_half_of(kept[name_of(each)]) for each in needed})
