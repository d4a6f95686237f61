"""The three profiles: how much safety and cost a stage is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Profile(StrEnum):
    """Name of a profile.

    ``dev`` is the cheapest that works. ``production`` survives the loss of a zone and keeps what it holds.
    ``hybrid`` keeps its rows in a PostgreSQL that exists elsewhere, for moving over step by step.
    """

    DEV = "dev"
    PRODUCTION = "production"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class DatabaseTraits:
    """The PostgreSQL instance of a stage.

    Attributes:
        instance_class: as RDS names it, without ``db.``.
        multi_az: whether a standby in another zone takes over.
        backup_days: how far back a point in time can be restored.
        max_connections: connections PostgreSQL takes: one for each environment that the event sources may
            keep busy, and room for the rest. The default of ``t4g.micro`` (its memory over 9,531,392, about
            100) is below that; an idle connection costs about 2 MB.
        storage_gb, max_storage_gb: storage at the start, and how far it grows by itself.
        insights: whether Performance Insights and enhanced monitoring are on.
    """

    instance_class: str
    multi_az: bool
    backup_days: int
    max_connections: int
    storage_gb: int
    max_storage_gb: int
    insights: bool


@dataclass(frozen=True, slots=True)
class Traits:
    """What a profile decides.

    Attributes:
        reserved_concurrency: whether functions without event sources are held to a share of the account's
            concurrency (``FunctionSpec.reserved_concurrency``). New accounts have too little of it to reserve any.
        database: the stage's own PostgreSQL, or None where the rows live elsewhere; without one there is
            no private network either, as nothing would be in it.
        endpoint_zones: zones in which interface endpoints stand; each costs by the hour and zone.
        flow_logs: whether the network's flows are logged.
        firewall: whether a web application firewall stands before the page and the API.
        edges: ``nearest`` for the cheaper half of CloudFront's edges, ``all`` for all.
        second_factor: whether users of the stage's own must sign in with a second factor.
        alarms: whether somebody must be told of alarms (``alarm_email``); elsewhere it is a choice.
        retain_data: whether buckets, keys, database and logs outlive the stack, and it is protected from deletion.
        log_days: how long logs are kept, days.
    """

    database: DatabaseTraits | None
    reserved_concurrency: bool
    endpoint_zones: int
    flow_logs: bool
    firewall: bool
    edges: str
    second_factor: bool
    alarms: bool
    retain_data: bool
    log_days: int


TRAITS: Mapping[Profile, Traits] = {
    Profile.DEV: Traits(
        database=DatabaseTraits(
            instance_class="t4g.micro",
            multi_az=False,
            backup_days=7,
            max_connections=200,
            storage_gb=20,
            max_storage_gb=100,
            insights=False,
        ),
        reserved_concurrency=False,
        endpoint_zones=1,
        flow_logs=False,
        firewall=False,
        edges="nearest",
        second_factor=False,
        alarms=False,
        retain_data=False,
        log_days=30,
    ),
    Profile.PRODUCTION: Traits(
        database=DatabaseTraits(
            instance_class="t4g.medium",
            multi_az=True,
            backup_days=35,
            max_connections=400,
            storage_gb=50,
            max_storage_gb=1_000,
            insights=True,
        ),
        reserved_concurrency=True,
        endpoint_zones=2,
        flow_logs=True,
        firewall=True,
        edges="all",
        second_factor=True,
        alarms=True,
        retain_data=True,
        log_days=365,
    ),
    Profile.HYBRID: Traits(
        database=None,
        reserved_concurrency=False,
        endpoint_zones=0,
        flow_logs=False,
        firewall=False,
        edges="nearest",
        second_factor=True,
        alarms=True,
        retain_data=True,
        log_days=90,
    ),
}
