"""An account of this machine: MiniStack with every service, the real CDK command line, and a token issuer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from docpipe.ocr.tessdata import tessdata_folder
from local.emulator import Emulator
from local.front.tokens import AUDIENCE, LocalIssuer
from local.names import ACCOUNT, CREDENTIALS, REGION
from local.processes import LIBRARY_ROOT, PROJECT_ROOT
from tools import cdk

ISSUER = "https://tokens.docpipe.example"

_DOCKER = """#!/bin/sh
printf '%s\\n' "$*" >> {calls}
# No image of that name is there yet; everything else goes well.
test "$1" != inspect
"""


class EveryService(Emulator):
    """The emulator with all that the stack deploys to, not only what the one-machine runtime needs."""

    def _environment(self) -> dict[str, str]:
        needed = {name: value for name, value in super()._environment().items() if name != "SERVICES"}
        return {**needed, "OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": str(tessdata_folder())}


class Cloud:
    """The account, and what an operator does with it.

    Args:
        database_url: of the PostgreSQL that the functions use.
        folder: for everything that is written.
    """

    def __init__(self, emulator: Emulator, database_url: str, jwks_url: str, folder: Path) -> None:
        self.emulator = emulator
        self._folder = folder
        self.docker_calls = folder / "docker.calls"
        docker = folder / "docker"
        docker.write_text(_DOCKER.format(calls=self.docker_calls))
        docker.chmod(0o755)
        page = folder / "page"
        page.mkdir()
        (page / "index.html").write_text("<!doctype html><title>Docpipe</title>")
        self._environment = {
            **{name: value for name, value in cdk.environment().items() if not name.startswith("AWS_")},
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": emulator.endpoint_url,
            "AWS_REGION": REGION,
            "CDK_DOCKER": str(docker),
            "CDK_HOME": str(folder / "cdk"),
            "PYTHONPATH": f"{PROJECT_ROOT}:{LIBRARY_ROOT}",
            "EMULATED_DATABASE_URL": database_url,
            "EMULATED_JWKS_URL": jwks_url,
        }

    def bootstrap(self) -> None:
        # In a folder without an app, which would be synthesised first for nothing.
        self._cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", folder=self._folder)

    def deploy(self, **context: str) -> dict[str, str]:
        """Deploy the stack that the context describes; its outputs, by name."""
        outputs = self._folder / "outputs.json"
        self._cdk("deploy", "--require-approval=never", f"--outputs-file={outputs}", *self._app(context))
        (stack,) = json.loads(outputs.read_text()).values()
        return dict(stack)

    def differences(self, **context: str) -> str:
        """What ``cdk diff`` says."""
        return self._cdk("diff", *self._app(context))

    def destroy(self, **context: str) -> None:
        self._cdk("destroy", "--force", *self._app(context))

    def _app(self, context: Mapping[str, str]) -> list[str]:
        given = {"web_folder": os.path.relpath(self._folder / "page", PROJECT_ROOT), **context}
        app = f"--app={sys.executable} -m tests.deploy.app"
        return [app, f"--output={self._folder / 'out'}", *(f"--context={key}={value}" for key, value in given.items())]

    def _cdk(self, *arguments: str, folder: Path = PROJECT_ROOT) -> str:
        done = subprocess.run(
            [*cdk.command(), *arguments],
            cwd=folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"cdk {arguments[0]}:\n{done.stdout[-4_000:]}\n{done.stderr[-8_000:]}"
        return done.stdout + done.stderr


@contextmanager
def key_server(issuer: LocalIssuer) -> Iterator[str]:
    """Serve an issuer's public keys; the block is given their address."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(issuer.jwks()).encode())

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/jwks.json"
        server.shutdown()


DEV: Mapping[str, str] = {"stage": "dev", "auth_issuer": ISSUER, "auth_audience": AUDIENCE, "auth_client_id": "page"}
"""The cheapest profile, with an issuer of tokens outside of the stack."""
