"""Starts everything that a deployed stack consists of, on one machine, and ends it without a trace."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from local.emulator import Emulator, Mail
from local.environment import Environment
from local.errors import LocalRuntimeError
from local.event_source import EventSource
from local.fleet import Fleet
from local.folder import StateFolder
from local.front.front import Front
from local.front.page import BUILT_PAGE
from local.front.tokens import LocalIssuer, Principal
from local.invocation import Invocation
from local.launch import launches_of
from local.loops import Loops
from local.memory import Memory
from local.postgres import PostgresServer
from local.provisioning import provision
from local.schedule import Schedule, scheduled_event
from local.termination import ending_on_sigterm, raising_in_main_thread
from local.topology import Topology, load_topology
from local.watch import ServerWatch

_DATABASE: Final = "docpipe"
_MIGRATE: Final = "migrate"
_POLLING: Final = {"read_timeout": 40, "retries": {"total_max_attempts": 1}, "max_pool_connections": 128}
"""A long poll takes 20 s; a failed one is begun anew by its loop; each loop and worker has a connection."""


class Runtime:
    """The whole system on this machine, from ``with`` to the end of its block.

    Each run begins with empty buckets, queues and, unless ``database_url`` or the environment
    variable ``DATABASE_URL`` names a server, an empty database. Several can run side by side.

    Args:
        root: project folder; everything is kept in ``.docpipe`` below it.
        concurrency: CPUs that image functions share; None for those of this machine that there is memory for.
        topology: which functions, queues and buckets; None for those of the stack.
        database_url: ``postgresql://`` URL of a server to use in place of the embedded one.
        port: of the page and the API; 0 for any that is free.

    Attributes:
        database_url: of the database in use, once started.
    """

    def __init__(
        self,
        root: Path,
        *,
        concurrency: int | None = None,
        topology: Topology | None = None,
        database_url: str | None = None,
        port: int = 0,
    ) -> None:
        self._root = root
        self._topology = topology or load_topology()
        self._given_database_url = database_url or os.environ.get("DATABASE_URL")
        self._port = port
        self._memory = Memory.of_this_process()
        self._concurrency = concurrency or min(len(os.sched_getaffinity(0)), self._memory.readers)
        self._spare = self._memory.readers > self._concurrency
        self._loops = Loops()
        self._front: Front | None = None
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        """Start everything, in the order in which each part needs the others.

        Raises:
            LocalRuntimeError: something does not start; what did is ended again. It is raised within the block too,
                in the main thread, when the emulator or PostgreSQL dies.
        """
        with ExitStack() as cleanup:
            self._start(cleanup)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        self._cleanup.close()

    @property
    def folder(self) -> Path:
        """Where this run keeps its logs (``logs``), objects (``objects``) and database (``postgres``)."""
        return self._folder.path

    @property
    def endpoint_url(self) -> str:
        """Of the emulated AWS services."""
        return self._emulator.endpoint_url

    @property
    def url(self) -> str:
        """Of the page, when the topology has an HTTP API."""
        return self._given_front.url

    @property
    def api_url(self) -> str:
        """Of the HTTP API."""
        return f"{self.url}/api"

    @property
    def issuer(self) -> LocalIssuer:
        """Whose tokens the API takes."""
        return self._given_front.issuer

    def token(self, principal: Principal | None = None) -> str:
        """A bearer token for somebody, a member of the tenant ``local`` when not named; good for half an hour."""
        return self.issuer.token(principal or Principal())

    def client(self, service: str) -> Any:
        """A boto3 client of an emulated service (``s3``, ``sqs``, ``sesv2``)."""
        return self._emulator.client(service)

    def function(self, name: str) -> Callable[[Any], Invocation]:
        """A function, to be invoked directly: it takes the event and gives the record, response included."""
        return lambda event: self._fleet.invoke(name, event)

    def run_schedule(self, name: str) -> Invocation:
        """Invoke a scheduled function at once, with the event of its schedule."""
        return self._fleet.invoke(name, scheduled_event(name))

    def mailbox(self) -> list[Mail]:
        """The mails sent so far, oldest first."""
        return self._emulator.mailbox()

    def environments(self) -> list[Environment]:
        """The execution environments there are."""
        return self._fleet.environments()

    def invocations(self) -> list[Invocation]:
        """Records of the invocations so far, oldest first, without their responses."""
        return self._fleet.invocations()

    @property
    def _given_front(self) -> Front:
        if self._front is None:
            raise LocalRuntimeError("The topology has no HTTP API.")
        return self._front

    def _start(self, cleanup: ExitStack) -> None:
        cleanup.enter_context(ending_on_sigterm())
        self._tell_main_thread = cleanup.enter_context(raising_in_main_thread())
        if self._topology.http_api is not None:
            self._front = Front(self._port, page=BUILT_PAGE)
            cleanup.callback(self._front.close)
        self._folder = StateFolder.claim(self._root)
        cleanup.callback(self._folder.release)
        self._start_servers(cleanup)
        self._start_functions(cleanup)

    def _start_servers(self, cleanup: ExitStack) -> None:
        """Start emulator and PostgreSQL side by side, fill them, and watch them from then on."""
        logs, temporary = self._folder.logs, self._folder.temporary
        self._emulator = Emulator(objects=self._folder.objects, temporary=temporary, log=logs / "emulator.log")
        postgres = PostgresServer(self._folder.postgres, logs / "postgres.log")
        # What comes last here ends first: the loops are told to stop, what they wait for is
        # killed, and then they have nothing left to wait for.
        cleanup.callback(postgres.stop)
        cleanup.callback(self._loops.join)
        cleanup.callback(self._emulator.stop)
        with ThreadPoolExecutor(1) as meanwhile:
            database = meanwhile.submit(self._start_database, postgres)
            self._emulator.start()
            provision(self._emulator, self._topology)
            self.database_url = database.result()
        watch = ServerWatch(self._memory, logs, self._server_died)
        cleanup.callback(watch.stop)
        guard = {"PostgreSQL": postgres.child} if postgres.child is not None else {}
        watch.begin({"The AWS emulator": self._emulator.child, **guard})

    def _start_functions(self, cleanup: ExitStack) -> None:
        """Migrate the database, then let queues, schedules and requests set functions off."""
        launches = launches_of(
            self._topology,
            database_url=self.database_url,
            endpoint_url=self.endpoint_url,
            logs=self._folder.logs,
            temporary=self._folder.temporary,
            more=self._front.references if self._front is not None else {},
            cpus=self._concurrency,
        )
        self._fleet = Fleet(launches, self._concurrency, spare=self._spare, room_mb=lambda: self._memory.room_mb)
        cleanup.callback(self._fleet.close)
        cleanup.callback(self._loops.stop)
        self._migrate()
        self._start_loops()

    def _start_database(self, postgres: PostgresServer) -> str:
        if self._given_database_url:
            return self._given_database_url
        postgres.start()
        url = postgres.make_database(_DATABASE)
        # On Lambda each lane has environments of its own; here all of them share the CPUs, and ETAs have to know.
        postgres.tell(_DATABASE, "docpipe.shared_readers", str(self._concurrency))
        postgres.tell(_DATABASE, "docpipe.small_runs_beside", "on" if self._spare else "off")
        return url

    def _migrate(self) -> None:
        """Bring the database to the newest schema, as each deployment does."""
        if _MIGRATE not in self._topology.functions:
            return
        record = self._fleet.invoke(_MIGRATE, {})
        if record.error is not None:
            raise LocalRuntimeError(
                f"The database could not be migrated: {record.error.error_type}: {record.error.message} "
                f"See {self._folder.logs / _MIGRATE}.log."
            )
        self._fleet.retire(_MIGRATE)

    def _start_loops(self) -> None:
        functions = self._topology.functions
        sqs = self._emulator.client("sqs", **_POLLING)
        for name, spec in functions.items():
            for source in spec.event_sources:
                loop = EventSource(
                    name,
                    source,
                    visibility_timeout_s=self._topology.queues[source.queue].visibility_timeout_s,
                    priority=source.queue.endswith("-priority"),
                    fleet=self._fleet,
                    sqs=sqs,
                    endpoint_url=self.endpoint_url,
                )
                self._loops.begin(loop)
            if spec.schedule_s is not None:
                self._loops.begin(Schedule(name, spec.schedule_s, self._fleet))
        if self._topology.http_api is not None and self._front is not None:
            self._front.lead_to(self._fleet, self._topology.http_api, self._topology.websocket_api)
            self._loops.begin(self._front.server)

    def _server_died(self, sentence: str) -> None:
        """Nothing works any more: end what goes on by itself, and tell whoever uses this runtime."""
        self._loops.stop()
        self._tell_main_thread(LocalRuntimeError(sentence))
