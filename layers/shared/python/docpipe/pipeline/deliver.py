"""Sending what is to leave the system, each once however often its message comes."""

from __future__ import annotations

from dataclasses import dataclass
from time import time

from docpipe.domain import lanes
from docpipe.domain.attempts import capacity_wait_s
from docpipe.domain.errors import CapacityError, MailError, PushError
from docpipe.domain.webhooks import signature
from docpipe.messages import Delivery, MailDelivery, Push, WebhookDelivery, WebhookReport
from docpipe.metrics import Dimension, Meter, Metric
from docpipe.pipeline.attempt import Invocation, RetryLaterError
from docpipe.pipeline.mails import mail_for
from docpipe.services import Mailer, MessageQueue, Once, Outcome, Pusher, WebhookAnswer, WebhookCaller
from docpipe.stores import Envelope

_FIRST_BACKOFF_S = 30
_LAST_BACKOFF_S = 900
"""SES is asked again after 30 s, 1 min, 2 min, … and then every 15 min: twenty receives last four hours."""

_PUSHES = 3
_PUSH_AGAIN_S = 2
"""Times that news are tried, and the seconds between; a page that missed them asks when it connects again."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """What delivering works with. ``web_url`` is where documents are shown."""

    queue: MessageQueue
    once: Once
    mailer: Mailer
    caller: WebhookCaller
    pusher: Pusher
    meter: Meter
    web_url: str


def deliver(delivery: Delivery, invocation: Invocation, deps: Delivering) -> str:
    """Send one delivery; returns what came of it, in a word.

    Raises:
        RetryLaterError: it could not be sent now.
    """
    try:
        if isinstance(delivery, Push):
            return _push(delivery, invocation, deps)
        if isinstance(delivery, MailDelivery):
            return _mail(delivery, invocation, deps)
        if isinstance(delivery, WebhookDelivery):
            return _webhook(delivery, invocation, deps)
    except CapacityError as error:
        raise RetryLaterError(capacity_wait_s(invocation.receive_count), error.code) from error
    return "nobody to tell"


def _mail(delivery: MailDelivery, invocation: Invocation, deps: Delivering) -> str:
    def send() -> Outcome:
        deps.mailer.send(mail_for(delivery, web_url=deps.web_url))
        deps.meter.record({Metric.MAILS_SENT: 1})
        return {"outcome": "mailed"}

    try:
        outcome = deps.once(f"mail {delivery.mail_id}", send, remaining_ms=invocation.remaining_ms)
    except MailError as error:
        raise RetryLaterError(backoff_s(invocation.receive_count), error.code) from error
    return str(outcome["outcome"])


def _push(delivery: Push, invocation: Invocation, deps: Delivering) -> str:
    """News grow old: they are tried a few times within seconds, and never become dead letters."""
    try:
        for message in delivery.messages:
            deps.pusher.push(delivery.tenant_id, message)
    except (PushError, CapacityError) as error:
        if invocation.receive_count >= _PUSHES:
            return "news dropped"
        raise RetryLaterError(_PUSH_AGAIN_S, error.code) from error
    return "pushed"


def _webhook(delivery: WebhookDelivery, invocation: Invocation, deps: Delivering) -> str:
    """One attempt, and word of what came of it. Whether and when there is another is not decided here."""

    def call() -> Outcome:
        now = int(time())
        answer = deps.caller.post(delivery.url, _headers(delivery, now), delivery.body)
        deps.meter.record({Metric.WEBHOOK_CALLS: 1}, by={Dimension.STATUS: _kind(answer)})
        return {"answered": answer.answered, "error": answer.error}

    key = f"webhook {delivery.webhook_id} {delivery.event_id} {delivery.attempt}"
    outcome = deps.once(key, call, remaining_ms=invocation.remaining_ms)
    report = WebhookReport(
        event_id=delivery.event_id, webhook_id=delivery.webhook_id, attempt=delivery.attempt, **outcome
    )
    deps.queue.send([Envelope(lanes.EVENTS, report.model_dump_json())])
    return f"answered {report.answered}" if report.error is None else report.error


def _kind(answer: WebhookAnswer) -> str:
    return f"{answer.answered // 100}xx" if answer.answered is not None else answer.error or "none"


def _headers(delivery: WebhookDelivery, now: int) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Docpipe-Webhooks/1",
        "Docpipe-Event-Id": str(delivery.event_id),
        "Docpipe-Attempt": str(delivery.attempt),
        "Docpipe-Signature": signature(delivery.secrets, timestamp=now, body=delivery.body),
    }


def backoff_s(receive_count: int) -> int:
    """Seconds to wait after a message was received for the ``receive_count``-th time (from 1) in vain."""
    return int(min(_LAST_BACKOFF_S, _FIRST_BACKOFF_S * 2 ** min(receive_count - 1, 10)))
