"""An issuer of tokens: real keys, and a real HTTP server that publishes them."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "authenticated"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class Issuer:
    """Signs tokens, and publishes those of its keys that a test wants published.

    Attributes:
        published: key sets' entries.
        status, body: what the key set's address answers; a body of None is the key set.
        asked: how often it was.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.keys: dict[str, Key] = {}
        self.published: list[dict[str, Any]] = []
        self.status = 200
        self.body: bytes | None = None
        self.asked = 0

    @property
    def jwks_url(self) -> str:
        return f"{self.address}/.well-known/jwks.json"

    def publish(self, key_id: str, key: Key, **more: Any) -> None:
        """Add a key, and sign tokens with it that name it."""
        public: Any = key.public_key()
        algorithm: Any = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
        self.keys[key_id] = key
        self.published.append({**algorithm.to_jwk(public, as_dict=True), "kid": key_id, "use": "sig", **more})

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good token, with changes; a change to None takes one away."""
        now = int(time.time())
        good = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": "11111111-2222-4333-8444-555555555555",
            "email": "owner@docpipe.example",
            "iat": now,
            "exp": now + 600,
            "app_metadata": {"docpipe_tenant": "clinic-a"},
        }
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def token(self, key_id: str = "ec", *, algorithm: str | None = None, **changes: Any) -> str:
        """A token signed with a key of ours."""
        key = self.keys[key_id]
        usual = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(self.claims(**changes), key, algorithm or usual, headers={"kid": key_id})


@contextmanager
def issuer() -> Iterator[Issuer]:
    """An issuer with a key of each kind, ``ec`` and ``rsa``, for as long as the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuing.asked += 1
            body = json.dumps({"keys": issuing.published}).encode() if issuing.body is None else issuing.body
            self.send_response(issuing.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuing = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
        issuing.publish("ec", ec.generate_private_key(ec.SECP256R1()), alg="ES256")
        issuing.publish("rsa", rsa.generate_private_key(65_537, 2_048))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield issuing
        server.shutdown()
        thread.join()


def strange_key() -> ec.EllipticCurvePrivateKey:
    """A key that no issuer has published."""
    return ec.generate_private_key(ec.SECP256R1())
