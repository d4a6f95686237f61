"""Sending: once however often the message comes, later when the service cannot, never lost."""

from __future__ import annotations

from uuid import uuid4

import pytest

from docpipe.domain.document import DocumentStatus
from docpipe.domain.errors import CapacityError, DocpipeError, MailError, PushError
from docpipe.domain.webhooks import signature
from docpipe.messages import Delivery, DocumentNotice, MailDelivery, Push, WebhookDelivery, WebhookReport, parse
from docpipe.metrics import Metric
from docpipe.pipeline.channels import MailChannel, PushChannel, WebhookChannel
from docpipe.pipeline.channels.mail import backoff_s
from docpipe.pipeline.deliver import IN_PROGRESS_WAIT_S, Delivering, deliver
from docpipe.pipeline.invocation import Invocation, RetryLaterError
from docpipe.services import WebhookAnswer
from functions.deliver.handler import handle
from tests.support.fakes import FakeCaller, FakeMailer, FakeMeter, FakeOnce, FakePusher, FakeQueues
from tests.support.invocations import Context, sqs_event


class Outside:
    """All that deliveries reach, and the channels to it."""

    def __init__(self) -> None:
        self.queues, self.once, self.meter = FakeQueues(), FakeOnce(), FakeMeter()
        self.mailer, self.caller, self.pusher = FakeMailer(), FakeCaller(), FakePusher()
        self.delivering = Delivering(
            queue=self.queues,
            channels={
                MailDelivery: MailChannel(self.mailer, self.once, self.meter, "https://docs.example"),
                WebhookDelivery: WebhookChannel(self.caller, self.once, self.meter, self.queues),
                Push: PushChannel(self.pusher),
            },
        )

    def deliver(self, delivery: Delivery, receive_count: int = 1) -> str:
        return deliver(delivery, Invocation(256, lambda: 60_000, lambda _seconds: None, receive_count), self.delivering)


@pytest.fixture
def outside() -> Outside:
    return Outside()


def mail() -> MailDelivery:
    notice = DocumentNotice(
        document_id=uuid4(), status=DocumentStatus.COMPLETED, page_count=2, pages_failed=0, reason=None
    )
    return MailDelivery(mail_id=uuid4(), recipient="owner@example.org", notice=notice)


def webhook(attempt: int = 1) -> WebhookDelivery:
    return WebhookDelivery(
        event_id=uuid4(),
        webhook_id=uuid4(),
        attempt=attempt,
        url="https://clinic.example/hook",
        secrets=("whsec_2", "whsec_1"),
        body='{"id":"1"}',
    )


def test_a_message_that_comes_twice_sends_one_mail(outside: Outside) -> None:
    delivery = mail()
    assert [outside.deliver(delivery) for _ in range(2)] == ["mailed", "mailed"]
    assert len(outside.mailer.sent) == 1
    assert outside.meter.of(Metric.MAILS_SENT) == [("", 1)]


@pytest.mark.parametrize(
    ("fault", "after_s"),
    [(MailError("SES does not take it. Try again."), 60), (CapacityError("SES is throttling. Wait."), 30)],
)
def test_a_mail_that_is_not_taken_is_tried_again_later(outside: Outside, fault: DocpipeError, after_s: int) -> None:
    delivery = mail()
    outside.mailer.fails_with = fault
    with pytest.raises(RetryLaterError) as later:
        outside.deliver(delivery, 2)
    assert (later.value.after_s, later.value.cause_code) == (after_s, fault.code)
    outside.mailer.fails_with = None
    assert outside.deliver(delivery) == "mailed"


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    assert [backoff_s(count) for count in (1, 2, 3, 5, 6, 20)] == [30, 60, 120, 480, 900, 900]


def test_one_message_that_fails_does_not_bring_back_the_others(outside: Outside) -> None:
    first, second = mail(), mail()
    outside.once.busy.add(f"mail {first.mail_id}")
    event = sqs_event("deliveries", first.model_dump_json(), second.model_dump_json())
    answer = handle(event, Context(), outside.delivering)
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == [event["Records"][0]["messageId"]]
    assert len(outside.mailer.sent) == 1
    assert outside.queues.held == [("deliveries", "receipt-0", IN_PROGRESS_WAIT_S)]


@pytest.mark.parametrize("receive_count", [1, 2, 19])
def test_what_is_in_hand_elsewhere_is_looked_at_again_soon_however_often_it_came(
    outside: Outside, receive_count: int
) -> None:
    delivery = webhook()
    outside.once.busy.add(f"webhook {delivery.webhook_id} {delivery.event_id} {delivery.attempt}")
    with pytest.raises(RetryLaterError) as later:
        outside.deliver(delivery, receive_count)
    assert (later.value.after_s, later.value.cause_code) == (IN_PROGRESS_WAIT_S, "in_progress")
    assert outside.caller.requests == []


def test_what_is_no_delivery_goes_to_the_dead_letters(outside: Outside) -> None:
    handle(sqs_event("deliveries", "gibberish"), Context(), outside.delivering)
    assert outside.queues.messages["deliveries-dlq"] == ["gibberish"]


def test_a_webhook_is_called_with_an_id_an_attempt_and_a_signature(outside: Outside) -> None:
    delivery = webhook(attempt=3)
    assert outside.deliver(delivery) == "answered 204"
    ((url, headers, body),) = outside.caller.requests
    assert (url, body) == (delivery.url, delivery.body)
    assert headers["Docpipe-Event-Id"] == str(delivery.event_id)
    assert headers["Docpipe-Attempt"] == "3"
    signed = headers["Docpipe-Signature"]
    timestamp = int(signed.split(",")[0].removeprefix("t="))
    assert signed == signature(delivery.secrets, timestamp=timestamp, body=delivery.body)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (WebhookAnswer(204), "2xx"),
        (WebhookAnswer(503), "5xx"),
        (WebhookAnswer(None, "timeout"), "timeout"),
    ],
)
def test_what_came_of_it_is_reported_once_more_when_the_message_comes_twice(
    outside: Outside, answer: WebhookAnswer, kind: str
) -> None:
    """The report may have been lost with the function that sent the request; the request is not repeated."""
    delivery = webhook()
    outside.caller.answer = answer
    outside.deliver(delivery)
    outside.deliver(delivery)
    assert len(outside.caller.requests) == 1
    reports = [parse(body) for body in outside.queues.messages["events"]]
    expected = WebhookReport(
        event_id=delivery.event_id,
        webhook_id=delivery.webhook_id,
        attempt=1,
        answered=answer.answered,
        error=answer.error,
    )
    assert reports == [expected, expected]
    assert outside.meter.of(Metric.WEBHOOK_CALLS) == [(kind, 1)]


NEWS = Push(tenant_id="tenant-a", messages=({"type": "document", "revision": 1}, {"type": "document", "revision": 2}))


def test_news_are_pushed_in_order(outside: Outside) -> None:
    assert outside.deliver(NEWS) == "pushed"
    assert outside.pusher.pushed == [("tenant-a", message) for message in NEWS.messages]


@pytest.mark.parametrize("fault", [PushError("It is not taken. Try again."), CapacityError("It is full. Wait.")])
def test_news_that_are_not_taken_are_tried_thrice_and_then_dropped(outside: Outside, fault: DocpipeError) -> None:
    outside.pusher.fails_with = fault
    for receive_count in (1, 2):
        with pytest.raises(RetryLaterError) as later:
            outside.deliver(NEWS, receive_count)
        assert later.value.after_s == 2
    assert outside.deliver(NEWS, 3) == "news dropped"
