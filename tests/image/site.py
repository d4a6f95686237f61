"""The whole system with its image functions in their image: the rest is the runtime of one machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from local.answers import Document
from local.client import Client
from local.launch import launches_of
from local.names import queue_url
from local.runtime import Runtime
from local.sqs_batch import done_messages, sqs_event
from local.topology import FunctionSpec, Topology, load_topology
from tests.image.container import FunctionContainer
from tests.support.runtimes import PATIENCE_S, shared_folder
from tools.containers.engine import Docker

_SOCKETS = "/run/postgresql"
"""Where containers find the database's socket."""


def without_image_functions(topology: Topology) -> Topology:
    """The topology with nothing that would set an image function off on this machine itself."""
    functions = {
        name: spec.model_copy(update={"event_sources": ()}) if spec.package == "image" else spec
        for name, spec in topology.functions.items()
    }
    return topology.model_copy(update={"functions": functions})


class Site:
    """A running system, seen by its user, its operator and its Lambda."""

    def __init__(self, runtime: Runtime, docker: Docker, rie: Path, folder: Path) -> None:
        self.runtime = runtime
        self.client = Client(runtime.api_url, runtime.token)
        self._docker, self._rie = docker, rie
        self._folder = folder
        self._topology = load_topology()
        self._sqs = runtime.client("sqs")
        # The socket's folder is closed to all but the server's user; Lambda's user has to get through.
        self._socket_folder = Path(unquote(str(conninfo_to_dict(runtime.database_url)["host"])))
        self._socket_folder.chmod(0o711)
        self._database_url = runtime.database_url.replace(
            quote(str(self._socket_folder), safe=""), quote(_SOCKETS, safe="")
        )
        self.containers: dict[str, FunctionContainer] = {}

    def image_functions(self) -> dict[str, FunctionSpec]:
        return {name: spec for name, spec in self._topology.functions.items() if spec.package == "image"}

    def container(self, function: str) -> FunctionContainer:
        """The environment of a function, begun when it is first asked for."""
        if function not in self.containers:
            self.containers[function] = self.begin(function, {})
        return self.containers[function]

    def begin(self, function: str, variables: Mapping[str, str]) -> FunctionContainer:
        """An environment with some variables of its own."""
        launches = launches_of(
            self._topology.model_copy(update={"functions": self.image_functions()}),
            database_url=self.runtime.database_url,
            endpoint_url=self.runtime.endpoint_url,
            logs=self._folder,
            temporary=self._folder,
        )
        given = {**launches[function].variables, "DATABASE_URL": self._database_url, **variables}
        spec = self._topology.functions[function]
        return FunctionContainer(self._docker, self._rie, spec, given, {self._socket_folder: _SOCKETS})

    def upload(self, path: Path) -> str:
        created = self.client.create(filename=path.name, byte_size=path.stat().st_size, languages="eng")
        self.client.upload(created.upload, path)
        return created.document_id

    def read(self, path: Path) -> Document:
        """Upload a file and serve the image's queues until its document has ended."""
        document_id = self.upload(path)
        deadline = time.monotonic() + PATIENCE_S
        while (document := self.client.document(document_id)).finished_at is None:
            if self._serve():
                deadline = time.monotonic() + PATIENCE_S
            assert time.monotonic() < deadline, f"{document} waited in vain"
        return document

    def _serve(self) -> bool:
        """Hand each queue's next message to its function; whether there was any."""
        served = False
        for name, spec in self.image_functions().items():
            for source in spec.event_sources:
                served = self._serve_one(name, source.queue) or served
        return served

    def _serve_one(self, function: str, queue: str) -> bool:
        url = queue_url(self.runtime.endpoint_url, queue)
        messages = self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=1, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"]
        ).get("Messages", [])
        for message in messages:
            answer = self.container(function).invoke(sqs_event(queue, [message]))
            assert "errorType" not in answer, f"{answer}\n{self.container(function).log()}"
            if done_messages(answer, [message["MessageId"]], partial=True):
                self._sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bool(messages)

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.runtime.database_url, row_factory=dict_row) as connection:
            return connection.execute(sql, values).fetchall()


@contextmanager
def site_of(docker: Docker, rie: Path) -> Iterator[Site]:
    """A site that ends with the block, its containers too."""
    with shared_folder() as folder, Runtime(folder, topology=without_image_functions(load_topology())) as runtime:
        site = Site(runtime, docker, rie, folder)
        try:
            yield site
        finally:
            for container in site.containers.values():
                container.remove()
