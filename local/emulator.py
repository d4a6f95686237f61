"""S3, SQS, DynamoDB and SES of this machine: a MiniStack server (docs/adr/0001-emulator.md says why)."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import boto3
import httpx
from botocore.config import Config

from local.errors import LocalRuntimeError
from local.names import ACCOUNT, CREDENTIALS, REGION
from local.processes import PROJECT_ROOT, Child, free_port

_HOST: Final = "127.0.0.1"
_START_LIMIT_S: Final = 30.0
_ATTEMPTS: Final = 3
"""Another program may take the free port before the emulator does."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that SES was given."""

    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str


class Emulator:
    """A server process on a free port of 127.0.0.1 that dies with this one.

    Its state lives in its memory, the bodies of objects in a folder: memory stays flat.

    Args:
        objects: folder for the bodies of objects.
        temporary: folder for its temporary files.
        log: file that its messages are added to.
    """

    _program = "local.emulator_main"

    def __init__(self, *, objects: Path, temporary: Path, log: Path) -> None:
        self._objects = objects
        self._temporary = temporary
        self._log = log
        self._child: Child | None = None
        self._port = 0
        self._session_lock = threading.Lock()
        self._session = boto3.session.Session(
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    @property
    def endpoint_url(self) -> str:
        """Where it is reached."""
        return f"http://{_HOST}:{self._port}"

    @property
    def child(self) -> Child:
        """Its process, once started."""
        if self._child is None:
            raise LocalRuntimeError("The AWS emulator is not running. Start it first.")
        return self._child

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            LocalRuntimeError: it does not start; the message names the log.
        """
        for _ in range(_ATTEMPTS):
            self._port = free_port()
            with self._log.open("ab") as output:
                command = [sys.executable, "-m", self._program]
                self._child = Child(command, environment=self._environment(), output=output, cwd=PROJECT_ROOT)
            if self._answers(self._child):
                return
            self.stop()
        raise LocalRuntimeError(f"The AWS emulator did not start. See {self._log}.")

    def client(self, service: str, **settings: Any) -> Any:
        """A boto3 client of the emulated service.

        Args:
            service: as boto3 names it.
            settings: of botocore's ``Config``.
        """
        # A session reads its models from disk once, but may not be shared by threads while it does.
        with self._session_lock:
            make_client: Any = self._session.client
            # No proxy of the machine's settings stands between this and its own server.
            return make_client(service, endpoint_url=self.endpoint_url, config=Config(proxies={}, **settings))

    def mailbox(self) -> list[Mail]:
        """The messages that SES was given, oldest first."""
        answer = httpx.get(f"{self.endpoint_url}/_ministack/ses/messages", timeout=10.0, trust_env=False)
        answer.raise_for_status()
        return [_mail(message) for message in answer.json()["messages"].get(ACCOUNT, [])]

    def stop(self) -> None:
        """End the server at once: nothing of it is kept, and nobody should wait for open long polls."""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _answers(self, child: Child) -> bool:
        deadline = time.monotonic() + _START_LIMIT_S
        while child.running and time.monotonic() < deadline:
            try:
                answer = httpx.get(f"{self.endpoint_url}/_ministack/ready", timeout=2.0, trust_env=False)
                if answer.status_code == HTTPStatus.OK:
                    return True
            except httpx.TransportError:
                time.sleep(0.02)
        return False

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(PROJECT_ROOT),
            "TMPDIR": str(self._temporary),
            "GATEWAY_PORT": str(self._port),
            "BIND_HOST": _HOST,
            "MINISTACK_HOST": _HOST,
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            # By these it checks the signatures of presigned links, as S3 does.
            **CREDENTIALS,
            "SERVICES": "s3,sqs,dynamodb,ses",
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self._objects),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # At INFO it writes the addresses of mails to its log.
            "LOG_LEVEL": "WARNING",
        }


def _mail(message: Mapping[str, Any]) -> Mail:
    return Mail(
        sender=message["Source"],
        recipients=tuple(message["To"]),
        subject=message["Subject"],
        text=message["BodyText"],
        html=message["BodyHtml"],
    )
