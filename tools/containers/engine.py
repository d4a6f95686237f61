"""Docker: for root a daemon of this project's own, that ends with the program; for others the machine's."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from local.processes import PROJECT_ROOT, Child
from tools.containers.errors import ContainerError

CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "docpipe-containers"
"""Images, layers and downloads; they make the second run quick, in another checkout too. Not in the project: a
daemon's folder holds whole file systems, with links out of them, that nothing should walk through."""

_PATH: Final = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/bin"
_START_LIMIT_S: Final = 60.0
_STOP_LIMIT_S: Final = 30.0


class Docker:
    """The client, talking to one daemon.

    Args:
        host: address of the daemon, as ``DOCKER_HOST`` has it; None for the client's own choice.
    """

    def __init__(self, host: str | None) -> None:
        # Debian's client first: an older one may lie before it on the path.
        program = shutil.which("docker", path=_PATH) or shutil.which("docker")
        if program is None:
            raise ContainerError("Docker is not installed. Run: tools/setup_containers.sh")
        self._program = program
        self._environment = {**os.environ, "DOCKER_BUILDKIT": "1", **({} if host is None else {"DOCKER_HOST": host})}

    def __call__(self, *arguments: str, timeout_s: float = 120.0) -> str:
        """Run a command of the client and give back what it prints.

        Raises:
            ContainerError: it fails; the message is the client's own.
        """
        done = self._run(arguments, timeout_s)
        if done.returncode != 0:
            raise ContainerError(f"docker {arguments[0]} failed:\n{(done.stderr or done.stdout).strip()[-4_000:]}")
        return done.stdout.strip()

    def succeeds(self, *arguments: str) -> bool:
        """Whether a command ends well."""
        return self._run(arguments, 60.0).returncode == 0

    def errors(self, *arguments: str) -> str:
        """What a command says on standard error; ``docker logs`` gives what the container said there."""
        return self._run(arguments, 60.0).stderr

    def load(self, arguments: Sequence[str], source: Sequence[str]) -> None:
        """Run a command with the output of another program as its input.

        Raises:
            ContainerError: one of them fails.
        """
        with (
            tempfile.TemporaryFile() as told,
            subprocess.Popen(source, stdout=subprocess.PIPE, stderr=told) as producer,
        ):
            done = subprocess.run(
                [self._program, *arguments],
                stdin=producer.stdout,
                env=self._environment,
                capture_output=True,
                check=False,
            )
            if producer.wait() != 0 or done.returncode != 0:
                told.seek(0)
                words = (told.read() + done.stderr).decode(errors="replace").strip()[-4_000:]
                raise ContainerError(f"{source[0]} or docker {arguments[0]} failed:\n{words}")

    def measure(self, *arguments: str) -> int:
        """Bytes that a command prints, once they are compressed."""
        packing = zlib.compressobj(6)
        command = [self._program, *arguments]
        with subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE) as printing:
            assert printing.stdout is not None  # noqa: S101 - narrows the type for the checker
            pieces = iter(partial(printing.stdout.read, 1 << 20), b"")
            return sum(len(packing.compress(piece)) for piece in pieces) + len(packing.flush())

    def _run(self, arguments: Sequence[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
        )


@contextmanager
def docker() -> Iterator[Docker]:
    """A client with a daemon behind it, for the length of the block.

    ``DOCKER_HOST`` names a daemon to use. Without it root gets a daemon that only this program knows: its images
    stay in ``CACHE``, it touches neither firewall nor bridges of the machine, and it dies with this program.

    Raises:
        ContainerError: there is no daemon that can be used.
    """
    if os.geteuid() == 0 and "DOCKER_HOST" not in os.environ:
        with _alone(), _daemon() as address:
            yield Docker(address)
        return
    client = Docker(None)
    if not client.succeeds("version"):
        raise ContainerError(
            "The Docker daemon cannot be reached. Start it and let this user talk to it (sudo usermod --append "
            "--groups docker $USER, then log in again), or run this as root, which needs no daemon of the system."
        )
    yield client


@contextmanager
def _alone() -> Iterator[None]:
    """Two daemons must not share a folder: a second program waits for the first."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _daemon() -> Iterator[str]:
    program = shutil.which("dockerd", path=_PATH)
    if program is None:
        raise ContainerError("dockerd is not installed. Run: tools/setup_containers.sh")
    # A socket's path may have 107 bytes (unix(7)), so it is not kept in the project.
    folder = Path(tempfile.mkdtemp(prefix="docpipe-docker-"))
    address = f"unix://{folder}/docker.sock"
    command = [program, f"--host={address}", f"--data-root={CACHE / 'docker'}", f"--exec-root={folder / 'run'}"]
    command += [f"--pidfile={folder / 'pid'}", "--bridge=none", "--iptables=false", "--ip6tables=false"]
    guard = [sys.executable, "-m", "local.lifeline", "SIGTERM", "0", "0"]
    log = CACHE / "dockerd.log"
    try:
        with log.open("wb") as output:
            child = Child(guard + command, environment={"PATH": _PATH}, output=output, cwd=PROJECT_ROOT)
        try:
            _wait_until_ready(Docker(address), child, log)
            yield address
        finally:
            child.stop(_STOP_LIMIT_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(client: Docker, child: Child, log: Path) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while child.running and time.monotonic() < deadline:
        if client.succeeds("version"):
            return
        time.sleep(0.1)
    end = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    raise ContainerError(f"dockerd did not start; name a daemon by DOCKER_HOST, or see {log}:\n{end}")
