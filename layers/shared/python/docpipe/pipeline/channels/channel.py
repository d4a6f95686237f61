"""What every channel keeps to."""

from __future__ import annotations

from typing import Any, Protocol

from docpipe.pipeline.invocation import Invocation


class Channel(Protocol):
    """Sends one kind of delivery."""

    def send(self, delivery: Any, invocation: Invocation) -> str:
        """Send a delivery of the kind that the channel takes, once however often its message comes.

        Returns:
            What came of it, in a word, for the log.

        Raises:
            RetryLaterError: it could not be sent now, and is to be tried again when the channel says.
            InProgressError: another invocation is sending it, or died with it and has time left.
            CapacityError: a service is throttling; it is tried again soon, and later each time.
        """
