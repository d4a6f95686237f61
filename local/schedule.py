"""Invokes a function at a fixed rate, as an EventBridge rule does."""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import UTC, datetime
from typing import Any

from local.errors import LocalRuntimeError
from local.fleet import Fleet
from local.names import ACCOUNT, REGION, rule_arn

_log = logging.getLogger(__name__)


def scheduled_event(function: str) -> dict[str, Any]:
    """The event of a scheduled rule (EventBridge user guide, "Scheduled Event").

    Args:
        function: name without the stage's prefix.
    """
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [rule_arn(function)],
        "detail": {},
    }


class Schedule:
    """Invokes one function every so many seconds, the first time after that many.

    Args:
        function: name without the stage's prefix.
        every_s: seconds from one invocation to the next.
    """

    def __init__(self, function: str, every_s: float, fleet: Fleet) -> None:
        self._function = function
        self._every_s = every_s
        self._fleet = fleet
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"schedule-{function}", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Invoke no more. Returns at once; see ``join``."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the invocation under way."""
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                self._fleet.invoke(self._function, scheduled_event(self._function))
            except LocalRuntimeError as error:
                if not self._stopping.is_set():
                    _log.warning("schedule of %s: %s", self._function, error)
