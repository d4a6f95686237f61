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
from docpipe.pipeline.deliver import Delivering
from docpipe.settings import DeliverSettings


@cache
def wired() -> Delivering:
    """What the function works with."""
    settings = DeliverSettings.from_environment()
    gateway = boto3.client("apigatewaymanagementapi", endpoint_url=settings.connections_url, config=CONFIG)
    return Delivering(
        queue=queues(settings.queue_url_prefix),
        once=DynamoDbOnce(dynamodb(), settings.idempotency_table, name="deliver"),
        pusher=WebSocketPusher(DynamoDbConnections(dynamodb(), settings.connections_table), gateway),
        mailer=SesMailer(boto3.client("sesv2", config=CONFIG), settings.mail_sender, settings.mail_configuration_set),
        caller=PinnedCaller(settings.trusted_webhook_hosts),
        meter=EmfMeter(),
        web_url=settings.web_url,
    )
