"""The only wiring: builds what each function works with, once an execution environment, on first use.

Nothing here runs at import, and no adapter is imported before the function that needs it asks: the
zip functions hold neither PyMuPDF nor Tesseract, and a cold start pays for what it uses only.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.postgres.connection import Database
from docpipe.scratch import clear_left_behind, scratch_folder
from docpipe.settings import (
    ApiSettings,
    AssembleSettings,
    DeadLetterSettings,
    DeliverSettings,
    IntakeSettings,
    LiveSettings,
    MigrateSettings,
    NotifySettings,
    OcrSettings,
    Settings,
    StartMigrationSettings,
    SweepSettings,
    function_memory_mb,
)

if TYPE_CHECKING:
    from docpipe.metrics import Instruments, Meter
    from docpipe.migrations.logins import Databases
    from docpipe.migrations.start import MigrationStart
    from docpipe.pipeline.admit_document import Intake
    from docpipe.pipeline.assemble_document import Assembly
    from docpipe.pipeline.bury_dead_letters import Burial
    from docpipe.pipeline.change_document import Changes
    from docpipe.pipeline.create_document import FrontDesk
    from docpipe.pipeline.deliver import Delivering
    from docpipe.pipeline.erase_document import Shelves
    from docpipe.pipeline.follow_documents import Following
    from docpipe.pipeline.measure_document import Measuring
    from docpipe.pipeline.notify import Notification
    from docpipe.pipeline.publish import Publisher
    from docpipe.pipeline.push_news import Pushing
    from docpipe.pipeline.recognise_chunk import Recognition
    from docpipe.pipeline.sweep import Upkeep
    from docpipe.pipeline.take_samples import Sampling
    from docpipe.ports import Archivist, PageReader
    from docpipe.services import MessageQueue
    from docpipe.stores import (
        DocumentCatalog,
        OperationsStore,
        RateLimiter,
        ResultStore,
        SettingsStore,
        WebhookStore,
    )

MIGRATION_TIMEOUT_S = 310
"""How long an answer of the migrate function is waited for: its own timeout, and a little."""


@dataclass(frozen=True, slots=True)
class Api:
    """What the API's routes work with."""

    front_desk: FrontDesk
    limiter: RateLimiter
    catalog: DocumentCatalog
    texts: ResultStore
    changes: Changes
    shelves: Shelves
    settings: SettingsStore
    webhooks: WebhookStore
    trusted_webhook_hosts: frozenset[str]
    operations: OperationsStore
    max_pages: int


@cache
def api() -> Api:
    """For the api function."""
    from docpipe.adapters.postgres.catalog import PostgresCatalog
    from docpipe.adapters.postgres.lifecycle import PostgresLifecycle
    from docpipe.adapters.postgres.operations import PostgresOperations
    from docpipe.adapters.postgres.results import PostgresResults
    from docpipe.adapters.postgres.tenants import PostgresRateLimiter, PostgresSettings
    from docpipe.adapters.postgres.webhooks import PostgresWebhooks
    from docpipe.adapters.s3 import S3UploadDesk
    from docpipe.domain import languages
    from docpipe.pipeline.change_document import Changes
    from docpipe.pipeline.create_document import FrontDesk

    settings = ApiSettings.from_environment()
    database = _database(settings)
    desk = S3UploadDesk(boto3.client("s3", config=CONFIG), settings.uploads_bucket)
    catalog, limiter = PostgresCatalog(database), PostgresRateLimiter(database)
    return Api(
        front_desk=FrontDesk(
            catalog=catalog,
            limiter=limiter,
            desk=desk,
            max_bytes=settings.max_file_bytes,
            languages=languages.split(settings.languages),
        ),
        limiter=limiter,
        catalog=catalog,
        texts=PostgresResults(database),
        changes=Changes(PostgresLifecycle(database), _publisher(database, settings.queue_url_prefix)),
        shelves=_shelves(settings.uploads_bucket, settings.results_bucket),
        settings=PostgresSettings(database),
        webhooks=PostgresWebhooks(database),
        trusted_webhook_hosts=settings.trusted_webhook_hosts,
        operations=PostgresOperations(database),
        max_pages=settings.max_pages,
    )


@cache
def intake() -> Intake:
    """For the intake function."""
    from docpipe.adapters.postgres.intake import PostgresIntake
    from docpipe.adapters.s3 import S3ObjectStore
    from docpipe.pipeline.admit_document import Intake

    settings = IntakeSettings.from_environment()
    database = _database(settings)
    clear_left_behind()
    return Intake(
        store=PostgresIntake(database),
        uploads=S3ObjectStore(boto3.client("s3", config=CONFIG), settings.uploads_bucket),
        reader=_reader(settings.page_workers, settings.ocr_engine),
        publisher=_publisher(database, settings.queue_url_prefix),
        scratch=scratch_folder,
        max_bytes=settings.max_file_bytes,
        max_pages=settings.max_pages,
        lease_s=settings.lease_seconds,
        instruments=_instruments(),
    )


@cache
def recognition() -> Recognition:
    """For the ocr functions."""
    from docpipe.adapters.postgres.chunks import PostgresChunks
    from docpipe.adapters.s3 import S3ObjectStore
    from docpipe.pipeline.recognise_chunk import Recognition

    settings = OcrSettings.from_environment()
    database = _database(settings)
    s3 = boto3.client("s3", config=CONFIG)
    clear_left_behind()
    return Recognition(
        store=PostgresChunks(database),
        uploads=S3ObjectStore(s3, settings.uploads_bucket),
        results=S3ObjectStore(s3, settings.results_bucket),
        reader=_reader(settings.page_workers, settings.ocr_engine),
        publisher=_publisher(database, settings.queue_url_prefix),
        scratch=scratch_folder,
        page_time_limit_s=settings.page_time_limit_s,
        lease_s=settings.lease_seconds,
        instruments=_instruments(),
    )


@cache
def assembly() -> Assembly:
    """For the assemble function."""
    from docpipe.adapters.postgres.assembly import PostgresAssembly
    from docpipe.adapters.s3 import S3ObjectStore
    from docpipe.linguistics.guesser import EldGuesser
    from docpipe.pdf.searchable import PdfWriter
    from docpipe.pipeline.assemble_document import Assembly

    settings = AssembleSettings.from_environment()
    database = _database(settings)
    s3 = boto3.client("s3", config=CONFIG)
    clear_left_behind()
    return Assembly(
        store=PostgresAssembly(database),
        uploads=S3ObjectStore(s3, settings.uploads_bucket),
        results=S3ObjectStore(s3, settings.results_bucket),
        writer=PdfWriter(),
        archivist=_archivist,
        guesser=EldGuesser(),
        publisher=_publisher(database, settings.queue_url_prefix),
        scratch=scratch_folder,
        lease_s=settings.lease_seconds,
        instruments=_instruments(),
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """What the notify function works with: finding whom to tell, telling open pages, and measuring."""

    notification: Notification
    pushing: Pushing
    measuring: Measuring


@cache
def telling() -> Telling:
    """For the notify function."""
    from docpipe.adapters.postgres.measurements import PostgresMeasurements
    from docpipe.adapters.postgres.notifications import PostgresNotifications
    from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
    from docpipe.pipeline.measure_document import Measuring
    from docpipe.pipeline.notify import Notification

    settings = NotifySettings.from_environment()
    database = _database(settings)
    publisher = _publisher(database, settings.queue_url_prefix)
    return Telling(
        notification=Notification(
            store=PostgresNotifications(database),
            webhooks=PostgresWebhookDeliveries(database),
            publisher=publisher,
        ),
        pushing=_pushing(database, publisher.queue),
        measuring=Measuring(store=PostgresMeasurements(database), meter=_meter()),
    )


@cache
def delivering() -> Delivering:
    """For the deliver function."""
    from docpipe.adapters.connections import DynamoDbConnections
    from docpipe.adapters.idempotency import DynamoDbOnce
    from docpipe.adapters.ses import SesMailer
    from docpipe.adapters.webhooks import PinnedCaller
    from docpipe.adapters.websocket import WebSocketPusher
    from docpipe.pipeline.deliver import Delivering

    settings = DeliverSettings.from_environment()
    dynamodb = boto3.client("dynamodb", config=CONFIG)
    gateway = boto3.client("apigatewaymanagementapi", endpoint_url=settings.connections_url, config=CONFIG)
    return Delivering(
        queue=_queues(settings.queue_url_prefix),
        once=DynamoDbOnce(dynamodb, settings.idempotency_table, name="deliver"),
        pusher=WebSocketPusher(DynamoDbConnections(dynamodb, settings.connections_table), gateway),
        mailer=SesMailer(boto3.client("sesv2", config=CONFIG), settings.mail_sender, settings.mail_configuration_set),
        caller=PinnedCaller(settings.trusted_webhook_hosts),
        meter=_meter(),
        web_url=settings.web_url,
    )


@cache
def following() -> Following:
    """For the live function."""
    from docpipe.adapters.connections import DynamoDbConnections
    from docpipe.adapters.postgres.news import PostgresNews
    from docpipe.adapters.postgres.tenants import PostgresRateLimiter
    from docpipe.pipeline.follow_documents import Following

    settings = LiveSettings.from_environment()
    database = _database(settings)
    return Following(
        connections=DynamoDbConnections(boto3.client("dynamodb", config=CONFIG), settings.connections_table),
        news=PostgresNews(database),
        limiter=PostgresRateLimiter(database),
    )


@cache
def burial() -> Burial:
    """For the dead_letter function."""
    from docpipe.adapters.postgres.upkeep import PostgresUpkeep
    from docpipe.pipeline.bury_dead_letters import Burial

    settings = DeadLetterSettings.from_environment()
    database = _database(settings)
    publisher = _publisher(database, settings.queue_url_prefix)
    return Burial(store=PostgresUpkeep(database), queue=publisher.queue, publisher=publisher)


@dataclass(frozen=True, slots=True)
class Sweeping:
    """What the sweep function works with: putting right, telling of places in the queue, and sampling."""

    upkeep: Upkeep
    pushing: Pushing
    sampling: Sampling


@cache
def sweeping() -> Sweeping:
    """For the sweep function."""
    from docpipe.adapters.postgres.lifecycle import PostgresErasures
    from docpipe.adapters.postgres.measurements import PostgresMeasurements
    from docpipe.adapters.postgres.notifications import PostgresNotifications
    from docpipe.adapters.postgres.upkeep import PostgresUpkeep
    from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
    from docpipe.pipeline.sweep import Upkeep
    from docpipe.pipeline.take_samples import Sampling

    settings = SweepSettings.from_environment()
    database = _database(settings)
    publisher = _publisher(database, settings.queue_url_prefix)
    return Sweeping(
        upkeep=Upkeep(
            store=PostgresUpkeep(database),
            publisher=publisher,
            notifications=PostgresNotifications(database),
            webhooks=PostgresWebhookDeliveries(database),
            erasures=PostgresErasures(database),
            shelves=_shelves(settings.uploads_bucket, settings.results_bucket),
        ),
        pushing=_pushing(database, publisher.queue),
        sampling=Sampling(store=PostgresMeasurements(database), meter=_meter()),
    )


def migration() -> Databases:
    """For the migrate function."""
    from docpipe.migrations.logins import Databases

    settings = MigrateSettings.from_environment()
    return Databases(connect=_database(settings).connect, url=settings.database_url or "")


@cache
def migration_start() -> MigrationStart:
    """For the start_migration function."""
    from docpipe.adapters.functions import LambdaFunctions
    from docpipe.adapters.secrets import SecretsManager
    from docpipe.migrations.start import MigrationStart

    settings = StartMigrationSettings.from_environment()
    patient = CONFIG.merge(
        Config(read_timeout=MIGRATION_TIMEOUT_S, retries={"mode": "standard", "total_max_attempts": 1})
    )
    return MigrationStart(
        functions=LambdaFunctions(boto3.client("lambda", config=patient)),
        secrets=SecretsManager(boto3.client("secretsmanager", config=CONFIG)),
        migrate_function=settings.migrate_function,
        administrator_secret=settings.administrator_secret,
    )


def _database(settings: Settings) -> Database:
    if settings.database_secret is not None:
        from docpipe.adapters.secrets import SecretsManager

        secrets = SecretsManager(boto3.client("secretsmanager", config=CONFIG))
        return Database(partial(secrets.read, settings.database_secret))
    url = settings.database_url or ""
    if not settings.database_iam_auth:
        return Database(url)
    from docpipe.adapters.rds import iam_password

    return Database(url, iam_password(boto3.client("rds", config=CONFIG), url))


def _reader(page_workers: int, engine: str) -> PageReader:
    from docpipe.workers import PageWorkers

    return PageWorkers(workers=page_workers, engine=engine, memory_mb=function_memory_mb())


def _archivist() -> Archivist:
    """Loaded when it is asked for: few documents are to be PDF/A, and its libraries take a second to import."""
    from docpipe.pdf.archival import PdfaArchivist

    return PdfaArchivist()


def _shelves(uploads_bucket: str, results_bucket: str) -> Shelves:
    from docpipe.adapters.s3 import S3ObjectStore
    from docpipe.pipeline.erase_document import Shelves

    s3 = boto3.client("s3", config=CONFIG)
    return Shelves(uploads=S3ObjectStore(s3, uploads_bucket), results=S3ObjectStore(s3, results_bucket))


def _meter() -> Meter:
    from docpipe.adapters.emf import EmfMeter

    return EmfMeter()


def _instruments() -> Instruments:
    from docpipe.adapters.process_memory import peak_memory_mb
    from docpipe.metrics import Instruments

    return Instruments(meter=_meter(), peak_memory_mb=peak_memory_mb)


def _queues(url_prefix: str) -> MessageQueue:
    from docpipe.adapters.sqs import SqsQueues

    return SqsQueues(boto3.client("sqs", config=CONFIG), url_prefix)


def _publisher(database: Database, url_prefix: str) -> Publisher:
    from docpipe.adapters.postgres.outbox import PostgresOutbox
    from docpipe.pipeline.publish import Publisher

    return Publisher(outbox=PostgresOutbox(database), queue=_queues(url_prefix))


def _pushing(database: Database, queue: MessageQueue) -> Pushing:
    from docpipe.adapters.postgres.pushes import PostgresPushes
    from docpipe.pipeline.push_news import Pushing

    return Pushing(store=PostgresPushes(database), queue=queue)
