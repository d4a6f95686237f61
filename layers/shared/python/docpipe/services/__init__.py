"""The services the use cases call, as protocols: object storage, queues, secrets, mail, open pages."""

from __future__ import annotations

from docpipe.services.queues import MessageQueue
from docpipe.services.secrets import KeyPairs, SecretKeeper, SecretVersion
from docpipe.services.storage import Links, ObjectStore, StoredObject, UploadDesk, UploadForm
from docpipe.services.telling import Connections, Mail, Mailer, Once, Outcome, Pusher, WebhookAnswer, WebhookCaller
from docpipe.services.tokens import TokenVerifier

__all__ = [
    "Connections",
    "KeyPairs",
    "Links",
    "Mail",
    "Mailer",
    "MessageQueue",
    "ObjectStore",
    "Once",
    "Outcome",
    "Pusher",
    "SecretKeeper",
    "SecretVersion",
    "StoredObject",
    "TokenVerifier",
    "UploadDesk",
    "UploadForm",
    "WebhookAnswer",
    "WebhookCaller",
]
