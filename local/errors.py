"""What can go wrong with the runtime itself, as opposed to the documents it works on."""

from __future__ import annotations


class LocalRuntimeError(Exception):
    """The runtime cannot start or go on. The message names the remedy."""
