"""Wiring of the api function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from docpipe.adapters.cloudfront import CloudFrontLinks
from docpipe.adapters.postgres.catalog import PostgresCatalog
from docpipe.adapters.postgres.lifecycle import PostgresLifecycle
from docpipe.adapters.postgres.operations import PostgresOperations
from docpipe.adapters.postgres.results import PostgresResults
from docpipe.adapters.postgres.tenants import PostgresRateLimiter, PostgresSettings
from docpipe.adapters.postgres.webhooks import PostgresWebhooks
from docpipe.adapters.s3 import S3Links, S3UploadDesk
from docpipe.bootstrap.parts.aws import s3, shelves
from docpipe.bootstrap.parts.database import database, publisher
from docpipe.domain import languages
from docpipe.pipeline.change_document import Changes
from docpipe.pipeline.create_document import FrontDesk
from docpipe.pipeline.erase_document import Shelves
from docpipe.services import Links
from docpipe.settings import ApiSettings
from docpipe.stores import DocumentCatalog, OperationsStore, RateLimiter, ResultStore, SettingsStore, WebhookStore


@dataclass(frozen=True, slots=True)
class Api:
    """What the API's routes work with."""

    front_desk: FrontDesk
    limiter: RateLimiter
    catalog: DocumentCatalog
    texts: ResultStore
    changes: Changes
    shelves: Shelves
    links: Links
    settings: SettingsStore
    webhooks: WebhookStore
    trusted_webhook_hosts: frozenset[str]
    operations: OperationsStore
    max_pages: int


@cache
def wired() -> Api:
    """What the function works with."""
    settings = ApiSettings.from_environment()
    postgres = database(settings)
    catalog, limiter = PostgresCatalog(postgres), PostgresRateLimiter(postgres)
    return Api(
        front_desk=FrontDesk(
            catalog=catalog,
            limiter=limiter,
            desk=S3UploadDesk(s3(), settings.uploads_bucket),
            max_bytes=settings.max_file_bytes,
            languages=languages.split(settings.languages),
        ),
        limiter=limiter,
        catalog=catalog,
        texts=PostgresResults(postgres),
        changes=Changes(PostgresLifecycle(postgres), publisher(postgres, settings.queue_url_prefix)),
        shelves=shelves(settings.uploads_bucket, settings.results_bucket),
        links=_links(settings),
        settings=PostgresSettings(postgres),
        webhooks=PostgresWebhooks(postgres),
        trusted_webhook_hosts=settings.trusted_webhook_hosts,
        operations=PostgresOperations(postgres),
        max_pages=settings.max_pages,
    )


def _links(settings: ApiSettings) -> Links:
    """Links to results: by the distribution where there is one, straight to the bucket where there is none."""
    if settings.links_url and settings.links_key_id and settings.links_key:
        return CloudFrontLinks(settings.links_url, settings.links_key_id, settings.links_key.get_secret_value())
    return S3Links(s3(), settings.results_bucket)
