"""Who is to be told of what happened, and was."""

from __future__ import annotations

from typing import Protocol

from docpipe.messages import DocumentEvent


class NotificationStore(Protocol):
    """Orders deliveries: each is claimed, and its message left in the outbox, in one transaction."""

    def order_for_end(self, event: DocumentEvent) -> int:
        """Order what follows from the end of a document, beside its own event; returns how many were ordered now.

        A document of its own is told of by each of its final events. The documents of a batch are told of
        together, once, when the last of them has ended; one that ends anew after that (it was retried) is
        told of by itself. Nobody is mailed who gave no address, or whose tenant wants no e-mail. Webhooks are told
        of the end of a batch too.
        """

    def order_for_batches_left(self, *, ended_s: int) -> int:
        """Order the same for batches that ended ``ended_s`` seconds ago or earlier, with no event to tell of it.

        The last document of a batch may have been erased. Returns how many were ordered.
        """
