"""What a stage keeps its files, messages, rows and logs in: functions and APIs come on top of it."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs

from infra.catalogue import MAX_RECEIVE_COUNT, visibility_timeouts
from infra.config import StageConfig
from infra.constructs.database import Database, server_log_groups
from infra.constructs.encryption import Encryption
from infra.constructs.log_group import log_group
from infra.constructs.mail import Mail
from infra.constructs.network import Network, Reachable
from infra.constructs.queues import Queues
from infra.constructs.storage import Storage
from infra.constructs.tables import Tables
from infra.profiles import DatabaseTraits
from infra.tables import TABLES


@dataclass(frozen=True, slots=True)
class Foundations:
    """The constructs. ``network`` and ``database`` are None in profiles whose database is elsewhere."""

    encryption: Encryption
    storage: Storage
    queues: Queues
    tables: Tables
    mail: Mail
    network: Network | None
    database: Database | None

    @property
    def key(self) -> kms.IKey:
        """The one key that all of it is encrypted with."""
        return self.encryption.key


def lay_foundations(stack: Stack, config: StageConfig) -> Foundations:
    """Make them; S3 announces uploads to the queue ``intake`` from then on."""
    prefix, traits = config.prefix, config.traits
    encryption = Encryption(stack, "Encryption", prefix=prefix, retain_data=traits.retain_data)
    key = encryption.key
    storage = Storage(stack, "Storage", prefix=prefix, key=key, archive=config.storage, retain_data=traits.retain_data)
    queues = Queues(
        stack,
        "Queues",
        prefix=prefix,
        key=key,
        visibility_timeouts=visibility_timeouts(),
        max_receive_count=MAX_RECEIVE_COUNT,
    )
    storage.announce_uploads_to(queues.by_name["intake"])
    tables = Tables(stack, "Tables", prefix=prefix, key=key, specs=TABLES)
    mail = Mail(stack, "Mail", prefix=prefix, sender=config.mail_sender, identity=config.mail_identity)
    network = database = None
    if traits.database is not None:
        network = _network(stack, config, key, _reachable(storage, tables, queues))
        database = _database(stack, config, key, network, traits.database)
    return Foundations(encryption, storage, queues, tables, mail, network, database)


def stage_log_group(stack: Stack, construct_id: str, name: str, *, config: StageConfig, key: kms.IKey) -> logs.LogGroup:
    """A log group of the stage's own by its short name, one of AWS's by its path."""
    return log_group(
        stack,
        construct_id,
        name=name if "/" in name else f"/docpipe/{config.prefix}{name}",
        key=key,
        days=config.traits.log_days,
        retain=config.traits.retain_data,
    )


def _reachable(storage: Storage, tables: Tables, queues: Queues) -> Reachable:
    return Reachable(
        buckets=[storage.uploads.bucket_arn, storage.results.bucket_arn],
        tables=[table.table_arn for table in tables.by_name.values()],
        queues=[queue.queue_arn for queue in (*queues.by_name.values(), *queues.dead_letter.values())],
    )


def _network(stack: Stack, config: StageConfig, key: kms.IKey, reachable: Reachable) -> Network:
    flows = stage_log_group(stack, "FlowLogs", "flows", config=config, key=key) if config.traits.flow_logs else None
    return Network(
        stack,
        "Network",
        prefix=config.prefix,
        reachable=reachable,
        endpoint_zones=config.traits.endpoint_zones,
        flow_logs=flows,
    )


def _database(stack: Stack, config: StageConfig, key: kms.IKey, network: Network, traits: DatabaseTraits) -> Database:
    return Database(
        stack,
        "Database",
        prefix=config.prefix,
        key=key,
        vpc=network.vpc,
        clients=network.functions,
        logs=[
            stage_log_group(stack, f"Database{log.capitalize()}Logs", name, config=config, key=key)
            for log, name in server_log_groups(config.prefix).items()
        ],
        traits=traits,
        retain_data=config.traits.retain_data,
    )
