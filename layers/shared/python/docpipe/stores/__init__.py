"""What the use cases keep in the database, as protocols: one store a stage of a document's life.

Every method is one short transaction. A claim carries a token; a method given a claim whose token
has been overtaken raises ``ClaimLostError`` and writes nothing, so a stale attempt can never
overwrite a newer one. Methods that change a state leave its messages in the outbox within the same
transaction.
"""

from __future__ import annotations

from docpipe.stores.catalog import (
    DocumentCatalog,
    DocumentFilter,
    DocumentPage,
    DocumentView,
    FailedPageView,
    NewDocument,
    Receipt,
)
from docpipe.stores.chunks import ChunkStore, NewChunk, Progress
from docpipe.stores.claims import ChunkClaim, DocumentClaim, Refusal, Refused
from docpipe.stores.lifecycle import Erased, ErasureStore, LifecycleStore
from docpipe.stores.live import News, NewsStore
from docpipe.stores.measurements import DocumentFacts, LaneSample, MeasurementStore, PastHour
from docpipe.stores.notifications import NotificationStore
from docpipe.stores.operations import LaneView, Minute, OperationsStore, Overview
from docpipe.stores.outbox import Envelope, Outbox, OutboxSend
from docpipe.stores.pushes import PushStore, TenantNews
from docpipe.stores.results import Hit, HitPage, PageOutline, PageTextView, PageView, ResultStore, Segment
from docpipe.stores.stages import NOTHING_FOUND, Admission, AssemblyStore, Findings, IntakeStore, StageStore
from docpipe.stores.tenants import RateLimiter, SettingsChange, SettingsStore, TenantSettings
from docpipe.stores.upkeep import AwaitedUploadStore, UpkeepStore
from docpipe.stores.webhooks import (
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookDeliveryPage,
    WebhookDeliveryStore,
    WebhookDeliveryView,
    WebhookStore,
)

__all__ = [
    "NOTHING_FOUND",
    "Admission",
    "AssemblyStore",
    "AwaitedUploadStore",
    "ChunkClaim",
    "ChunkStore",
    "DocumentCatalog",
    "DocumentClaim",
    "DocumentFacts",
    "DocumentFilter",
    "DocumentPage",
    "DocumentView",
    "Envelope",
    "Erased",
    "ErasureStore",
    "FailedPageView",
    "Findings",
    "Hit",
    "HitPage",
    "IntakeStore",
    "LaneSample",
    "LaneView",
    "LifecycleStore",
    "MeasurementStore",
    "Minute",
    "NewChunk",
    "NewDocument",
    "NewWebhook",
    "News",
    "NewsStore",
    "NotificationStore",
    "OperationsStore",
    "Outbox",
    "OutboxSend",
    "Overview",
    "PageOutline",
    "PageTextView",
    "PageView",
    "PastHour",
    "Progress",
    "PushStore",
    "RateLimiter",
    "Receipt",
    "Refusal",
    "Refused",
    "ResultStore",
    "Segment",
    "SettingsChange",
    "SettingsStore",
    "StageStore",
    "TenantNews",
    "TenantSettings",
    "UpkeepStore",
    "Webhook",
    "WebhookChange",
    "WebhookDeliveryPage",
    "WebhookDeliveryStore",
    "WebhookDeliveryView",
    "WebhookStore",
]
