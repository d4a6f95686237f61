"""Wiring of the sweep function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from docpipe.adapters.emf import EmfMeter
from docpipe.adapters.postgres.awaited_uploads import PostgresAwaitedUploads
from docpipe.adapters.postgres.lifecycle import PostgresErasures
from docpipe.adapters.postgres.measurements import PostgresMeasurements
from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.upkeep import PostgresUpkeep
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.bootstrap.parts.aws import shelves
from docpipe.bootstrap.parts.database import database, publisher, pushing
from docpipe.pipeline.close_uploads import Closing
from docpipe.pipeline.push_news import Pushing
from docpipe.pipeline.sweep import Upkeep
from docpipe.pipeline.take_samples import Sampling
from docpipe.settings import SweepSettings


@dataclass(frozen=True, slots=True)
class Sweeping:
    """Putting right, telling of places in the queue, and sampling."""

    upkeep: Upkeep
    pushing: Pushing
    sampling: Sampling


@cache
def wired() -> Sweeping:
    """What the function works with."""
    settings = SweepSettings.from_environment()
    postgres = database(settings)
    outbox = publisher(postgres, settings.queue_url_prefix)
    both = shelves(settings.uploads_bucket, settings.results_bucket)
    return Sweeping(
        upkeep=Upkeep(
            store=PostgresUpkeep(postgres),
            publisher=outbox,
            notifications=PostgresNotifications(postgres),
            webhooks=PostgresWebhookDeliveries(postgres),
            uploads=Closing(PostgresAwaitedUploads(postgres), both.uploads),
            erasures=PostgresErasures(postgres),
            shelves=both,
        ),
        pushing=pushing(postgres, outbox.queue),
        sampling=Sampling(store=PostgresMeasurements(postgres), meter=EmfMeter()),
    )
