"""What may go wrong with containers."""

from __future__ import annotations


class ContainerError(Exception):
    """A container cannot be built or run; the message says what to do."""
