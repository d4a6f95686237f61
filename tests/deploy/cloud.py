"""An account of this machine: MiniStack with every service, the real CDK command line, and a token issuer."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docpipe.ocr.tessdata import tessdata_folder
from local.emulator import Emulator
from local.front.tokens import LocalIssuer
from local.names import CREDENTIALS, REGION
from local.postgres import PostgresServer
from local.processes import LIBRARY_ROOT, PROJECT_ROOT
from tools import cdk

ISSUER = "https://project.supabase.co/auth/v1"

_DOCKER = f"""#!{sys.executable}
import json, sys
import boto3
with open("{{calls}}", "a") as calls:
    print(json.dumps(sys.argv[1:]), file=calls)
if sys.argv[1] == "push":
    repository, _, tag = sys.argv[-1].partition("/")[2].rpartition(":")
    registry = boto3.client("ecr", region_name="{REGION}")
    registry.put_image(repositoryName=repository, imageTag=tag, imageManifest="{{{{}}}}")
# No image of that name is on this machine yet; everything else goes well.
sys.exit(sys.argv[1] == "inspect")
"""
"""Stands for Docker: notes what it is told, and what it is to push is in the registry afterwards."""


class EveryService(Emulator):
    """The emulator with all that the stack deploys to, not only what the one-machine runtime needs."""

    _program = "tests.deploy.emulator_main"

    def _environment(self) -> dict[str, str]:
        needed = {name: value for name, value in super()._environment().items() if name != "SERVICES"}
        return {**needed, "OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": str(tessdata_folder())}


@dataclass(frozen=True)
class Stage:
    """A stage as its operator names it.

    Attributes:
        settings: as ``SET`` has them.
    """

    name: str
    profile: str
    settings: str

    @property
    def prefix(self) -> str:
        """What every resource name begins with."""
        return f"docpipe-{self.name}-"


class Cloud:
    """The account, and what an operator does with it, by the commands of ``docs/deploying.md``.

    Args:
        folder: for everything that is written.
    """

    def __init__(self, emulator: Emulator, database: PostgresServer, jwks_url: str, folder: Path) -> None:
        self.emulator = emulator
        self._database = database
        self.folder = folder
        self._calls = folder / "docker.calls"
        self._synthesised: set[Path] = set()
        docker = folder / "docker"
        docker.write_text(_DOCKER.format(calls=self._calls))
        docker.chmod(0o755)
        self.environment = {
            **{name: value for name, value in cdk.environment().items() if not name.startswith(("AWS_", "MAKE"))},
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": emulator.endpoint_url,
            "AWS_REGION": REGION,
            "CDK_DOCKER": str(docker),
            "CDK_HOME": str(folder / "cdk"),
            "EMULATED_JWKS_URL": jwks_url,
        }

    def bootstrap(self, command: str) -> None:
        """Prepare the account; ``command`` is run by the Python that runs this."""
        python, *words = command.splitlines()[-1].split()
        assert python == ".venv/bin/python"
        self._run(sys.executable, *words, variables={})

    @cache  # noqa: B019 - one account a session
    def database_url(self, stage: str) -> str:
        """A database of PostgreSQL on this machine for each stage."""
        return self._database.make_database(f"docpipe_{stage}")

    def deploy(self, stage: Stage) -> dict[str, str]:
        """``make deploy``: the outputs that it prints, by name."""
        told = self._make("deploy", stage)
        return dict(re.findall(r"^  (\w+) +(\S+)$", told, re.MULTILINE))

    def differences(self, stage: Stage) -> str:
        """What ``cdk diff`` says."""
        context = [f"stage={stage.name}", f"profile={stage.profile}", *stage.settings.split()]
        given = [word for pair in context for word in ("-c", pair)]
        # What it finds it writes to stderr.
        both = ("sh", "-c", '"$@" 2>&1', "sh")
        return self._run(*both, sys.executable, "-m", "tools.cdk", "diff", *given, variables=self._app(stage))

    def destroy(self, stage: Stage) -> None:
        self._make("destroy", stage)

    def not_destroyed(self, stage: Stage) -> str:
        """What ``make destroy`` says of a stage that it does not destroy."""
        return self._make("destroy", stage, fails=True)

    def shell(self, script: str, folder: Path, **variables: str) -> str:
        """Run lines of a manual; the hosts of AWS are the emulator. What they print."""
        (folder / ".curlrc").write_text(f'connect-to = "::{urlsplit(self.emulator.endpoint_url).netloc}"\n')
        # The AWS command line looks at AWS_REGION from its version 2 on; that of PyPI is the first.
        # Nor does that take SQS from where the variable says.
        script = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n' + script
        told = {"CURL_HOME": str(folder), "no_proxy": "*", "AWS_DEFAULT_REGION": REGION, **variables}
        return self._run("bash", "-euo", "pipefail", "-c", script, variables=told, folder=folder)

    def docker_calls(self) -> list[list[str]]:
        """How Docker was called, in order: the words of each call."""
        return [json.loads(line) for line in self._calls.read_text().splitlines()]

    def template(self, stage: Stage) -> dict[str, Any]:
        """What was deployed: the stack's template without what the emulator does not carry."""
        path = self._assembly(stage) / f"docpipe-{stage.name}.template.json"
        template: dict[str, Any] = json.loads(path.read_text())
        return template

    def _make(self, target: str, stage: Stage, *, fails: bool = False) -> str:
        words = (f"STAGE={stage.name}", f"PROFILE={stage.profile}", f"SET={stage.settings}")
        # There is nobody at a terminal to be asked.
        answers = {"CDK_FORCE": "true"} if target == "destroy" else {"CDK_REQUIRE_APPROVAL": "never"}
        command = ("make", "--no-print-directory", target, *words)
        return self._run(*command, variables=answers | self._app(stage), fails=fails)

    def _assembly(self, stage: Stage) -> Path:
        return self.folder / "assemblies" / hashlib.sha256(repr(stage).encode()).hexdigest()[:12]

    def _app(self, stage: Stage) -> dict[str, str]:
        """Variables that have the command line run the app; once it has, what came of it is used again."""
        assembly = self._assembly(stage)
        if assembly in self._synthesised:
            return {"CDK_APP": str(assembly)}
        self._synthesised.add(assembly)
        return {
            "CDK_APP": f"{sys.executable} -m tests.deploy.app",
            "CDK_OUTPUT": str(assembly),
            "EMULATED_DATABASE_URL": self.database_url(stage.name),
        }

    def _run(
        self, *command: str, variables: Mapping[str, str], folder: Path = PROJECT_ROOT, fails: bool = False
    ) -> str:
        """What a command prints; of one that is to fail, what it complains of."""
        done = subprocess.run(
            command,
            cwd=folder,
            env={**self.environment, "PYTHONPATH": f"{PROJECT_ROOT}:{LIBRARY_ROOT}", **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"{command}:\n{done.stdout[-4_000:]}\n{done.stderr[-8_000:]}"
        return done.stderr if fails else done.stdout


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
