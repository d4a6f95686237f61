"""Sending what is to leave the system, each by its channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from docpipe.domain.attempts import capacity_wait_s
from docpipe.domain.errors import CapacityError, InProgressError
from docpipe.messages import Delivery
from docpipe.pipeline.channels import Channel
from docpipe.pipeline.invocation import Invocation, RetryLaterError
from docpipe.services import MessageQueue

IN_PROGRESS_WAIT_S: Final = 10
"""Seconds until a delivery is looked at again that another invocation has in hand, or died with.

That invocation has ended when its function's time is over, a minute at most, and the message has mostly been hidden for
that long already. So the wait is short and does not grow: of the queue's twenty receives six last for that minute.
"""


@dataclass(frozen=True, slots=True)
class Delivering:
    """What delivering works with: the queue that deliveries come from, and a channel for each kind of them."""

    queue: MessageQueue
    channels: Mapping[type[Delivery], Channel]


def deliver(delivery: Delivery, invocation: Invocation, deps: Delivering) -> str:
    """Send one delivery; returns what came of it, in a word.

    Raises:
        RetryLaterError: it could not be sent now.
    """
    try:
        return deps.channels[type(delivery)].send(delivery, invocation)
    except InProgressError as error:
        raise RetryLaterError(IN_PROGRESS_WAIT_S, error.code) from error
    except CapacityError as error:
        raise RetryLaterError(capacity_wait_s(invocation.receive_count), error.code) from error
