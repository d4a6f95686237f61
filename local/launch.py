"""What an execution environment of a function is started with: its variables, its log, its folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from docpipe.ocr.tessdata import EngineMissingError, installed_languages, tessdata_folder
from local.errors import LocalRuntimeError
from local.names import CREDENTIALS, REGION, queue_url_prefix, resource_name
from local.processes import LIBRARY_ROOT, PROJECT_ROOT
from local.topology import FunctionSpec, Topology, resolve

_IMAGE: Final = "image"
_PAGE_WORKERS: Final = "PAGE_WORKERS"

_HANDLER_MB: Final = 100
_PAGE_WORKER_MB: Final = 250
"""What a process that runs a handler and one that reads pages of a common scan take at their peak (make bench)."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start environments of one function.

    Attributes:
        name: of the function, without the stage's prefix.
        variables: its environment, complete but for what differs between environments.
        log: file that its environments write to.
        temporary: folder in which each environment gets one for its temporary files.
    """

    name: str
    spec: FunctionSpec
    variables: Mapping[str, str]
    log: Path
    temporary: Path

    @property
    def is_image(self) -> bool:
        """Whether it is one of the functions that hold Tesseract and use a whole CPU."""
        return self.spec.package == _IMAGE

    @property
    def has_lanes(self) -> bool:
        """Whether its work is long and waits in lanes; a function with one queue is quick, and somebody waits."""
        return len(self.spec.event_sources) > 1

    @property
    def usual_mb(self) -> float:
        """The memory that an environment of it takes with usual documents."""
        workers = int(self.variables.get(_PAGE_WORKERS, "1")) if self.is_image else 0
        return _HANDLER_MB + workers * _PAGE_WORKER_MB

    def environment(self, environment_id: str, temporary: Path) -> dict[str, str]:
        """Every variable that the process of an environment gets."""
        return {
            **self.variables,
            "AWS_LAMBDA_LOG_STREAM_NAME": environment_id,
            "TMPDIR": str(temporary),
        }


def launches_of(
    topology: Topology,
    *,
    database_url: str,
    endpoint_url: str,
    logs: Path,
    temporary: Path,
    more: Mapping[str, str] = MappingProxyType({}),
    cpus: int | None = None,
) -> dict[str, Launch]:
    """Put together what each function is started with, by name.

    Args:
        database_url: of the database.
        endpoint_url: of the emulator.
        logs: folder of log files.
        temporary: folder of temporary folders.
        more: what else a ``${name}`` in the topology's environments may stand for.
        cpus: page workers that a function may have at most; None for as many as the stack gives it.

    Raises:
        LocalRuntimeError: Tesseract's data is missing, or an environment refers to something unknown.
    """
    references = {
        "database_url": database_url,
        "queue_url_prefix": queue_url_prefix(endpoint_url),
        **{f"bucket:{name}": resource_name(name) for name in topology.buckets},
        **{f"table:{name}": resource_name(name) for name in topology.tables},
        **more,
    }
    return {
        name: Launch(
            name, spec, _variables(name, spec, references, endpoint_url, cpus), logs / f"{name}.log", temporary
        )
        for name, spec in topology.functions.items()
    }


def _variables(
    name: str, spec: FunctionSpec, references: Mapping[str, str], endpoint_url: str, cpus: int | None
) -> dict[str, str]:
    return {
        **_lambda_variables(name, spec),
        **(_image_variables() if spec.package == _IMAGE else {}),
        **{variable: resolve(value, references) for variable, value in spec.environment.items()},
        # The database of this machine takes no IAM tokens, whatever the stack says of the deployed one.
        **({"DATABASE_IAM_AUTH": "false"} if "DATABASE_IAM_AUTH" in spec.environment else {}),
        "AWS_ENDPOINT_URL": endpoint_url,
        **(_languages(spec.environment["LANGUAGES"]) if "LANGUAGES" in spec.environment else {}),
        **_page_workers(spec.environment, cpus),
        # Links in e-mails lead to the page of this machine, on whichever port it is served.
        **({"WEB_URL": references["front"]} if "WEB_URL" in spec.environment and "front" in references else {}),
    }


def _page_workers(environment: Mapping[str, str], cpus: int | None) -> dict[str, str]:
    """A page worker has a CPU of its own, as on Lambda: more of them would take memory and bring nothing."""
    given = environment.get(_PAGE_WORKERS)
    return {} if given is None or cpus is None else {_PAGE_WORKERS: str(min(int(given), cpus))}


def _languages(built_in: str) -> dict[str, str]:
    """What is installed here in place of what the image is built with; its usual language stays the first."""
    usual = built_in.split("+", maxsplit=1)[0]
    with _tesseract():
        installed = installed_languages(tessdata_folder())
    return {"LANGUAGES": "+".join(sorted(installed, key=lambda language: (language != usual, language)))}


def _lambda_variables(name: str, spec: FunctionSpec) -> dict[str, str]:
    """What Lambda itself sets (developer guide, "Defined runtime environment variables")."""
    full_name = resource_name(name)
    return {
        **CREDENTIALS,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": full_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{full_name}",
        "_HANDLER": spec.handler,
        "LAMBDA_TASK_ROOT": str(PROJECT_ROOT),
        "PYTHONPATH": os.pathsep.join((str(PROJECT_ROOT), str(LIBRARY_ROOT))),
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin")),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def _image_variables() -> dict[str, str]:
    """What the image of the deployed function sets."""
    with _tesseract():
        return {"OMP_THREAD_LIMIT": "1", "TESSDATA_PREFIX": str(tessdata_folder())}


@contextmanager
def _tesseract() -> Iterator[None]:
    try:
        yield
    except EngineMissingError as error:
        raise LocalRuntimeError(error.message) from None
