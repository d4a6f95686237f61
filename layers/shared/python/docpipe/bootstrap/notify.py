"""Wiring of the notify function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from docpipe.adapters.emf import EmfMeter
from docpipe.adapters.postgres.measurements import PostgresMeasurements
from docpipe.adapters.postgres.notifications import PostgresNotifications
from docpipe.adapters.postgres.webhook_deliveries import PostgresWebhookDeliveries
from docpipe.bootstrap.parts.database import database, publisher, pushing
from docpipe.pipeline.measure_document import Measuring
from docpipe.pipeline.notify import Notification
from docpipe.pipeline.push_news import Pushing
from docpipe.settings import NotifySettings


@dataclass(frozen=True, slots=True)
class Telling:
    """Finding whom to tell, telling open pages, and measuring."""

    notification: Notification
    pushing: Pushing
    measuring: Measuring


@cache
def wired() -> Telling:
    """What the function works with."""
    settings = NotifySettings.from_environment()
    postgres = database(settings)
    outbox = publisher(postgres, settings.queue_url_prefix)
    return Telling(
        notification=Notification(
            store=PostgresNotifications(postgres),
            webhooks=PostgresWebhookDeliveries(postgres),
            publisher=outbox,
        ),
        pushing=pushing(postgres, outbox.queue),
        measuring=Measuring(store=PostgresMeasurements(postgres), meter=EmfMeter()),
    )
