"""Upkeep, every minute: what was lost is sent again, what never came is closed, what is stuck is named."""

from __future__ import annotations

from dataclasses import dataclass

from docpipe.domain.ageing import PROMOTE_AFTER_S
from docpipe.pipeline.close_uploads import Closing, close_uploads
from docpipe.pipeline.erase_document import Shelves, finish_erasures
from docpipe.pipeline.publish import Publisher
from docpipe.stores import ErasureStore, NotificationStore, UpkeepStore, WebhookDeliveryStore

_UNSENT_S = 30
"""Older messages were left behind by a process that ended between committing and sending."""

_SILENT_S = 1_200
"""Longer than any queue hides a message (900 s): work that silent has lost its message."""

_LOST_S = 8 * 86_400
"""A day longer than queues keep a message (``infra.constructs.queues.RETENTION``)."""

_UNBEGUN_S = 90
"""Longer than a cold start: work not begun by then, with nothing before it, was killed before its claim. Its message is
hidden for as long as the function may run (900 s)."""

_UNBEGUN_UNTIL_S = 300
"""Up to then it is announced again: a few times only, should there be another reason."""

_HIDDEN_S = 900
"""As long as a queue hides a chunk's message (``infra.catalogue``): then it brings it back by itself."""

_STUCK_S = 6 * 3_600
"""Longer than the largest document and the longest planned queue take."""

_KEEP_KEYS_S = 24 * 3_600
"""How long an idempotency key stands for its request; the form that was answered is good for an hour of it."""

_BATCH_GRACE_S = 300
"""Longer than the events of a batch take to be told of."""

_REPORT_LOST_S = 3_600
"""Far longer than an attempt and word of it take. The attempt is ordered again; if it was made, it is not repeated."""

_DUE_AT_ONCE = 500
"""Attempts ordered in one run."""

_KEEP_DELIVERIES_DAYS = 30
"""How long an owner can look at what was delivered to a webhook."""

_KEEP_SENT_DAYS = 14
"""As long as SQS keeps a message at most."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the sweeper works with."""

    store: UpkeepStore
    publisher: Publisher
    notifications: NotificationStore
    webhooks: WebhookDeliveryStore
    uploads: Closing
    erasures: ErasureStore
    shelves: Shelves


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one run found.

    Counts of messages sent late, documents expired, work and uploads revived, chunks moved to the priority lane, object
    versions of erased documents that had still come, and documents stuck.
    """

    sent_late: int
    expired: int
    revived: int
    promoted: int
    erased: int
    stuck: int


def sweep(deps: Upkeep) -> SweepReport:
    """Look for what is stuck, put right what can be, and report the rest."""
    sent_late = deps.publisher.flush(older_than_s=_UNSENT_S)
    uploads = close_uploads(deps.uploads)
    revived = uploads.found + deps.store.revive(silent_s=_SILENT_S, lost_s=_LOST_S)
    revived += deps.store.announce_unbegun(after_s=_UNBEGUN_S, until_s=_UNBEGUN_UNTIL_S)
    revived += deps.store.announce_unclaimed(after_s=_UNBEGUN_S, until_s=_HIDDEN_S)
    promoted = deps.store.promote(waiting_s=PROMOTE_AFTER_S)
    deps.notifications.order_for_batches_left(ended_s=_BATCH_GRACE_S)
    deps.webhooks.order_due(lost_s=_REPORT_LOST_S, limit=_DUE_AT_ONCE)
    deps.publisher.flush()
    deps.publisher.outbox.purge(older_than_days=_KEEP_SENT_DAYS)
    deps.webhooks.forget(older_than_days=_KEEP_DELIVERIES_DAYS)
    deps.store.forget_keys(older_than_s=_KEEP_KEYS_S)
    return SweepReport(
        sent_late=sent_late,
        expired=uploads.expired,
        revived=revived,
        promoted=promoted,
        erased=finish_erasures(deps.erasures, deps.shelves),
        stuck=deps.store.stuck(older_than_s=_STUCK_S),
    )
