"""The ways by which news leaves the system, a module each: e-mail, webhooks, open pages.

A channel takes one kind of ``Delivery``. ``bootstrap.deliver`` says which channel takes which.
"""

from __future__ import annotations

from docpipe.pipeline.channels.channel import Channel
from docpipe.pipeline.channels.mail import MailChannel
from docpipe.pipeline.channels.push import PushChannel
from docpipe.pipeline.channels.webhook import WebhookChannel

__all__ = ["Channel", "MailChannel", "PushChannel", "WebhookChannel"]
