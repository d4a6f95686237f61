"""Who may do what: every permission of the functions' code beyond taking from their own queues.

Each function has a role of its own. Actions are named one by one, on keys under a prefix, on queues and
on identities by their names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.catalogue import FUNCTIONS
from infra.config import StageConfig
from infra.constructs.database import DATABASE_USER, Database
from infra.constructs.encryption import Encryption
from infra.constructs.mail import Mail
from infra.constructs.queues import Queues
from infra.constructs.storage import RESULTS_PREFIX, UPLOADS_PREFIX, Storage
from infra.constructs.tables import Tables
from infra.foundations import Foundations
from infra.tables import TABLES

_READERS = frozenset({"intake", "ocr", "assemble"})
"""Folders of the functions that work on uploads."""

_EMPTYING_THE_OUTBOX = _READERS | {"api", "notify", "dead_letter", "sweep"}
"""Folders of the functions that send messages after a commit."""


@dataclass(frozen=True, slots=True)
class Grantees:
    """The functions, found by the folder they are made from: three for ``ocr``, one for any other."""

    functions: Mapping[str, lambda_.Function]

    def allow(self, folders: Collection[str], actions: Sequence[str], resources: Sequence[str]) -> None:
        """Let the functions of these folders do these actions on these resources."""
        for spec in FUNCTIONS:
            if spec.folder in folders:
                self.functions[spec.name].add_to_role_policy(
                    iam.PolicyStatement(actions=list(actions), resources=list(resources))
                )


def grant_all(grantees: Grantees, *, config: StageConfig, foundations: Foundations) -> None:
    """Give each function what it needs, and nothing else."""
    _grant_key(grantees, config, foundations.encryption)
    _grant_database(grantees, config, foundations.database)
    _grant_migration(grantees, config, foundations.database)
    _grant_uploads(grantees, foundations.storage)
    _grant_results(grantees, foundations.storage, by_distribution=config.web.own)
    _grant_erasing(grantees, foundations.storage)
    _grant_sending(grantees, foundations.queues)
    _grant_tables(grantees, foundations.tables)
    _grant_mail(grantees.functions["deliver"], config.mail_sender, foundations.mail)
    if config.auth.secret is not None:
        _grant_secret(grantees.functions["authorizer"], config.auth.secret)


def _grant_key(grantees: Grantees, config: StageConfig, encryption: Encryption) -> None:
    """The one key, for each function through the services in which it reads or writes what the key encrypts.

    Erasing takes no key, nor does the database, nor a secret that an operator has made.
    """
    users = {
        "s3": _READERS | {"api"},
        "sqs": {spec.folder for spec in FUNCTIONS if spec.event_sources} | _EMPTYING_THE_OUTBOX,
        "dynamodb": {folder for table in TABLES for folder in table.actions},
        # RDS keeps the administrator's password under the key.
        "secretsmanager": {"start_migration"} if config.traits.database else set(),
    }
    for spec in FUNCTIONS:
        function = grantees.functions[spec.name]
        encryption.grant_variables(function, f"{config.prefix}{spec.name}")
        for service, folders in users.items():
            if spec.folder in folders:
                encryption.grant_through(function, service)


def _grant_database(grantees: Grantees, config: StageConfig, database: Database | None) -> None:
    """Logging in by token, or reading the address of a database elsewhere."""
    for spec in FUNCTIONS:
        if not spec.uses_database:
            continue
        function = grantees.functions[spec.name]
        if database is not None:
            database.instance.grant_connect(function, DATABASE_USER)
        elif config.hybrid is not None:
            _grant_secret(function, config.hybrid.database_secret)


def _grant_secret(function: lambda_.Function, name: str) -> None:
    """Reading one secret that an operator has made (six characters end a secret's ARN)."""
    secret = Stack.of(function).format_arn(
        service="secretsmanager",
        resource="secret",
        resource_name=f"{name}-??????",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    function.add_to_role_policy(iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[secret]))


def _grant_migration(grantees: Grantees, config: StageConfig, database: Database | None) -> None:
    """A deployment has the schema migrated; the administrator's password is for that alone."""
    starter = grantees.functions["start_migration"]
    migrate = Stack.of(starter).format_arn(
        service="lambda",
        resource="function",
        resource_name=f"{config.prefix}migrate",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    starter.add_to_role_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[migrate]))
    if database is not None:
        starter.add_to_role_policy(
            iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[database.administrator_secret])
        )


def _grant_uploads(grantees: Grantees, storage: Storage) -> None:
    """The api signs uploads with its own permission; the readers name the version they were told of.

    Without permission to list, S3 answers "forbidden" where an upload is gone, and that would look like
    a passing fault. Keys of uploads are opaque ids, so listing them tells nothing.
    """
    bucket = storage.uploads.bucket_arn
    uploads = f"{bucket}/{UPLOADS_PREFIX}*"
    grantees.allow(["api"], ["s3:PutObject"], [uploads])
    grantees.allow(_READERS, ["s3:GetObject", "s3:GetObjectVersion"], [uploads])
    grantees.allow(_READERS, ["s3:ListBucket"], [bucket])


def _grant_results(grantees: Grantees, storage: Storage, *, by_distribution: bool) -> None:
    """Recognition writes page images, assembly reads them and writes files.

    Links that the api signs are good for what the distribution may read, where there is one; else for what the api may.
    """
    results = [f"{storage.results.bucket_arn}/{RESULTS_PREFIX}*"]
    grantees.allow(["ocr"], ["s3:PutObject"], results)
    grantees.allow(["assemble"], ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], results)
    if not by_distribution:
        grantees.allow(["api"], ["s3:GetObject"], results)


def _grant_erasing(grantees: Grantees, storage: Storage) -> None:
    """The api erases documents for their owners, in every version; the sweeper looks once more afterwards."""
    erasers = ("api", "sweep")
    uploads, results = storage.uploads.bucket_arn, storage.results.bucket_arn
    grantees.allow(erasers, ["s3:ListBucketVersions"], [uploads, results])
    grantees.allow(
        erasers,
        ["s3:DeleteObject", "s3:DeleteObjectVersion"],
        [f"{uploads}/{UPLOADS_PREFIX}*", f"{results}/{RESULTS_PREFIX}*"],
    )


def _grant_sending(grantees: Grantees, queues: Queues) -> None:
    """Who sends messages, and who looks through the dead letters.

    Messages leave by the outbox in PostgreSQL, and whoever empties it sends what is in it: also work that
    another function left behind, and messages given up, which go to their dead-letter queues. Looking
    through dead letters is receiving them and showing them again at once, never deleting. The api counts
    them for an operator, and moves them back to their queues when told to.
    """
    work = [queue.queue_arn for queue in queues.by_name.values()]
    dead_letters = [queue.queue_arn for queue in queues.dead_letter.values()]
    grantees.allow(_EMPTYING_THE_OUTBOX, ["sqs:SendMessage"], work + dead_letters)
    reported_to = [queues.by_name["events"], queues.dead_letter["deliveries"], queues.dead_letter["webhooks"]]
    grantees.allow(["deliver"], ["sqs:SendMessage"], [queue.queue_arn for queue in reported_to])
    grantees.allow(["api"], ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], dead_letters)
    grantees.allow(["dead_letter"], ["sqs:ChangeMessageVisibility", "sqs:ReceiveMessage"], dead_letters)


def _grant_tables(grantees: Grantees, tables: Tables) -> None:
    """Items are read and written one by one or by their partition key, never by looking through a table."""
    for spec in TABLES:
        for folder, actions in spec.actions.items():
            named = [f"dynamodb:{action}" for action in actions]
            grantees.allow([folder], named, [tables.by_name[spec.name].table_arn])


def _grant_mail(deliver: lambda_.Function, sender: str, mail: Mail) -> None:
    """Sending from one address, which the condition holds it to.

    Identities are all of the account's: SES knows the sender by its address, its domain or one above, and asks for
    that of the recipient as well where it has verified that, as it must have in its sandbox.
    """
    stack = Stack.of(deliver)
    names = {"identity": "*", "configuration-set": mail.configuration_set.configuration_set_name}
    deliver.add_to_role_policy(
        iam.PolicyStatement(
            actions=["ses:SendEmail"],
            resources=[
                stack.format_arn(service="ses", resource=kind, resource_name=name) for kind, name in names.items()
            ],
            conditions={"StringEquals": {"ses:FromAddress": sender}},
        )
    )
