"""Deliveries to webhooks."""

from __future__ import annotations

from dataclasses import dataclass
from time import time

from docpipe.domain import lanes
from docpipe.domain.webhooks import signature
from docpipe.messages import WebhookDelivery, WebhookReport
from docpipe.metrics import Dimension, Meter, Metric
from docpipe.pipeline.invocation import Invocation
from docpipe.services import MessageQueue, Once, Outcome, WebhookAnswer, WebhookCaller
from docpipe.stores import Envelope


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """Makes one attempt, and sends word of what came of it. Whether and when there is another is not decided here."""

    caller: WebhookCaller
    once: Once
    meter: Meter
    queue: MessageQueue

    def send(self, delivery: WebhookDelivery, invocation: Invocation) -> str:
        """Make an attempt; ``Channel`` says more."""

        def call() -> Outcome:
            answer = self.caller.post(delivery.url, _headers(delivery, now=int(time())), delivery.body)
            self.meter.record({Metric.WEBHOOK_CALLS: 1}, by={Dimension.STATUS: _kind(answer)})
            return {"answered": answer.answered, "error": answer.error}

        key = f"webhook {delivery.webhook_id} {delivery.event_id} {delivery.attempt}"
        outcome = self.once(key, call, remaining_ms=invocation.remaining_ms)
        report = WebhookReport(
            event_id=delivery.event_id, webhook_id=delivery.webhook_id, attempt=delivery.attempt, **outcome
        )
        self.queue.send([Envelope(lanes.EVENTS, report.model_dump_json())])
        return f"answered {report.answered}" if report.error is None else report.error


def _kind(answer: WebhookAnswer) -> str:
    return f"{answer.answered // 100}xx" if answer.answered is not None else answer.error or "none"


def _headers(delivery: WebhookDelivery, *, now: int) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Docpipe-Webhooks/1",
        "Docpipe-Event-Id": str(delivery.event_id),
        "Docpipe-Attempt": str(delivery.attempt),
        "Docpipe-Signature": signature(delivery.secrets, timestamp=now, body=delivery.body),
    }
