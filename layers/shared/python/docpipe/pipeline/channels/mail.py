"""Deliveries by e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from docpipe.domain.errors import MailError
from docpipe.messages import MailDelivery
from docpipe.metrics import Meter, Metric
from docpipe.pipeline.channels.mail_wording import mail_for
from docpipe.pipeline.invocation import Invocation, RetryLaterError
from docpipe.services import Mailer, Once, Outcome

_FIRST_BACKOFF_S: Final = 30
_LAST_BACKOFF_S: Final = 900
"""SES is asked again after 30 s, 1 min, 2 min, … and then every 15 min: twenty receives last four hours."""


@dataclass(frozen=True, slots=True)
class MailChannel:
    """Sends each e-mail once. ``web_url`` is where its links lead."""

    mailer: Mailer
    once: Once
    meter: Meter
    web_url: str

    def send(self, delivery: MailDelivery, invocation: Invocation) -> str:
        """Send an e-mail; ``Channel`` says more."""

        def send() -> Outcome:
            self.mailer.send(mail_for(delivery, web_url=self.web_url))
            self.meter.record({Metric.MAILS_SENT: 1})
            return {"outcome": "mailed"}

        try:
            outcome = self.once(f"mail {delivery.mail_id}", send, remaining_ms=invocation.remaining_ms)
        except MailError as error:
            raise RetryLaterError(backoff_s(invocation.receive_count), error.code) from error
        return str(outcome["outcome"])


def backoff_s(receive_count: int) -> int:
    """Seconds to wait after a message was received for the ``receive_count``-th time (from 1) in vain."""
    return int(min(_LAST_BACKOFF_S, _FIRST_BACKOFF_S * 2 ** min(receive_count - 1, 10)))
