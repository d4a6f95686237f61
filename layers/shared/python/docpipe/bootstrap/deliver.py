"""Wiring of the deliver function."""

from __future__ import annotations

from functools import cache

import boto3

from docpipe.adapters.aws import CONFIG
from docpipe.adapters.connections import DynamoDbConnections
from docpipe.adapters.emf import EmfMeter
from docpipe.adapters.idempotency import DynamoDbOnce
from docpipe.adapters.ses import SesMailer
from docpipe.adapters.webhooks import PinnedCaller
from docpipe.adapters.websocket import WebSocketPusher
from docpipe.bootstrap.parts.aws import dynamodb, queues
from docpipe.messages import MailDelivery, Push, WebhookDelivery
from docpipe.pipeline.channels import MailChannel, PushChannel, WebhookChannel
from docpipe.pipeline.deliver import Delivering
from docpipe.services import Mailer, Pusher
from docpipe.settings import DeliverSettings


@cache
def wired() -> Delivering:
    """What the function works with."""
    settings = DeliverSettings.from_environment()
    queue, meter = queues(settings.queue_url_prefix), EmfMeter()
    once = DynamoDbOnce(dynamodb(), settings.idempotency_table, name="deliver")
    return Delivering(
        queue=queue,
        channels={
            MailDelivery: MailChannel(_mailer(settings), once, meter, settings.web_url),
            WebhookDelivery: WebhookChannel(PinnedCaller(settings.trusted_webhook_hosts), once, meter, queue),
            Push: PushChannel(_pusher(settings)),
        },
    )


def _mailer(settings: DeliverSettings) -> Mailer:
    return SesMailer(boto3.client("sesv2", config=CONFIG), settings.mail_sender, settings.mail_configuration_set)


def _pusher(settings: DeliverSettings) -> Pusher:
    gateway = boto3.client("apigatewaymanagementapi", endpoint_url=settings.connections_url, config=CONFIG)
    return WebSocketPusher(DynamoDbConnections(dynamodb(), settings.connections_table), gateway)
