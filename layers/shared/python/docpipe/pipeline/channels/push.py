"""News for open pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from docpipe.domain.errors import CapacityError, PushError
from docpipe.messages import Push
from docpipe.pipeline.invocation import Invocation, RetryLaterError
from docpipe.services import Pusher

_TRIES: Final = 3
_AGAIN_S: Final = 2
"""Times that news are tried, and the seconds between; a page that missed them asks when it connects again."""


@dataclass(frozen=True, slots=True)
class PushChannel:
    """Tells the open pages of a tenant. News grow old: they are tried within seconds, and never dead letters."""

    pusher: Pusher

    def send(self, delivery: Push, invocation: Invocation) -> str:
        """Push news, or drop them after a few tries; ``Channel`` says more."""
        try:
            for message in delivery.messages:
                self.pusher.push(delivery.tenant_id, message)
        except (PushError, CapacityError) as error:
            if invocation.receive_count >= _TRIES:
                return "news dropped"
            raise RetryLaterError(_AGAIN_S, error.code) from error
        return "pushed"
