"""One execution environment: the image under Lambda's Runtime Interface Emulator, held as Lambda holds it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from local.processes import free_port
from local.topology import FunctionSpec
from tools.containers.engine import Docker
from tools.containers.image import TAG

MB = 1_024 * 1_024
_VCPU_MB = 1_769
_OF_THIS_MACHINE = {"LAMBDA_TASK_ROOT", "LD_LIBRARY_PATH", "OMP_THREAD_LIMIT", "PATH", "PYTHONPATH", "TESSDATA_PREFIX"}
"""Variables that the image sets itself, and that mean something else outside of it."""

_GROUPS = "/sys/fs/cgroup"
_PEAK = (f"{_GROUPS}/memory.peak", f"{_GROUPS}/memory/memory.max_usage_in_bytes")
_KILLS = (f"{_GROUPS}/memory.events", f"{_GROUPS}/memory/memory.oom_control")
"""Of the memory controller, versions 2 and 1, as the container sees them (kernel documentation, cgroup-v2)."""


class FunctionContainer:
    """A container of one function.

    Args:
        rie: the emulator's program.
        variables: environment of the function.
        mounts: folders of this machine, each with the path under which the container has it.
    """

    def __init__(
        self, docker: Docker, rie: Path, spec: FunctionSpec, variables: Mapping[str, str], mounts: Mapping[Path, str]
    ) -> None:
        self._docker = docker
        self.name = f"docpipe-test-{uuid4().hex[:12]}"
        self._port = free_port()
        given = {name: value for name, value in variables.items() if name not in _OF_THIS_MACHINE}
        given["AWS_LAMBDA_FUNCTION_TIMEOUT"] = str(int(spec.timeout_s))
        docker(
            "run",
            "--detach",
            f"--name={self.name}",
            "--network=host",
            f"--memory={spec.memory_mb}m",
            f"--memory-swap={spec.memory_mb}m",
            f"--cpus={min(spec.memory_mb / _VCPU_MB, os.cpu_count() or 1)}",
            "--read-only",
            "--tmpfs=/tmp:rw,exec,size=512m",
            "--ipc=none",
            "--user=993:990",
            "--cap-drop=ALL",
            "--security-opt=no-new-privileges",
            "--entrypoint=/rie",
            f"--volume={rie}:/rie:ro",
            *(f"--volume={folder}:{inside}" for folder, inside in mounts.items()),
            *(f"--env={name}={value}" for name, value in given.items()),
            TAG,
            f"--runtime-interface-emulator-address=127.0.0.1:{self._port}",
            f"--runtime-api-address=127.0.0.1:{free_port()}",
            "/usr/bin/python3",
            "-m",
            "awslambdaric",
            spec.handler,
        )

    def invoke(self, event: Mapping[str, Any]) -> Any:
        """What the function answers. The emulator says 200 whatever happened; an error is in the answer."""
        url = f"http://127.0.0.1:{self._port}/2015-03-31/functions/function/invocations"
        deadline = time.monotonic() + 60.0
        while True:
            try:
                return httpx.post(url, json=event, timeout=600.0, trust_env=False).json()
            except httpx.ConnectError:
                # It does not listen yet.
                assert time.monotonic() < deadline, self.log()
                assert self.running, self.log()
                time.sleep(0.05)

    def python(self, code: str) -> str:
        """Run a program with the image's Python beside the function, and give back what it prints."""
        return self._docker("exec", self.name, "/usr/bin/python3", "-c", code)

    @property
    def running(self) -> bool:
        return self._docker("inspect", "--format={{.State.Running}}", self.name) == "true"

    @property
    def peak_memory(self) -> int:
        """The most memory that was ever charged to it, file cache and /tmp included, bytes."""
        return int(self._first_of(_PEAK))

    @property
    def processes_killed_for_memory(self) -> int:
        """How often the kernel has ended a process of it because the limit was reached."""
        lines = [line.split() for line in self._first_of(_KILLS).splitlines()]
        return int(dict(lines)["oom_kill"])

    @property
    def written_outside_tmp(self) -> list[str]:
        """Files that differ from the image's."""
        changed = [line.split()[1] for line in self._docker("diff", self.name).splitlines()]
        # The places that folders and the emulator are mounted on.
        return [path for path in changed if not path.startswith(("/rie", "/run"))]

    def log(self) -> str:
        """What function and emulator have written."""
        return self._docker("logs", self.name) + self._docker.errors("logs", self.name)

    def remove(self) -> None:
        self._docker("rm", "--force", self.name)

    def _first_of(self, paths: Sequence[str]) -> str:
        return self.python(f"import os; print(open(next(filter(os.path.exists, {json.dumps(paths)}))).read())")
